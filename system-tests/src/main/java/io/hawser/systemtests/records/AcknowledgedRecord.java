/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

/**
 * A record that a broker acknowledged. Immutable.
 *
 * @param contentHash tells whether what stands at the offset is what was sent: key, value and headers
 */
public record AcknowledgedRecord(int partition, long offset, int contentHash) {}
