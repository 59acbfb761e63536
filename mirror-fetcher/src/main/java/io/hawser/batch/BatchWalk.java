/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.batch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A walk over the record batches that a source broker returned for one partition.
 *
 * <pre>
 *   walk.start(records);
 *   while (walk.next() == BatchStep.BATCH) {
 *       rewriter.rewrite(records, walk.position(), destinationLeaderEpoch);
 *   }
 *   append(records, from the start to walk.endPosition());   // and look at walk.step()
 * </pre>
 *
 * <p>The law: whatever the bytes are, a walk throws nothing, ends after at most one step per 61 bytes and reports a batch
 * only if it is whole, of magic 2, above the batch before and free of nonsense in the header. The batches reported lie
 * one after the other without a gap, so those before a bad one can still be appended. The CRC is not checked here.
 *
 * <p>One object serves any number of partitions, one after the other, and allocates nothing. It reads by absolute
 * position and never touches the buffer's own; a batch that it has reported may be rewritten before the next step. Once
 * it has ended it holds the buffer no longer.
 *
 * <p>Confined to the thread that walks.
 */
public final class BatchWalk {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** The smallest length of a message of magic 0, which is less than any batch has. */
    private static final int SMALLEST_LEGACY_LENGTH = 14;

    private static final int SMALLEST_LENGTH = BatchHeader.HEADER_BYTES - BatchHeader.PREFIX_BYTES;
    private static final int LARGEST_LENGTH = Integer.MAX_VALUE - BatchHeader.PREFIX_BYTES;

    private ByteBuffer records = NOTHING;
    private boolean walking;
    private BatchStep step = BatchStep.END;
    private long found;
    private int limit;

    private int position;
    private int endPosition;
    private long baseOffset;
    private long lastOffset;
    private int sourceLeaderEpoch;
    private long maxTimestampMs;
    private int recordCount;

    private int batchesWalked;
    private long recordsWalked;

    /**
     * Begins at the buffer's position; the walk goes to its limit. Both are read now and not again.
     *
     * @throws IllegalArgumentException when the buffer is not in big-endian order, as all buffers are at first
     */
    public void start(ByteBuffer records) {
        if (records.order() != ByteOrder.BIG_ENDIAN) {
            throw new IllegalArgumentException("record batches are big-endian, but the buffer's order is not");
        }
        this.records = records;
        walking = true;
        step = BatchStep.END;
        found = 0;
        position = records.position();
        endPosition = position;
        limit = records.limit();
        baseOffset = -1;
        lastOffset = -1;
        sourceLeaderEpoch = -1;
        maxTimestampMs = -1;
        recordCount = 0;
        batchesWalked = 0;
        recordsWalked = 0;
    }

    /** Goes to the next batch. Anything but {@link BatchStep#BATCH} ends the walk and is the answer from then on. */
    public BatchStep next() {
        if (walking) {
            step = examine(endPosition);
            if (step == BatchStep.BATCH) {
                accept(endPosition);
            } else {
                walking = false;
                records = NOTHING;
            }
        }
        return step;
    }

    private BatchStep examine(int at) {
        int remaining = limit - at;
        if (remaining == 0) {
            return BatchStep.END;
        }
        if (remaining < BatchHeader.PREFIX_BYTES) {
            return partial(BatchHeader.HEADER_BYTES);
        }
        int length = BatchHeader.batchLength(records, at);
        if (length < SMALLEST_LEGACY_LENGTH || length > LARGEST_LENGTH) {
            return finding(BatchStep.BAD_LENGTH, length);
        }
        int sizeInBytes = BatchHeader.PREFIX_BYTES + length;
        if (remaining <= BatchHeader.MAGIC_AT) {
            return partial(sizeInBytes);
        }
        byte magic = BatchHeader.magic(records, at);
        if (magic != BatchHeader.MAGIC) {
            return finding(magic == 0 || magic == 1 ? BatchStep.UNSUPPORTED_MAGIC : BatchStep.UNKNOWN_MAGIC, magic);
        }
        if (length < SMALLEST_LENGTH) {
            return finding(BatchStep.BAD_LENGTH, length);
        }
        return remaining < sizeInBytes ? partial(sizeInBytes) : examineWhole(at);
    }

