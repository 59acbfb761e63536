/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The state topic as a broker uses it: one reader that keeps the last value of each key, one writer that keeps the order.
 *
 * <p>Depends on kafka-clients' public API and {@link io.hawser.status}. Two threads of its own.
 */
@NullMarked
package io.hawser.plugin.state;

import org.jspecify.annotations.NullMarked;
