/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import io.hawser.source.LogRecord;
import io.hawser.source.LogRecords;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.CloseableIterator;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Records of a batch in Kafka's format, decompressed as they are asked for. Confined to the thread that opened it. */
public final class KafkaLogRecords implements LogRecords {

    private final CloseableIterator<Record> records;

    private KafkaLogRecords(CloseableIterator<Record> records) {
        this.records = records;
    }

    /** As {@link io.hawser.source.LogRecords.Reader#open}. */
    public static LogRecords open(ByteBuffer batch) {
        MutableRecordBatch only = MemoryRecords.readableRecords(batch.duplicate())
                .batches()
                .iterator()
                .next();
        return new KafkaLogRecords(only.streamingIterator(BufferSupplier.NO_CACHING));
    }

    @Override
    public @Nullable LogRecord next() {
        if (!records.hasNext()) {
            return null;
        }
        Record record = records.next();
        return new LogRecord(
                record.offset(),
                record.timestamp(),
                copy(record.key()),
                copy(record.value()),
                List.of(record.headers()));
    }

    @Override
    public void close() {
        records.close();
    }

    private static @Nullable ByteBuffer copy(@Nullable ByteBuffer bytes) {
        return bytes == null ? null : ByteBuffer.wrap(Utils.toArray(bytes));
    }
}
