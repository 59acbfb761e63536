/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.kafka.common.record.internal.FileLogInputStream.FileChannelRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;

/**
 * The bytes of one batch as a replica has them on disk. Immutable; the buffer is read by absolute position only.
 *
 * @param segment the file it lies in
 * @param bytes the whole batch, header and records
 */
record StoredBatch(Path segment, ByteBuffer bytes) {

    static StoredBatch read(Path segment, FileChannelRecordBatch batch) {
        ByteBuffer bytes = ByteBuffer.allocate(batch.sizeInBytes());
        batch.writeTo(bytes);
        bytes.flip();
        return new StoredBatch(segment, bytes);
    }

    long baseOffset() {
        return value(BatchField.BASE_OFFSET);
    }

    long value(BatchField field) {
        return field.valueIn(bytes);
    }

    /** Position from the batch's start at which the records of the two differ first, or -1. */
    int firstDifferentRecordByte(StoredBatch other) {
        ByteBuffer own = recordBytes();
        int mismatch = own.mismatch(other.recordBytes());
        return mismatch < 0 ? -1 : BatchField.HEADER_BYTES + mismatch;
    }

    /** Whether the CRC fits the bytes it covers. */
    boolean isValid() {
        return MemoryRecords.readableRecords(bytes.duplicate())
                .batches()
                .iterator()
                .next()
                .isValid();
    }

    /** The partition's folder. */
    Path folder() {
        return Objects.requireNonNull(segment.getParent());
    }

    /** For a reader of a failed test. */
    String where() {
        return segment.toString();
    }

    /** Inclusive. */
    long lastOffset() {
        return baseOffset() + value(BatchField.LAST_OFFSET_DELTA);
    }

    byte byteAt(int position) {
        return bytes.get(position);
    }

    /** The records, unpacked. */
    Iterable<Record> records() {
        return MemoryRecords.readableRecords(bytes.duplicate()).records();
    }

    private ByteBuffer recordBytes() {
        return bytes.duplicate().position(BatchField.HEADER_BYTES);
    }
}
