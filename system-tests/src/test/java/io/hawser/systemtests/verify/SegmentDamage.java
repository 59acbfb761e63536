/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.verify;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.apache.kafka.common.record.internal.FileLogInputStream.FileChannelRecordBatch;
import org.apache.kafka.common.record.internal.FileRecords;

/** Damages the first segment of a partition whose broker is down. */
final class SegmentDamage {

    private SegmentDamage() {}

    /** @param byteInBatch index of the byte of which one bit is turned over */
    record Place(long baseOffset, long lastOffset, int byteInBatch, int batchBytes) {}

    /** Turns one bit over behind the header of the batch that holds an offset. */
    static Place flipABit(Path dataDirectory, String partition, long offset) throws IOException {
        Path segment = dataDirectory.resolve(partition).resolve("00000000000000000000.log");
        try (FileRecords records = FileRecords.open(segment.toFile(), false)) {
            for (FileChannelRecordBatch batch : records.batches()) {
                if (batch.lastOffset() >= offset) {
                    int at = batch.sizeInBytes() / 2 + 31;
                    flip(segment, batch.position() + at);
                    return new Place(batch.baseOffset(), batch.lastOffset(), at, batch.sizeInBytes());
                }
            }
        }
        throw new IllegalStateException("No batch with offset " + offset + " in " + segment);
    }

    private static void flip(Path file, long position) throws IOException {
        try (RandomAccessFile segment = new RandomAccessFile(file.toFile(), "rw")) {
            segment.seek(position);
            int before = segment.read();
            segment.seek(position);
            segment.write(before ^ 0x10);
        }
    }
}
