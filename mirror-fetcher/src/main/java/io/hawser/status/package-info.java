/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What is: the states, reasons, positions and lags that brokers report to the state topic, and their JSON.
 *
 * <p>Pure data: no thread, no clock, no I/O. Depends on Jackson and kafka-clients' public types. Each key of the state
 * topic has one writer: the coordinator for links and topics, a partition's leader for the partition, a broker for its
 * lag figures and itself.
 */
@NullMarked
package io.hawser.status;

import org.jspecify.annotations.NullMarked;
