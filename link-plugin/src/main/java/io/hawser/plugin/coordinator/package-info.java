/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What is done once per link, on the broker that leads the state topic: reach the source, create mirror topics, take them
 * through promotion and failover, report.
 *
 * <p>{@link io.hawser.plugin.coordinator.Coordinator}'s own thread asks the local cluster alone, so a source that does not
 * answer never holds up a failover; each link's questions to its source are asked on a
 * {@link io.hawser.plugin.coordinator.LinkTasks} thread of its own. Every step can be repeated by another broker.
 */
@NullMarked
package io.hawser.plugin.coordinator;

import org.jspecify.annotations.NullMarked;
