/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchWalkTest {
    private static final long MIRRORED_77 = (1L << 62) | (9L << 40) | 77;

    private final BatchWalk walk = new BatchWalk();

    @Test
    void yieldsTheBatchesThatKafkaReads() {
        SplittableRandom random = new SplittableRandom(17);
        for (int i = 0; i < 300; i++) {
            RandomBatches batches = new RandomBatches(random);
            List<ByteBuffer> parts = new ArrayList<>();
            for (int count = random.nextInt(6); count > 0; count--) {
                parts.add(batches.next(200));
            }
            ByteBuffer records = batches.inOneBuffer(parts);

            walk.start(records);
            int position = records.position();
            long recordCount = 0;
            for (MutableRecordBatch kafkas : RandomBatches.asKafkaReads(records)) {
                assertThat(walk.next()).isEqualTo(BatchStep.BATCH);
                assertThat(walk.position()).isEqualTo(position);
                assertSameHeader(kafkas);
                position += kafkas.sizeInBytes();
                recordCount += kafkas.countOrNull();
            }

            assertThat(walk.next()).isEqualTo(BatchStep.END);
            assertThat(walk.endPosition()).isEqualTo(records.limit());
            assertThat(walk.batchesWalked()).isEqualTo(parts.size());
            assertThat(walk.recordsWalked()).isEqualTo(recordCount);
        }
    }

    private void assertSameHeader(MutableRecordBatch kafkas) {
        assertThat(walk.sizeInBytes()).isEqualTo(kafkas.sizeInBytes());
        assertThat(walk.endPosition()).isEqualTo(walk.position() + kafkas.sizeInBytes());
        assertThat(walk.baseOffset()).isEqualTo(kafkas.baseOffset());
        assertThat(walk.lastOffset()).isEqualTo(kafkas.lastOffset());
        assertThat(walk.sourceLeaderEpoch()).isEqualTo(kafkas.partitionLeaderEpoch());
        assertThat(walk.maxTimestampMs()).isEqualTo(kafkas.maxTimestamp());
        assertThat(walk.recordCount()).isEqualTo(kafkas.countOrNull());
    }

    @Test
    void aBatchThatIsCutAnywhereAfterAWholeOneIsANormalEnd() {
        int one = batch(0).remaining();
        ByteBuffer two = together(batch(0), batch(1));
        for (int limit = one + 1; limit < two.limit(); limit++) {
            walk.start(two.duplicate().limit(limit));

            assertThat(walk.next()).isEqualTo(BatchStep.BATCH);
            assertThat(walk.next()).as("cut at %d", limit).isEqualTo(BatchStep.TRAILING_PARTIAL);
            assertThat(walk.step().isNormalEnd()).isTrue();
            assertThat(walk.endPosition()).isEqualTo(one);
            assertThat(walk.lastOffset()).isZero();
        }
    }

    @Test
    void aFirstBatchThatIsCutSaysHowManyBytesItNeeds() {
        ByteBuffer batch = batch(0);
        for (int limit = 1; limit < batch.limit(); limit++) {
            walk.start(batch.duplicate().limit(limit));

            assertThat(walk.next()).isEqualTo(BatchStep.FIRST_PARTIAL);
            assertThat(walk.neededBytes()).isEqualTo(limit < 12 ? 61 : batch.limit());
            assertThat(walk.endPosition()).isZero();
            assertThat(walk.step().isNormalEnd()).isFalse();
            assertThat(walk.step().isCorrupt()).isFalse();
        }
    }

    @Test
    void nothingIsTheEndAtOnce() {
        walk.start(ByteBuffer.allocate(0));

        assertThat(walk.next()).isEqualTo(BatchStep.END);
        assertThat(walk.batchesWalked()).isZero();
        assertThat(walk.lastOffset()).isEqualTo(-1);
    }

    @Test
    void aWalkThatWasNeverStartedIsAtItsEnd() {
        assertThat(walk.next()).isEqualTo(BatchStep.END);
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, 1})
    void olderMessageFormatsAreUnsupportedEvenWhenTheyAreShorterThanAHeader(byte magic) {
        ByteBuffer old = MemoryRecords.withRecords(magic, Compression.NONE, new SimpleRecord(1L, new byte[3]))
                .buffer();

        walk.start(old);

        assertThat(walk.next()).isEqualTo(BatchStep.UNSUPPORTED_MAGIC);
        assertThat(walk.step().isCorrupt()).isFalse();
        assertThat(walk.describe())
                .isEqualTo("message format " + magic + ", but only format 2 can be mirrored (byte 0 up to limit "
                        + old.limit() + ", before any batch)");
    }

    @ParameterizedTest
    @ValueSource(bytes = {3, 127, -1, -128})
    void otherMessageFormatsAreUnknown(byte magic) {
        assertSecondBatch(batch(1).put(BatchHeader.MAGIC_AT, magic), BatchStep.UNKNOWN_MAGIC);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -12, -1, 0, 13, 48, Integer.MAX_VALUE - 11, Integer.MAX_VALUE})
    void lengthsThatNoBatchHasAreRefused(int length) {
        assertSecondBatch(batch(1).putInt(BatchHeader.BATCH_LENGTH_AT, length), BatchStep.BAD_LENGTH);
    }

    @Test
    void aLengthThatNoMessageOfAnyFormatHasIsRefusedEvenBeforeTheFormatIsKnown() {
        ByteBuffer cut = batch(0).putInt(BatchHeader.BATCH_LENGTH_AT, 13).limit(12);

        walk.start(cut);

        assertThat(walk.next()).isEqualTo(BatchStep.BAD_LENGTH);
    }

    @Test
    void aLengthPastTheLimitIsAPartialBatch() {
        ByteBuffer batch = batch(0).putInt(BatchHeader.BATCH_LENGTH_AT, Integer.MAX_VALUE - 12);

        walk.start(batch);

        assertThat(walk.next()).isEqualTo(BatchStep.FIRST_PARTIAL);
        assertThat(walk.neededBytes()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aNegativeLastOffsetDeltaIsRefused() {
        assertSecondBatch(batch(1).putInt(BatchHeader.LAST_OFFSET_DELTA_AT, -1), BatchStep.BAD_OFFSETS);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, Long.MAX_VALUE})
    void aBaseOffsetThatIsNegativeOrLeavesNoNextOffsetIsRefused(long baseOffset) {
        assertSecondBatch(batch(1).putLong(0, baseOffset), BatchStep.BAD_OFFSETS);
    }

    @Test
    void aLastOffsetPastALongIsRefused() {
        ByteBuffer batch = batch(Long.MAX_VALUE - 10).putInt(BatchHeader.LAST_OFFSET_DELTA_AT, 10);

        assertSecondBatch(batch, BatchStep.BAD_OFFSETS);
    }

    @Test
    void theLargestOffsetsAreFine() {
        walk.start(batch(Long.MAX_VALUE - 11).putInt(BatchHeader.LAST_OFFSET_DELTA_AT, 10));

        assertThat(walk.next()).isEqualTo(BatchStep.BATCH);
        assertThat(walk.lastOffset()).isEqualTo(Long.MAX_VALUE - 1);
    }

    @Test
    void aBatchThatDoesNotBeginAboveTheOneBeforeIsRefused() {
        assertSecondBatch(batch(0), BatchStep.OFFSETS_NOT_INCREASING);
    }

    @Test
    void aNegativeRecordCountIsRefused() {
        assertSecondBatch(batch(1).putInt(BatchHeader.RECORD_COUNT_AT, -1), BatchStep.BAD_RECORD_COUNT);
    }

    @Test
    void theAnswerAtTheEndIsRepeated() {
        walk.start(together(batch(0), batch(0)));
        walk.next();

        assertThat(walk.next()).isEqualTo(BatchStep.OFFSETS_NOT_INCREASING);
        assertThat(walk.next()).isEqualTo(BatchStep.OFFSETS_NOT_INCREASING);
    }

    @Test
    void aBatchMayBeRewrittenBeforeTheNextStep() {
        ByteBuffer records = together(batch(0), batch(1));
        BatchRewriter rewriter =
                new BatchRewriter(new ProducerIdSpace(9), ProducerIdSpace.ofSourceCluster("destination"));

        walk.start(records);
        while (walk.next() == BatchStep.BATCH) {
            rewriter.rewrite(records, walk.position(), 8);
        }

        assertThat(walk.step()).isEqualTo(BatchStep.END);
        assertThat(RandomBatches.asKafkaReads(records))
                .allMatch(RecordBatch::isValid)
                .extracting(RecordBatch::producerId)
                .containsExactly(MIRRORED_77, MIRRORED_77);
    }

    @Test
    void refusesABufferOfTheOtherByteOrder() {
        ByteBuffer records = ByteBuffer.allocate(61).order(ByteOrder.LITTLE_ENDIAN);

        assertThatThrownBy(() -> walk.start(records)).isInstanceOf(IllegalArgumentException.class);
    }

    private void assertSecondBatch(ByteBuffer second, BatchStep expected) {
        ByteBuffer first = batch(0);

        walk.start(together(first, second));

        assertThat(walk.next()).isEqualTo(BatchStep.BATCH);
        assertThat(walk.next()).isEqualTo(expected);
        assertThat(expected.isCorrupt()).isTrue();
        assertThat(expected.isNormalEnd()).isFalse();
        assertThat(walk.endPosition()).isEqualTo(first.remaining());
        assertThat(walk.neededBytes()).isZero();
        assertThat(walk.describe()).contains("byte " + first.remaining(), "last whole batch ends at offset 0");
    }

    private static ByteBuffer batch(long baseOffset) {
        return MemoryRecords.withIdempotentRecords(
                        baseOffset, Compression.NONE, 77, (short) 0, 0, 5, new SimpleRecord(1L, new byte[20]))
                .buffer();
    }

    private static ByteBuffer together(ByteBuffer first, ByteBuffer second) {
        return ByteBuffer.allocate(first.remaining() + second.remaining())
                .put(first.duplicate())
                .put(second.duplicate())
                .flip();
    }
}
