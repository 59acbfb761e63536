/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * What of its source a mirror topic does not take yet.
 *
 * <p>Immutable.
 *
 * @param delayMs how old a batch has to be, 0 for any age
 * @param stop from where on nothing is taken at all; null to go on for ever
 */
public record HoldBack(long delayMs, @Nullable Stop stop) {

    public static final HoldBack NOTHING = new HoldBack(0, null);

    /**
     * The first batch that is not taken: that with a record of this time or later, or the one with this offset.
     *
     * @param id tells this stop from others
     * @param timestampMs in milliseconds since the epoch; {@link Long#MAX_VALUE} if time does not matter
     * @param offsets by partition; those that are not there have none
     */
    public record Stop(Uuid id, long timestampMs, Map<Integer, Long> offsets) {
        public Stop {
            offsets = Map.copyOf(offsets);
        }

        boolean isBefore(int partition, HeldBatch batch) {
            return batch.maxTimestampMs() >= timestampMs
                    || batch.lastOffset() >= offsets.getOrDefault(partition, Long.MAX_VALUE);
        }
    }

    boolean isNothing() {
        return delayMs == 0 && stop == null;
    }
}
