/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What follows a source besides its records: configs and partitions of topics, offsets of groups, ACLs, and
 * topics that become mirrors by themselves.
 *
 * <p>Each is a {@link io.hawser.plugin.coordinator.LinkTask} with a thread of its own on the broker that coordinates the links.
 */
@NullMarked
package io.hawser.plugin.sync;

import org.jspecify.annotations.NullMarked;