    private BatchStep examineWhole(int at) {
        long base = BatchHeader.baseOffset(records, at);
        int delta = BatchHeader.lastOffsetDelta(records, at);
        if (base < 0 || delta < 0 || base >= Long.MAX_VALUE - delta) {
            return finding(BatchStep.BAD_OFFSETS, base);
        }
        if (base <= lastOffset) {
            return finding(BatchStep.OFFSETS_NOT_INCREASING, base);
        }
        int count = BatchHeader.recordCount(records, at);
        if (count < 0) {
            return finding(BatchStep.BAD_RECORD_COUNT, count);
        }
        return finding(BatchStep.BATCH, BatchHeader.sizeInBytes(records, at));
    }

    private BatchStep partial(int neededBytes) {
        return finding(batchesWalked == 0 ? BatchStep.FIRST_PARTIAL : BatchStep.TRAILING_PARTIAL, neededBytes);
    }

    private BatchStep finding(BatchStep what, long value) {
        found = value;
        return what;
    }

    private void accept(int at) {
        position = at;
        endPosition = at + BatchHeader.sizeInBytes(records, at);
        baseOffset = BatchHeader.baseOffset(records, at);
        lastOffset = BatchHeader.lastOffset(records, at);
        sourceLeaderEpoch = BatchHeader.partitionLeaderEpoch(records, at);
        maxTimestampMs = BatchHeader.maxTimestamp(records, at);
        recordCount = BatchHeader.recordCount(records, at);
        batchesWalked++;
        recordsWalked += recordCount;
    }

    /** The latest answer of {@link #next}. */
    public BatchStep step() {
        return step;
    }

    /** Index of the current batch's first byte. Like all that follows, it stays that of the last batch at the end. */
    public int position() {
        return position;
    }

    /** Index just behind the current batch, which is also the end of all bytes that may be appended so far. */
    public int endPosition() {
        return endPosition;
    }

    public int sizeInBytes() {
        return endPosition - position;
    }

    /** -1 before the first batch. */
    public long baseOffset() {
        return baseOffset;
    }

    /** Inclusive; -1 before the first batch, always below {@link Long#MAX_VALUE}. */
    public long lastOffset() {
        return lastOffset;
    }

    /** The leader epoch at the source under which the batch was written, as it stood when the walk came to it. */
    public int sourceLeaderEpoch() {
        return sourceLeaderEpoch;
    }

    /** Milliseconds since the epoch, -1 when there is none. */
    public long maxTimestampMs() {
        return maxTimestampMs;
    }

    /** 0 for a batch of which compaction left the header only. */
    public int recordCount() {
        return recordCount;
    }

    /** Batches since the start, the current one included. */
    public int batchesWalked() {
        return batchesWalked;
    }

    /** Records since the start, by the headers; transaction markers are counted as well. */
    public long recordsWalked() {
        return recordsWalked;
    }

    /**
     * After a partial step: the size of the batch that was cut, or the size of a bare header when even the length was
     * cut off. It is what the source claims, up to 2 GiB, and not checked: bound it before fetching that much. 0 otherwise.
     */
    public int neededBytes() {
        return step == BatchStep.FIRST_PARTIAL || step == BatchStep.TRAILING_PARTIAL ? (int) found : 0;
    }

    /** The latest step in words, for the reason of a failed partition: what was found, where, and after which offset. */
    public String describe() {
        int at = step == BatchStep.BATCH ? position : endPosition;
        String after = lastOffset < 0 ? "before any batch" : "last whole batch ends at offset " + lastOffset;
        return step.finding(found) + " (byte " + at + " up to limit " + limit + ", " + after + ")";
    }
}
