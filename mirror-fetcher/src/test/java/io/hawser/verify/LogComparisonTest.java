/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.batch.BatchHeader;
import io.hawser.batch.BatchRewriter;
import io.hawser.batch.RandomBatches;
import io.hawser.status.VerificationDifference;
import io.hawser.status.VerificationDifference.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class LogComparisonTest {

    private static final int HEADER_BYTES = 61;
    private static final int LEADER_EPOCH_AT = 12;
    private static final int LEADER_EPOCH_END = 16;

    private final Random random = new Random(5);

    @RepeatedTest(20)
    void findsTheMirrorOfAnyLogEqualInWhateverPiecesItIsRead(RepetitionInfo repetition) {
        Random seeded = new Random(repetition.getCurrentRepetition());
        List<ByteBuffer> source = batches(seeded, 60);
        Logs logs = new Logs(seeded, source, Logs.mirrored(source));

        assertThat(logs.ofBatches(0, logs.end()).difference()).isNull();
        LogComparison ofSurvivors = logs.ofSurvivors(0, logs.end());
        assertThat(ofSurvivors.difference()).isNull();
        assertThat(ofSurvivors.waits()).isFalse();
        assertThat(ofSurvivors.resumeOffset()).isEqualTo(logs.end());
    }

    @RepeatedTest(200)
    void findsEveryFlippedBitAndNamesTheByte(RepetitionInfo repetition) {
        Random seeded = new Random(repetition.getCurrentRepetition());
        List<ByteBuffer> source = batches(seeded, 10);
        List<ByteBuffer> mirror = Logs.mirrored(source);
        int index = seeded.nextInt(mirror.size());
        ByteBuffer damaged = mirror.get(index);
        int at = seeded.nextInt(damaged.limit());
        long offset = BatchHeader.baseOffset(source.get(index), 0);
        damaged.put(at, (byte) (damaged.get(at) ^ 1 << seeded.nextInt(8)));
        Logs logs = new Logs(seeded, source, mirror);
        long end = BatchHeader.lastOffset(source.get(source.size() - 1), 0) + 1;

        LogComparison comparison = logs.ofBatches(0, end);
        VerificationDifference found = comparison.difference();

        if (at >= LEADER_EPOCH_AT && at < LEADER_EPOCH_END) {
            assertThat(found).as("each cluster has leader epochs of its own").isNull();
            return;
        }
        assertThat(found)
                .as("seed %d, byte %d", repetition.getCurrentRepetition(), at)
                .isNotNull();
        if (at >= HEADER_BYTES) {
            assertThat(comparison.resumeOffset())
                    .isEqualTo(index == 0 ? 0 : BatchHeader.lastOffset(source.get(index - 1), 0) + 1);
            assertThat(found)
                    .isEqualTo(new VerificationDifference(
                            Kind.BATCH,
                            offset,
                            BatchHeader.lastOffset(source.get(index), 0),
                            "records",
                            at,
                            source.get(index).limit(),
                            true,
                            false,
                            null));
        }
        if (at >= LEADER_EPOCH_END) {
            assertThat(found.offset()).isEqualTo(offset);
            assertThat(logs.ofSurvivors(0, end).difference())
                    .as("among what cleaners left, byte %d", at)
                    .isNotNull()
                    .extracting(VerificationDifference::offset)
                    .isEqualTo(offset);
        }
    }

    @Test
    void tellsWhichSideIsDamagedByTheChecksums() {
        List<ByteBuffer> source = List.of(batch(5, "a", "b"));
        List<ByteBuffer> damagedSource = List.of(Logs.copy(source.get(0)));
        flipLast(damagedSource.get(0));
        List<ByteBuffer> mirror = Logs.mirrored(source);
        List<ByteBuffer> damagedMirror = Logs.mirrored(source);
        flipLast(damagedMirror.get(0));

        assertThat(text(source, damagedMirror))
                .contains("the batch of offsets 5 to 6 differs in records", "the mirror's");
        assertThat(text(damagedSource, mirror)).contains("the source's does not fit its checksum");
        assertThat(text(damagedSource, Logs.mirrored(List.of(batch(5, "a", "c")))))
                .contains("the source's");
        assertThat(text(source, Logs.mirrored(List.of(batch(5, "a", "c"))))).contains("both fit their checksums");
    }

    @Test
    void namesTheBatchThatOneSideLacks() {
        List<ByteBuffer> three = List.of(batch(0, "a"), batch(1, "b", "c"), batch(3, "d"));
        List<ByteBuffer> two = List.of(three.get(0), three.get(2));

        assertThat(difference(three, Logs.mirrored(two)))
                .isEqualTo(VerificationDifference.of(Kind.MISSING_ON_MIRROR, 1, 2, null));
        assertThat(difference(two, Logs.mirrored(three)))
                .isEqualTo(VerificationDifference.of(Kind.MISSING_ON_SOURCE, 1, 2, null));
        assertThat(difference(three, Logs.mirrored(three.subList(0, 2))))
                .isEqualTo(VerificationDifference.of(Kind.MISSING_ON_MIRROR, 3, 3, null));
    }

    @Test
    void comparesNothingOutsideTheRange() {
        List<ByteBuffer> source = List.of(batch(0, "a"), batch(1, "b"), batch(2, "c"), batch(3, "d"));
        List<ByteBuffer> other = List.of(batch(0, "x"), batch(1, "b"), batch(2, "c"), batch(3, "y"));
        Logs logs = new Logs(random, source, Logs.mirrored(other));

        assertThat(logs.ofBatches(1, 3).difference()).isNull();
        assertThat(logs.ofBatches(0, 3).difference()).isNotNull();
        assertThat(logs.ofBatches(1, 4).difference()).isNotNull();
    }

    @Test
    void leavesOutWhatWasDeletedMeanwhileAndCountsIt() {
        List<ByteBuffer> source = List.of(batch(0, "a"), batch(1, "b"), batch(2, "c"));
        Logs logs = new Logs(random, source, Logs.mirrored(source.subList(2, 3)));
        LogComparison comparison = LogComparison.ofBatches(Logs.SOURCE, Logs.DESTINATION, 0, 3);
        logs.step(comparison, comparison.compare(), 3);
        assertThat(comparison.compare()).isEqualTo(LogComparison.Need.MIRROR);

        assertThat(comparison.skipTo(2)).isEqualTo(2);

        logs.step(comparison, comparison.compare(), 3);
        while (comparison.compare() != LogComparison.Need.NOTHING) {
            logs.step(comparison, comparison.compare(), 3);
        }
        assertThat(comparison.difference()).isNull();
    }

    @Test
    void takesAnIdForTheSameWhicheverOfTheClustersHandedItOut() {
        ByteBuffer ofSource = idempotent(4, 11L);
        ByteBuffer ofDestination = idempotent(4, 11L);
        ByteBuffer cameBack = Logs.copy(ofDestination);
        new BatchRewriter(Logs.DESTINATION).rewrite(cameBack, 0, 3);

        assertThat(difference(List.of(ofSource), List.of(Logs.mirrored(ofSource, 3))))
                .isNull();
        assertThat(difference(List.of(cameBack), List.of(ofDestination)))
                .as("the mirror was the primary, and has its own ids as it gave them")
                .isNull();
        assertThat(difference(List.of(ofSource), List.of(ofDestination)))
                .as("an id that the link has not moved")
                .isNotNull()
                .extracting(VerificationDifference::field)
                .isEqualTo("producerId");
    }

    @Test
    void saysFromWhereOnTheMirrorCannotBeRead() {
        List<ByteBuffer> source = List.of(batch(0, "a"), batch(1, "b"));
        List<ByteBuffer> mirror = Logs.mirrored(source);
        mirror.get(1).put(16, (byte) 9);

        VerificationDifference found = difference(source, mirror);

        assertThat(found).isNotNull();
        assertThat(found.kind()).isEqualTo(Kind.UNREADABLE_ON_MIRROR);
        assertThat(found.offset()).isEqualTo(1);
    }

    private String text(List<ByteBuffer> source, List<ByteBuffer> mirror) {
        return new Logs(random, source, mirror)
                .ofBatches(0, Long.MAX_VALUE)
                .difference()
                .text();
    }

    private VerificationDifference difference(List<ByteBuffer> source, List<ByteBuffer> mirror) {
        Logs logs = new Logs(random, source.stream().map(Logs::copy).toList(), mirror);
        return logs.ofBatches(0, logs.end()).difference();
    }

    private static void flipLast(ByteBuffer batch) {
        batch.put(batch.limit() - 1, (byte) (batch.get(batch.limit() - 1) ^ 1));
    }

    private static List<ByteBuffer> batches(Random random, int count) {
        RandomBatches batches = new RandomBatches(random);
        List<ByteBuffer> log = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            log.add(Logs.copy(batches.next(500)));
        }
        return log;
    }

    static ByteBuffer batch(long baseOffset, String... values) {
        SimpleRecord[] records = new SimpleRecord[values.length];
        for (int i = 0; i < values.length; i++) {
            records[i] = new SimpleRecord(1_000, bytes("key"), bytes(values[i]));
        }
        return MemoryRecords.withRecords(baseOffset, Compression.NONE, 2, records)
                .buffer();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuffer idempotent(long baseOffset, long producerId) {
        return MemoryRecords.withRecords(
                        RecordBatch.CURRENT_MAGIC_VALUE,
                        baseOffset,
                        Compression.of(CompressionType.LZ4).build(),
                        TimestampType.CREATE_TIME,
                        producerId,
                        (short) 1,
                        5,
                        2,
                        false,
                        new SimpleRecord(1_000, bytes("key"), bytes("value")))
                .buffer();
    }
}
