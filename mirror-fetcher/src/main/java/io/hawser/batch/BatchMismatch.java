/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.batch;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The first byte in which two batches differ, and what it belongs to. Immutable.
 *
 * <p>A header field is told before the records, and the CRC last of all: it differs whenever something else does and both sides are
 * intact, and says nothing then.
 *
 * @param field as the message format names it; {@code records} for what is behind the header
 * @param position index of the byte, from the batch's first
 */
public record BatchMismatch(String field, int position) {

    private static final String RECORDS = "records";
    private static final Field CRC = new Field("crc", BatchHeader.CRC_AT, Integer.BYTES);

    /** In the order of the format, without the CRC, and without the leader epoch, which each cluster sets by itself. */
    private static final List<Field> FIELDS = List.of(
            new Field("baseOffset", BatchHeader.BASE_OFFSET_AT, Long.BYTES),
            new Field("batchLength", BatchHeader.BATCH_LENGTH_AT, Integer.BYTES),
            new Field("magic", BatchHeader.MAGIC_AT, Byte.BYTES),
            new Field("attributes", BatchHeader.ATTRIBUTES_AT, Short.BYTES),
            new Field("lastOffsetDelta", BatchHeader.LAST_OFFSET_DELTA_AT, Integer.BYTES),
            new Field("baseTimestamp", BatchHeader.BASE_TIMESTAMP_AT, Long.BYTES),
            new Field("maxTimestamp", BatchHeader.MAX_TIMESTAMP_AT, Long.BYTES),
            new Field("producerId", BatchHeader.PRODUCER_ID_AT, Long.BYTES),
            new Field("producerEpoch", BatchHeader.PRODUCER_EPOCH_AT, Short.BYTES),
            new Field("baseSequence", BatchHeader.BASE_SEQUENCE_AT, Integer.BYTES),
            new Field("recordsCount", BatchHeader.RECORD_COUNT_AT, Integer.BYTES));

    /** Which of them stay as they were when a batch loses records to compaction; of the attributes all bits but one do. */
    private static final List<String> KEPT_BY_COMPACTION =
            List.of("baseOffset", "magic", "lastOffsetDelta", "producerId", "producerEpoch", "baseSequence");

    /** Attribute bit 6: the base timestamp is the delete horizon, which each cleaner sets by its own clock (KIP-534). */
    private static final int DELETE_HORIZON_BIT = 0x40;

    private record Field(String name, int at, int bytes) {

        Optional<BatchMismatch> between(ByteBuffer one, int onePosition, ByteBuffer other, int otherPosition) {
            return mismatch(name, one.slice(onePosition + at, bytes), other.slice(otherPosition + at, bytes), at);
        }
    }

    /**
     * @param one big-endian, with a whole batch at {@code onePosition}
     * @param other likewise
     * @return empty if all bytes but those of the leader epoch are the same
     */
    public static Optional<BatchMismatch> between(
            ByteBuffer one, int onePosition, ByteBuffer other, int otherPosition) {
        ByteBuffer all = one.slice(onePosition, BatchHeader.sizeInBytes(one, onePosition));
        ByteBuffer others = other.slice(otherPosition, BatchHeader.sizeInBytes(other, otherPosition));
        if (all.mismatch(others) < 0) {
            return Optional.empty();
        }
        return FIELDS.stream()
                .flatMap(field -> field.between(one, onePosition, other, otherPosition).stream())
                .findFirst()
                .or(() -> mismatch(
                        RECORDS,
                        all.slice(BatchHeader.HEADER_BYTES, all.limit() - BatchHeader.HEADER_BYTES),
                        others.slice(BatchHeader.HEADER_BYTES, others.limit() - BatchHeader.HEADER_BYTES),
                        BatchHeader.HEADER_BYTES))
                .or(() -> CRC.between(one, onePosition, other, otherPosition));
    }

    /** As {@link #between}, in what compaction leaves as it is in a batch, however many records it takes out of it. */
    public static Optional<BatchMismatch> betweenCompacted(
            ByteBuffer one, int onePosition, ByteBuffer other, int otherPosition) {
        int differing = BatchHeader.attributes(one, onePosition) ^ BatchHeader.attributes(other, otherPosition);
        if ((differing & ~DELETE_HORIZON_BIT) != 0) {
            return Optional.of(new BatchMismatch("attributes", BatchHeader.ATTRIBUTES_AT));
        }
        return FIELDS.stream()
                .filter(field -> KEPT_BY_COMPACTION.contains(field.name()))
                .flatMap(field -> field.between(one, onePosition, other, otherPosition).stream())
                .findFirst();
    }

    private static Optional<BatchMismatch> mismatch(String field, ByteBuffer one, ByteBuffer other, int at) {
        int index = one.mismatch(other);
        return index < 0 ? Optional.empty() : Optional.of(new BatchMismatch(field, at + index));
    }
}
