/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the destination's logs hold, as the leader of their partitions sees them. Thread-safe; each call may wait for the disk, so none
 * of the broker's own threads may make it.
 *
 * <p>A thread that makes these calls must never be interrupted: an interrupt closes the file that it reads, which is the broker's.
 *
 * <p>Failure semantics: {@link org.apache.kafka.common.errors.OffsetOutOfRangeException} when the log begins above the offset by now,
 * another {@link org.apache.kafka.common.KafkaException} when the file cannot be read.
 */
public interface MirrorReader {

    /** Empty when this broker does not lead the partition under the assignment's epoch. */
    Optional<Extent> extent(MirrorAssignment assignment);

    /**
     * Reads raw batches from the one on that holds an offset, or the next one behind it; never beyond the high watermark.
     *
     * @param reused is read into, up to its capacity, if the first batch fits
     * @return {@code reused} or a larger one, position to limit, with a part of a batch at its end perhaps; without any bytes if nothing is
     *     there; empty when this broker does not lead the partition under the assignment's epoch
     */
    Optional<ByteBuffer> read(MirrorAssignment assignment, long offset, ByteBuffer reused);

    /**
     * Where the first batch begins that has a record of a time or later.
     *
     * @param timestampMs in milliseconds since the epoch
     * @return the log's end if there is none; empty when this broker does not lead the partition under the assignment's epoch
     */
    OptionalLong batchFrom(MirrorAssignment assignment, long timestampMs);

    /**
     * Where the batch begins that holds an offset, or the next one behind it.
     *
     * @return at least the log's start; its end if there is none; empty when this broker does not lead the partition under the
     *     assignment's epoch
     */
    OptionalLong batchAt(MirrorAssignment assignment, long offset);

    /**
     * @param logStartOffset of what can be read here
     * @param highWatermark exclusive
     * @param compacted whether the log's cleaner takes records from its midst
     */
    record Extent(long logStartOffset, long highWatermark, boolean compacted) {}
}
