/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.verify;

import io.hawser.batch.BatchHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecords.RecordFilter;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;

/** Cleans a log as a broker does, by Kafka's own code. */
final class Cleaner {

    private Cleaner() {}

    /**
     * Keeps of each key the last record before an offset, and all behind.
     *
     * @param tombstonesGo which tombstones have been there long enough
     */
    static List<ByteBuffer> clean(List<ByteBuffer> log, long before, Predicate<Record> tombstonesGo) {
        Map<ByteBuffer, Long> last = new HashMap<>();
        for (ByteBuffer batch : log) {
            if (BatchHeader.lastOffset(batch, 0) < before) {
                records(batch).forEach(record -> last.put(record.key(), record.offset()));
            }
        }
        return without(log, record -> {
            long lastOffset = last.getOrDefault(record.key(), -1L);
            return record.offset() < lastOffset
                    || (record.offset() == lastOffset && !record.hasValue() && tombstonesGo.test(record));
        });
    }

    /** Takes records out, and batches that have none left then. */
    static List<ByteBuffer> without(List<ByteBuffer> log, Predicate<Record> gone) {
        List<ByteBuffer> cleaned = new ArrayList<>();
        for (ByteBuffer batch : log) {
            if (records(batch).stream().noneMatch(gone)) {
                cleaned.add(Logs.copy(batch));
                continue;
            }
            ByteBuffer kept = MemoryRecords.readableRecords(batch.duplicate())
                    .filterTo(
                            new RecordFilter(5_000, 10_000) {
                                @Override
                                protected BatchRetentionResult checkBatchRetention(RecordBatch each) {
                                    return new BatchRetentionResult(BatchRetention.DELETE_EMPTY, false);
                                }

                                @Override
                                protected boolean shouldRetainRecord(RecordBatch each, Record record) {
                                    return !gone.test(record);
                                }
                            },
                            ByteBuffer.allocate(batch.remaining()),
                            BufferSupplier.NO_CACHING)
                    .outputBuffer()
                    .flip();
            if (kept.hasRemaining()) {
                cleaned.add(kept);
            }
        }
        return cleaned;
    }

    static List<Record> records(ByteBuffer batch) {
        List<Record> records = new ArrayList<>();
        MemoryRecords.readableRecords(batch.duplicate()).records().forEach(records::add);
        return records;
    }
}
