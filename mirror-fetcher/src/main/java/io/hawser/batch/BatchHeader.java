/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.batch;

import java.nio.ByteBuffer;

/**
 * The header of a record batch of magic 2, read in place by absolute position.
 *
 * <p>The layout is the {@code RecordBatch} of the Kafka protocol's message format, section "Record Batch", introduced by
 * KIP-98; the names are those of the specification. Every {@code position} below is the index of the batch's first byte
 * in the buffer, and the buffer is in big-endian order. The accessors check nothing: {@link BatchWalk} says beforehand
 * whether the bytes are there and make sense. A buffer that ends too early is answered by the buffer's own
 * {@link IndexOutOfBoundsException}.
 *
 * <p>Thread-safe. The class has no state; the buffer is the caller's affair.
 */
public final class BatchHeader {
    static final int BASE_OFFSET_AT = 0;
    static final int BATCH_LENGTH_AT = 8;
    static final int PARTITION_LEADER_EPOCH_AT = 12;
    static final int MAGIC_AT = 16;
    static final int CRC_AT = 17;
    static final int ATTRIBUTES_AT = 21;
    static final int LAST_OFFSET_DELTA_AT = 23;
    static final int BASE_TIMESTAMP_AT = 27;
    static final int MAX_TIMESTAMP_AT = 35;
    static final int PRODUCER_ID_AT = 43;
    static final int PRODUCER_EPOCH_AT = 51;
    static final int BASE_SEQUENCE_AT = 53;
    static final int RECORD_COUNT_AT = 57;

    /** Bytes before the part that {@code batchLength} counts: the base offset and the length itself. */
    static final int PREFIX_BYTES = 12;

    /** Bytes of a whole header, which is also the smallest batch: compaction leaves such empty ones (KIP-98). */
    static final int HEADER_BYTES = 61;

    static final byte MAGIC = 2;

    /** The producer id of a batch that no idempotent producer wrote (KIP-98). */
    static final long NO_PRODUCER_ID = -1;

    private static final int TRANSACTIONAL_BIT = 0x10;
    private static final int CONTROL_BIT = 0x20;

    private BatchHeader() {}

    public static long baseOffset(ByteBuffer records, int position) {
        return records.getLong(position + BASE_OFFSET_AT);
    }

    /** The field as it stands: the bytes that follow it, so 12 less than {@link #sizeInBytes}. */
    public static int batchLength(ByteBuffer records, int position) {
        return records.getInt(position + BATCH_LENGTH_AT);
    }

    /** The whole batch from its base offset to its last record, at least 61 for a batch that the walk accepted. */
    public static int sizeInBytes(ByteBuffer records, int position) {
        return PREFIX_BYTES + batchLength(records, position);
    }

    public static int partitionLeaderEpoch(ByteBuffer records, int position) {
        return records.getInt(position + PARTITION_LEADER_EPOCH_AT);
    }

    public static byte magic(ByteBuffer records, int position) {
        return records.get(position + MAGIC_AT);
    }

    /** The stored CRC-32C of all bytes from the attributes to the end of the batch, as the 32 bits of an int. */
    public static int crc(ByteBuffer records, int position) {
        return records.getInt(position + CRC_AT);
    }

    public static short attributes(ByteBuffer records, int position) {
        return records.getShort(position + ATTRIBUTES_AT);
    }

    public static int lastOffsetDelta(ByteBuffer records, int position) {
        return records.getInt(position + LAST_OFFSET_DELTA_AT);
    }

    /** Inclusive. Compaction keeps it even when the record at that offset is gone. */
    public static long lastOffset(ByteBuffer records, int position) {
        return baseOffset(records, position) + lastOffsetDelta(records, position);
    }

    /** Milliseconds since the epoch; the delete horizon instead, when attribute bit 6 is set (KIP-534). */
    public static long baseTimestamp(ByteBuffer records, int position) {
        return records.getLong(position + BASE_TIMESTAMP_AT);
    }

    /** Milliseconds since the epoch, -1 when the batch has none. */
    public static long maxTimestamp(ByteBuffer records, int position) {
        return records.getLong(position + MAX_TIMESTAMP_AT);
    }

    /** -1 when no idempotent producer wrote the batch. */
    public static long producerId(ByteBuffer records, int position) {
        return records.getLong(position + PRODUCER_ID_AT);
    }

    public static short producerEpoch(ByteBuffer records, int position) {
        return records.getShort(position + PRODUCER_EPOCH_AT);
    }

    public static int baseSequence(ByteBuffer records, int position) {
        return records.getInt(position + BASE_SEQUENCE_AT);
    }

    /** 0 for a batch of which compaction left the header only. */
    public static int recordCount(ByteBuffer records, int position) {
        return records.getInt(position + RECORD_COUNT_AT);
    }

    public static boolean isTransactional(ByteBuffer records, int position) {
        return (attributes(records, position) & TRANSACTIONAL_BIT) != 0;
    }

    /** True for transaction markers and the like, which consumers never see as records. */
    public static boolean isControl(ByteBuffer records, int position) {
        return (attributes(records, position) & CONTROL_BIT) != 0;
    }
}
