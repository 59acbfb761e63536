/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import io.hawser.source.RecordDecoder;
import java.nio.ByteBuffer;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Utils;

/** Batches in Kafka's format. Thread-safe: no state. */
public final class KafkaRecords {

    private KafkaRecords() {}

    /** As {@link RecordDecoder#decode}. Control records are passed over. */
    public static long decode(ByteBuffer batches, RecordDecoder.Records records) {
        long next = -1;
        for (RecordBatch batch :
                MemoryRecords.readableRecords(batches.duplicate()).batches()) {
            if (!batch.isControlBatch()) {
                for (Record record : batch) {
                    records.accept(Utils.toNullableArray(record.key()), Utils.toNullableArray(record.value()));
                }
            }
            next = batch.nextOffset();
        }
        return next;
    }
}
