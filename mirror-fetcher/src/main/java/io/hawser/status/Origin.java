/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

/**
 * A topic that records come from. Immutable.
 *
 * @param clusterId of the cluster that has it
 */
public record Origin(String clusterId, String topic) {}
