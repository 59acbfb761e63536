/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.batch;

import static io.hawser.batch.RandomBatches.bytesOf;
import static io.hawser.batch.RandomBatches.theOneBatch;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.hawser.batch.BatchRewriter.Outcome;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchRewriterTest {
    private static final int EPOCH = 31;

    private final ProducerIdSpace producerIds = ProducerIdSpace.ofSourceCluster("source");
    private final BatchRewriter rewriter =
            new BatchRewriter(producerIds, ProducerIdSpace.ofSourceCluster("destination"));
    private final SplittableRandom random = new SplittableRandom(13);

    @Test
    void batchesOfEveryKindAreValidAndEqualButForThreeFields() {
        RandomBatches batches = new RandomBatches(random);
        for (int i = 0; i < 3000; i++) {
            ByteBuffer records = batches.inOneBuffer(List.of(batches.next(1 << random.nextInt(15))));

            assertRewrites(records);
        }
    }

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void aBatchOfOneMebibyteIsValidInEachCodec(CompressionType codec) {
        byte[] value = new byte[1 << 20];
        random.nextBytes(value);
        ByteBuffer records = MemoryRecords.withIdempotentRecords(
                        Compression.of(codec).build(), 4711, (short) 3, 17, new SimpleRecord(1L, value))
                .buffer();

        assertRewrites(records);
    }

    @Test
    void onlyTheEpochChangesInABatchWithoutProducerId() {
        ByteBuffer records = idempotentBatch(-1);
        byte[] before = bytesOf(records);

        Outcome outcome = rewriter.rewrite(records, 0, EPOCH);

        assertThat(outcome).isEqualTo(Outcome.REWRITTEN);
        assertThat(fieldsThatDiffer(before, bytesOf(records))).containsExactly("partitionLeaderEpoch");
        assertThat(theOneBatch(records).isValid()).isTrue();
    }

    @Test
    void onlyTheEpochChangesInABatchThatCameThroughAnotherLink() {
        ByteBuffer records =
                idempotentBatch(ProducerIdSpace.ofSourceCluster("before").mirrored(8));
        byte[] before = bytesOf(records);

        rewriter.rewrite(records, 0, EPOCH);

        assertThat(fieldsThatDiffer(before, bytesOf(records))).containsExactly("partitionLeaderEpoch");
    }

    @Test
    void onlyTheEpochHasChangedInABatchThatComesBackToWhereItWasWritten() {
        BatchRewriter there = new BatchRewriter(ProducerIdSpace.ofSourceCluster("destination"), producerIds);
        ByteBuffer records = idempotentBatch(4711);
        byte[] before = bytesOf(records);

        rewriter.rewrite(records, 0, EPOCH);
        assertThat(theOneBatch(records).producerId()).isEqualTo(producerIds.mirrored(4711));
        there.rewrite(records, 0, EPOCH);

        assertThat(fieldsThatDiffer(before, bytesOf(records))).containsExactly("partitionLeaderEpoch");
        assertThat(theOneBatch(records).isValid()).isTrue();
    }

    @Test
    void rewritingAgainChangesTheEpochOnly() {
        ByteBuffer records = idempotentBatch(4711);
        rewriter.rewrite(records, 0, EPOCH);
        byte[] once = bytesOf(records);

        rewriter.rewrite(records, 0, EPOCH + 1);

        assertThat(fieldsThatDiffer(once, bytesOf(records))).containsExactly("partitionLeaderEpoch");
        assertThat(theOneBatch(records).partitionLeaderEpoch()).isEqualTo(EPOCH + 1);
    }

    @Test
    void eachFlippedBitUnderTheCrcAndInItStaysCorrupt() {
        ByteBuffer sound = idempotentBatch(4711);
        for (int bit = BatchHeader.CRC_AT * 8; bit < sound.limit() * 8; bit++) {
            ByteBuffer records = copyOf(sound);
            flip(records, bit);
            byte[] damaged = bytesOf(records);

            Outcome outcome = rewriter.rewrite(records, 0, EPOCH);

            assertThat(theOneBatch(records).isValid()).as("bit %d", bit).isFalse();
            assertThat(BatchRewriter.isIntact(records, 0)).isFalse();
            if (outcome != Outcome.REWRITTEN) {
                assertThat(outcome).isEqualTo(Outcome.CORRUPT);
                assertThat(bytesOf(records)).isEqualTo(damaged);
            }
        }
    }

    @Test
    void aRepairedBitAfterwardsMakesTheBatchWholeAgain() {
        ByteBuffer expected = idempotentBatch(4711);
        rewriter.rewrite(expected, 0, EPOCH);
        for (int bit = BatchHeader.PRODUCER_EPOCH_AT * 8; bit < expected.limit() * 8; bit++) {
            ByteBuffer records = idempotentBatch(4711);
            flip(records, bit);

            rewriter.rewrite(records, 0, EPOCH);
            flip(records, bit);

            assertThat(bytesOf(records)).isEqualTo(bytesOf(expected));
        }
    }

    @Test
    void reportsAnIntactBatchWhoseProducerIdHasNoPlaceAndLeavesItAlone() {
        ByteBuffer records = idempotentBatch(1L << 40);
        byte[] before = bytesOf(records);

        Outcome outcome = rewriter.rewrite(records, 0, EPOCH);

        assertThat(outcome).isEqualTo(Outcome.PRODUCER_ID_OUT_OF_RANGE);
        assertThat(bytesOf(records)).isEqualTo(before);
    }

    @Test
    void neighboursAndTheBuffersPositionStayAsTheyAre() {
        ByteBuffer one = idempotentBatch(1);
        ByteBuffer records = ByteBuffer.allocateDirect(3 * one.remaining());
        records.put(one.duplicate()).put(one.duplicate()).put(one.duplicate()).flip();

        rewriter.rewrite(records, one.remaining(), EPOCH);

        assertThat(records.position()).isZero();
        assertThat(records.limit()).isEqualTo(3 * one.remaining());
        assertThat(records.slice(0, one.remaining())).isEqualTo(one);
        assertThat(records.slice(one.remaining(), one.remaining())).isNotEqualTo(one);
        assertThat(records.slice(2 * one.remaining(), one.remaining())).isEqualTo(one);
    }

    @Test
    void walkingAndRewritingAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        RandomBatches batches = new RandomBatches(random);
        ByteBuffer records = batches.inOneBuffer(
                Stream.generate(() -> batches.next(100)).limit(1000).toList());
        BatchWalk walk = new BatchWalk();
        walkAndRewrite(walk, records.duplicate());

        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
            walkAndRewrite(walk, records);
        }
        long allocatedBytes = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(walk.batchesWalked()).isEqualTo(1000);
        assertThat(allocatedBytes).as("for 100,000 batches").isLessThan(50_000);
    }

    private void walkAndRewrite(BatchWalk walk, ByteBuffer records) {
        walk.start(records);
        while (walk.next() == BatchStep.BATCH) {
            records.putLong(walk.position() + BatchHeader.PRODUCER_ID_AT, walk.recordCount());
            rewriter.rewrite(records, walk.position(), walk.batchesWalked());
        }
    }

    private void assertRewrites(ByteBuffer records) {
        byte[] before = bytesOf(records);
        MutableRecordBatch source = theOneBatch(ByteBuffer.wrap(before));

        Outcome outcome = rewriter.rewrite(records, records.position(), EPOCH);

        MutableRecordBatch mirror = theOneBatch(records);
        assertThat(outcome).isEqualTo(Outcome.REWRITTEN);
        assertThat(BatchRewriter.isIntact(records, records.position())).isTrue();
        mirror.ensureValid();
        assertThat(mirror.partitionLeaderEpoch()).isEqualTo(EPOCH);
        assertThat(mirror.producerId()).isEqualTo(producerIds.mirrored(source.producerId()));
        assertThat(recordsOf(mirror)).isEqualTo(recordsOf(source));
        assertThat(fieldsThatDiffer(before, bytesOf(records))).isSubsetOf("partitionLeaderEpoch", "producerId", "crc");
    }

    private static ByteBuffer idempotentBatch(long producerId) {
        return MemoryRecords.withIdempotentRecords(
                        Compression.NONE,
                        producerId,
                        (short) 3,
                        17,
                        new SimpleRecord(1L, new byte[] {1}, new byte[40]),
                        new SimpleRecord(2L, new byte[] {2}, new byte[70]))
                .buffer();
    }

    private static Set<String> fieldsThatDiffer(byte[] before, byte[] after) {
        assertThat(after).hasSameSizeAs(before);
        Set<String> fields = new TreeSet<>();
        for (int at = 0; at < before.length; at++) {
            if (before[at] != after[at]) {
                fields.add(fieldAt(at));
            }
        }
        return fields;
    }

    private static String fieldAt(int at) {
        if (at >= 12 && at < 16) {
            return "partitionLeaderEpoch";
        }
        if (at >= 17 && at < 21) {
            return "crc";
        }
        return at >= 43 && at < 51 ? "producerId" : "byte " + at;
    }

    private static List<Record> recordsOf(MutableRecordBatch batch) {
        List<Record> records = new ArrayList<>();
        batch.forEach(records::add);
        return records;
    }

    private static void flip(ByteBuffer records, int bit) {
        records.put(bit / 8, (byte) (records.get(bit / 8) ^ (1 << (bit % 8))));
    }

    private static ByteBuffer copyOf(ByteBuffer records) {
        return ByteBuffer.wrap(bytesOf(records));
    }
}
