/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The entry: what a broker or controller loads by {@code authorizer.class.name}, and the seam behind which links run.
 *
 * <p>May depend on {@link io.hawser.plugin.guard}, on the runtime behind {@link io.hawser.plugin.RuntimeFactory}, and on
 * Kafka's authorizer interfaces. Runs on Kafka's own threads (start-up, request handlers, metadata loader), so nothing
 * here blocks for longer than a stated bound and nothing that a link does wrong gets out.
 */
@NullMarked
package io.hawser.plugin;

import org.jspecify.annotations.NullMarked;
