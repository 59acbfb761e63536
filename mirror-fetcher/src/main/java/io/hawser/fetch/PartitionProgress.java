/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

/**
 * What the last answers said about one partition.
 *
 * <p>Immutable.
 *
 * @param sourceHighWatermark -1 before the first answer
 * @param sourceLogStartOffset -1 when not known
 * @param caughtUp whether the mirror's log held all that the source had
 * @param caughtUpMs when it last did, in milliseconds since the epoch; -1 if never
 * @param bytesPerRecord mean of the last batches; 0 before any
 */
record PartitionProgress(
        long sourceHighWatermark, long sourceLogStartOffset, boolean caughtUp, long caughtUpMs, double bytesPerRecord) {

    static final PartitionProgress UNKNOWN = new PartitionProgress(-1, -1, false, -1, 0);

    /** What another fetcher may still say of it before it has heard anything itself: no more than what was. */
    PartitionProgress asPast() {
        return new PartitionProgress(-1, -1, false, caughtUpMs, bytesPerRecord);
    }

    PartitionProgress heard(long highWatermark, long logStartOffset, boolean nowCaughtUp, long nowMs, double mean) {
        return new PartitionProgress(
                highWatermark,
                logStartOffset,
                nowCaughtUp,
                nowCaughtUp ? nowMs : caughtUpMs,
                mean > 0 ? mean : bytesPerRecord);
    }
}
