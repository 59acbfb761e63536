/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The broker as the plugin sees it, in types of ours. What knows Kafka's broker classes is one package below, one per line
 * of Kafka releases; {@link io.hawser.plugin.broker.HostBrokers} finds the one that fits and proves that it works.
 */
@NullMarked
package io.hawser.plugin.broker;

import org.jspecify.annotations.NullMarked;
