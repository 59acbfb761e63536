/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The destination's logs, as the leader of their partitions sees them. Thread-safe; each partition is appended to by one
 * thread at a time.
 */
public interface MirrorLog {

    /** Where the log stands; empty when this broker does not lead the partition under the assignment's epoch. */
    Optional<Position> position(MirrorAssignment assignment);

    /**
     * Appends batches at the offsets that they carry.
     *
     * <p>They are in the leader's log when this returns {@link AppendOutcome.Appended}; {@code replicated} is then called
     * once, by any thread and perhaps before this returns, when all in-sync replicas have them or that was given up
     * waiting for. In every other case nothing was appended and {@code replicated} is not called.
     *
     * @param batches whole batches of the assignment's leader epoch, position to limit; not kept
     * @param replicated told whether all in-sync replicas have the batches; must not block
     */
    AppendOutcome append(MirrorAssignment assignment, ByteBuffer batches, Consumer<Boolean> replicated);

    /**
     * Drops what lies before an offset, on all replicas by and by.
     *
     * @param offset new log start offset; one above the high watermark counts as the high watermark, and one that is not above
     *     the present log start changes nothing
     */
    void raiseLogStart(MirrorAssignment assignment, long offset);

    /**
     * Drops the whole log and lets it begin and end at an offset, for a source that holds nothing and whose next record has
     * that offset. No append may be under way.
     */
    void restartAt(MirrorAssignment assignment, long offset);

    /**
     * How long records like the last one in the log are still kept; empty when they are kept for ever, or nothing is there.
     *
     * @param nowMs in milliseconds since the epoch
     */
    Optional<Retention> retention(MirrorAssignment assignment, long nowMs);

    /** Wakes what waits for the appends since the last call: followers, consumers. Call it holding no lock. */
    void completeAppends();

    /**
     * @param leftMs below 0 when they may be gone by now
     * @param totalMs that records are kept
     * @param ofTombstones whether it is tombstones of a compacted log that go, and other records stay
     */
    record Retention(long leftMs, long totalMs, boolean ofTombstones) {}

    /**
     * @param logEndOffset exclusive
     * @param highWatermark exclusive
     * @param maxAppendBytes the most that one append may hold
     */
    record Position(long logStartOffset, long logEndOffset, long highWatermark, int maxAppendBytes) {}
}
