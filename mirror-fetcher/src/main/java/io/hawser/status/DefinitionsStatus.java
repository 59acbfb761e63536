/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

/**
 * Which definitions the coordinator works on; lets a client wait until its change has arrived.
 *
 * <p>Immutable.
 *
 * @param generation of the definitions that the coordinator has taken up
 * @param coordinator node id of the broker that coordinates
 */
public record DefinitionsStatus(long generation, int coordinator) {}
