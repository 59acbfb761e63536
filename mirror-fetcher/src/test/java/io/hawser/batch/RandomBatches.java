/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.batch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Batches of every kind, written by Kafka's own code. */
public final class RandomBatches {
    private static final List<CompressionType> CODECS = List.of(CompressionType.values());

    private final RandomGenerator random;
    private long nextOffset;
    private int leaderEpoch;

    public RandomBatches(RandomGenerator random) {
        this.random = random;
        this.nextOffset = random.nextLong(1L << random.nextInt(1, 50));
        this.leaderEpoch = random.nextInt(100);
    }

    /** The next batch of one growing log: some offsets are skipped, as after compaction, and the epoch rises at times. */
    public ByteBuffer next(int maxValueBytes) {
        nextOffset += random.nextInt(4) == 0 ? random.nextInt(1000) : 0;
        leaderEpoch += random.nextInt(5) == 0 ? 1 : 0;
        ByteBuffer batch = switch (random.nextInt(8)) {
            case 0 -> endOfTransaction();
            case 1 -> headerOnly();
            case 2, 3 -> withRecords(RecordBatch.NO_PRODUCER_ID, false, maxValueBytes);
            case 4 ->
                withRecords(
                        ProducerIdSpace.ofSourceCluster("an older source").mirrored(producerId()), true, maxValueBytes);
            default -> withRecords(producerId(), random.nextBoolean(), maxValueBytes);
        };
        nextOffset = BatchHeader.lastOffset(batch, 0) + 1;
        return batch;
    }

    /** One buffer, heap or direct, that holds the batches between some bytes of padding; its position is the first's. */
    ByteBuffer inOneBuffer(List<ByteBuffer> batches) {
        int size = batches.stream().mapToInt(ByteBuffer::remaining).sum();
        int before = random.nextInt(20);
        int capacity = before + size + random.nextInt(20);
        ByteBuffer records = random.nextBoolean() ? ByteBuffer.allocate(capacity) : ByteBuffer.allocateDirect(capacity);
        records.position(before);
        batches.forEach(batch -> records.put(batch.duplicate()));
        return records.flip().position(before);
    }

    private ByteBuffer endOfTransaction() {
        ControlRecordType type = random.nextBoolean() ? ControlRecordType.COMMIT : ControlRecordType.ABORT;
        EndTransactionMarker marker = new EndTransactionMarker(type, random.nextInt(1000));
        return MemoryRecords.withEndTransactionMarker(
                        nextOffset, timestampMs(), leaderEpoch, producerId(), producerEpoch(), marker)
                .buffer();
    }

    private ByteBuffer headerOnly() {
        ByteBuffer header = ByteBuffer.allocate(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
        DefaultRecordBatch.writeEmptyHeader(
                header,
                RecordBatch.CURRENT_MAGIC_VALUE,
                producerId(),
                producerEpoch(),
                random.nextInt(1000),
                nextOffset,
                nextOffset + random.nextInt(1000),
                leaderEpoch,
                TimestampType.CREATE_TIME,
                timestampMs(),
                random.nextBoolean(),
                random.nextBoolean());
        return header.flip();
    }

    private ByteBuffer withRecords(long producerId, boolean transactional, int maxValueBytes) {
        CompressionType codec = CODECS.get(random.nextInt(CODECS.size()));
        boolean idempotent = producerId != RecordBatch.NO_PRODUCER_ID;
        return MemoryRecords.withRecords(
                        RecordBatch.CURRENT_MAGIC_VALUE,
                        nextOffset,
                        Compression.of(codec).build(),
                        random.nextBoolean() ? TimestampType.CREATE_TIME : TimestampType.LOG_APPEND_TIME,
                        producerId,
                        idempotent ? producerEpoch() : RecordBatch.NO_PRODUCER_EPOCH,
                        idempotent ? random.nextInt() & Integer.MAX_VALUE : RecordBatch.NO_SEQUENCE,
                        leaderEpoch,
                        transactional && idempotent,
                        simpleRecords(maxValueBytes))
                .buffer();
    }

    private SimpleRecord[] simpleRecords(int maxValueBytes) {
        SimpleRecord[] records = new SimpleRecord[random.nextInt(1, 6)];
        for (int i = 0; i < records.length; i++) {
            byte[] value = random.nextInt(10) == 0 ? null : bytes(random.nextInt(maxValueBytes + 1));
            records[i] = new SimpleRecord(timestampMs(), bytes(random.nextInt(20)), value);
        }
        return records;
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Any that fits in 40 bits, short ones as often as long ones. */
    private long producerId() {
        return random.nextLong(1L << random.nextInt(41));
    }

    private short producerEpoch() {
        return (short) random.nextInt(Short.MAX_VALUE);
    }

    private long timestampMs() {
        return random.nextLong(2_000_000_000_000L);
    }

    static List<MutableRecordBatch> asKafkaReads(ByteBuffer records) {
        List<MutableRecordBatch> batches = new ArrayList<>();
        MemoryRecords.readableRecords(records.duplicate()).batches().forEach(batches::add);
        return batches;
    }

    static MutableRecordBatch theOneBatch(ByteBuffer records) {
        List<MutableRecordBatch> batches = asKafkaReads(records);
        if (batches.size() != 1) {
            throw new AssertionError("one batch expected, but Kafka reads " + batches);
        }
        return batches.get(0);
    }

    static byte[] bytesOf(ByteBuffer records) {
        byte[] bytes = new byte[records.remaining()];
        records.duplicate().get(bytes);
        return bytes;
    }
}
