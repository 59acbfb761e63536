/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The source port on kafka-clients' network classes: the only place outside the broker adapter that touches Kafka's
 * internals, since they move between releases. One class per concern; nothing here leaves the package but
 * {@link io.hawser.source.kafka.NetworkClientConnector}.
 */
@NullMarked
package io.hawser.source.kafka;

import org.jspecify.annotations.NullMarked;
