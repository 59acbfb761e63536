/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

/**
 * A source broker that has connected. Immutable.
 *
 * @param host of the Kafka listener that serves what is started, as the source's brokers know it
 * @param port the same
 */
public record SourceBroker(int brokerId, String host, int port) {}
