/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Links that the source initiates, on one broker of either side: which links source brokers may connect for, what is dialled, which
 * Kafka listener serves what the destination starts, and what is told of all that.
 *
 * <p>Depends on {@link io.hawser.plugin.broker}, {@link io.hawser.plugin.state} and, for the connections themselves, on
 * {@code io.hawser.reverse}. Driven by the control thread; sockets belong to the thread {@code hawser-reverse}.
 */
@NullMarked
package io.hawser.plugin.reverse;

import org.jspecify.annotations.NullMarked;
