/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

/**
 * One record that all in-sync replicas had. Immutable.
 *
 * @param atNs when the producer was told, by {@link System#nanoTime()}
 */
record Acknowledged(int partition, long offset, long atNs) {}
