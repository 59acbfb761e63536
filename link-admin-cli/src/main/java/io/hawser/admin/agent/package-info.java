/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The source's half of a link where the source takes no plugin: a process that dials the destination and passes what that starts on to
 * the source's own listener. May use kafka-clients, and of ours the link's properties and {@code io.hawser.reverse}.
 */
@NullMarked
package io.hawser.admin.agent;

import org.jspecify.annotations.NullMarked;
