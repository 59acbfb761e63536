/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Compares mirror partitions that this broker leads with their source, where somebody has asked for it. What is equal is decided
 * in {@link io.hawser.verify}; here are the two logs, the pace, and what is kept of how far it has come.
 *
 * <p>One thread per link, only while it has something to compare.
 */
@NullMarked
package io.hawser.plugin.verify;

import org.jspecify.annotations.NullMarked;
