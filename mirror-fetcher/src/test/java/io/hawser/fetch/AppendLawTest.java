/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.batch.BatchRewriter;
import io.hawser.batch.ProducerIdSpace;
import io.hawser.lineage.EpochLineage;
import io.hawser.source.FetchAnswer;
import io.hawser.source.FetchRequest;
import io.hawser.source.SourceFailure;
import io.hawser.status.FailureCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

/** The law of {@link BrokerFetch}: whatever happens between request and answer, the mirror is a prefix of the source. */
class AppendLawTest {

    private static final MirrorAssignment ASSIGNMENT = new MirrorAssignment(
            new TopicPartition("mirror", 0),
            Uuid.randomUuid(),
            Uuid.randomUuid(),
            new TopicIdPartition(Uuid.randomUuid(), new TopicPartition("source", 0)),
            7);
    private static final FetchSettings SETTINGS = new FetchSettings(500, 1, 1 << 20, 1 << 20, 1 << 20, 1, 4);

    private final FakeLog log = new FakeLog();
    private final List<EpochLineage> recorded = new ArrayList<>();
    private final List<MirroredPartition> handedBack = new ArrayList<>();
    private final MirroredPartition partition = new MirroredPartition(ASSIGNMENT, EpochLineage.EMPTY, 0);
    private final BrokerFetch fetch = new BrokerFetch(
            SETTINGS,
            log,
            new BatchRewriter(ProducerIdSpace.ofSourceCluster("source-cluster")),
            this::record,
            new HandedBack(),
            new Backoff(1, 4, new Random(1)));
    private long nowMs = 1_000;

    @Test
    void appendsAtTheSameOffsetsUnderTheDestinationsEpoch() {
        start();
        answer(0, batch(0, 3, 5), batch(3, 2, 5));

        fetch.appendTaken(nowMs);

        assertThat(log.end).isEqualTo(5);
        assertThat(log.epochs).containsOnly(7);
        assertThat(fetch.nextRequest(nowMs).orElseThrow().partitions())
                .singleElement()
                .extracting(FetchRequest.PartitionFetch::fetchOffset)
                .isEqualTo(5L);
    }

    @Test
    void asksForMoreBeforeItAppends() {
        start();
        answer(0, batch(0, 3, 5));

        Optional<FetchRequest> next = fetch.nextRequest(nowMs);

        assertThat(log.end).isZero();
        assertThat(next.orElseThrow().partitions().get(0).fetchOffset()).isEqualTo(3);
    }

    @Test
    void recordsANewSourceEpochBeforeItsFirstBatchIsAppended() {
        fetch.add(partition, 5);
        fetch.nextRequest(nowMs);

        fetch.accept(answerOf(batch(0, 3, 5)), nowMs);
        fetch.appendTaken(nowMs);

        assertThat(log.end).isZero();
        assertThat(recorded).singleElement().extracting(EpochLineage::toPairs).isEqualTo(List.of(List.of(5L, 0L)));
    }

    @Test
    void throwsAwayWhatWasAskedForBeyondAFailedAppend() {
        start();
        answer(0, batch(0, 3, 5));
        fetch.nextRequest(nowMs);
        log.refuse = true;

        fetch.appendTaken(nowMs);
        fetch.accept(answerOf(batch(3, 2, 5)), nowMs);
        log.refuse = false;
        fetch.appendTaken(nowMs);

        assertThat(log.end).as("no hole").isZero();
        assertThat(partition.nextOffset()).isZero();
        assertThat(partition.failure()).isNotNull();
        nowMs += 100;
        assertThat(fetch.nextRequest(nowMs).orElseThrow().partitions().get(0).fetchOffset())
                .isZero();
    }

    @Test
    void failsWithTheReasonWhenTheLogsPart() {
        start();
        fetch.nextRequest(nowMs);

        fetch.accept(
                new FetchAnswer(
                        Errors.NONE,
                        11,
                        List.of(part(Errors.NONE, new FetchAnswer.Diverging(4, 0), ByteBuffer.allocate(0)))),
                nowMs);

        assertThat(partition.failure()).isNotNull();
        assertThat(partition.failure().code()).isEqualTo(FailureCode.DIVERGED);
    }

    @Test
    void handsBackAPartitionWhoseLeaderMoved() {
        start();
        fetch.nextRequest(nowMs);

        fetch.accept(
                new FetchAnswer(
                        Errors.NONE, 11, List.of(part(Errors.NOT_LEADER_OR_FOLLOWER, null, ByteBuffer.allocate(0)))),
                nowMs);

        assertThat(handedBack).containsExactly(partition);
        assertThat(fetch.size()).isZero();
    }

    @Test
    void isNeverMoreThanAPrefixOfTheSourceUnderRandomFaults() {
        for (long seed = 0; seed < 300; seed++) {
            new AppendLawTest().simulate(seed);
        }
    }

    private void simulate(long seed) {
        Random random = new Random(seed);
        List<ByteBuffer> source = new ArrayList<>();
        long end = 0;
        for (int i = 0; i < 20; i++) {
            int records = 1 + random.nextInt(4);
            source.add(batch(end, records, 5 + i / 5));
            end += records;
        }
        fetch.add(partition, 9);
        for (int step = 0; step < 4_000 && log.end < end; step++) {
            nowMs += random.nextInt(5);
            log.refuse = random.nextInt(5) == 0;
            Optional<FetchRequest> request = fetch.nextRequest(nowMs);
            if (random.nextBoolean()) {
                fetch.appendTaken(nowMs);
            }
            if (request.isPresent()) {
                if (random.nextInt(6) == 0) {
                    fetch.failed(new SourceFailure(FailureCode.SOURCE_UNREACHABLE, "gone"));
                    partition.moveTo(log.end);
                    fetch.add(partition, 9);
                } else {
                    fetch.accept(answerOf(from(source, request.get(), random)), nowMs);
                }
            }
            fetch.appendTaken(nowMs);
        }
        assertThat(log.end).as("seed %d", seed).isEqualTo(end);
        assertThat(partition.lineage().toPairs()).as("seed %d", seed).hasSize(4);
    }

    /** What a source would answer, or sometimes something stale. */
    private ByteBuffer[] from(List<ByteBuffer> source, FetchRequest request, Random random) {
        long offset = request.partitions().isEmpty()
                ? partition.nextOffset()
                : request.partitions().get(0).fetchOffset();
        return source.stream()
                .filter(batch -> batch.getLong(0) >= offset)
                .limit(1 + random.nextInt(4))
                .map(AppendLawTest::copy)
                .toArray(ByteBuffer[]::new);
    }

    /** Adds the partition with its epoch known already, so that the first answer can be appended. */
    private void start() {
        partition.lineageRecorded(EpochLineage.EMPTY.startingAt(5, 0));
        fetch.add(partition, 5);
    }

    private void answer(long expectedOffset, ByteBuffer... batches) {
        FetchRequest request = fetch.nextRequest(nowMs).orElseThrow();
        assertThat(request.partitions().get(0).fetchOffset()).isEqualTo(expectedOffset);
        fetch.accept(answerOf(batches), nowMs);
    }

    private void record(MirroredPartition of, EpochLineage lineage) {
        recorded.add(lineage);
        of.lineageRecorded(lineage);
    }

    private static FetchAnswer answerOf(ByteBuffer... batches) {
        int size = 0;
        for (ByteBuffer batch : batches) {
            size += batch.remaining();
        }
        ByteBuffer all = ByteBuffer.allocate(size);
        for (ByteBuffer batch : batches) {
            all.put(batch.duplicate());
        }
        return new FetchAnswer(Errors.NONE, 11, List.of(part(Errors.NONE, null, all.flip())));
    }

    private static FetchAnswer.PartitionAnswer part(Errors error, FetchAnswer.Diverging diverging, ByteBuffer records) {
        return new FetchAnswer.PartitionAnswer(
                "", ASSIGNMENT.source().topicId(), 0, error, 1_000, 0, diverging, null, records);
    }

    private static ByteBuffer batch(long baseOffset, int records, int epoch) {
        SimpleRecord[] all = new SimpleRecord[records];
        for (int i = 0; i < records; i++) {
            all[i] = new SimpleRecord(1L, ("value-" + (baseOffset + i)).getBytes(StandardCharsets.UTF_8));
        }
        return MemoryRecords.withRecords(
                        RecordBatch.CURRENT_MAGIC_VALUE,
                        baseOffset,
                        Compression.NONE,
                        TimestampType.CREATE_TIME,
                        1L,
                        (short) 0,
                        0,
                        epoch,
                        false,
                        all)
                .buffer();
    }

    private static ByteBuffer copy(ByteBuffer batch) {
        return ByteBuffer.allocate(batch.remaining()).put(batch.duplicate()).flip();
    }

    /** A log that refuses loudly what a mirror must never do. */
    private static final class FakeLog implements MirrorLog {
        private final List<Integer> epochs = new ArrayList<>();
        private long end;
        private boolean refuse;

        @Override
        public Optional<Position> position(MirrorAssignment assignment) {
            return Optional.of(new Position(0, end, end, 1 << 20));
        }

        @Override
        public AppendOutcome append(MirrorAssignment assignment, ByteBuffer batches, Consumer<Boolean> replicated) {
            if (refuse) {
                return new AppendOutcome.Refused(FailureCode.NOT_ENOUGH_REPLICAS, "refused");
            }
            MemoryRecords.readableRecords(batches).batches().forEach(batch -> {
                assertThat(batch.baseOffset())
                        .as("neither a hole nor a batch twice")
                        .isEqualTo(end);
                batch.ensureValid();
                epochs.add(batch.partitionLeaderEpoch());
                end = batch.nextOffset();
            });
            replicated.accept(true);
            return new AppendOutcome.Appended();
        }

        @Override
        public void completeAppends() {
            // Nothing waits.
        }
    }

    private final class HandedBack implements FetchEvents {
        @Override
        public void leaderMoved(MirroredPartition moved, Errors error) {
            handedBack.add(moved);
        }

        @Override
        public void outOfRange(MirroredPartition moved) {
            handedBack.add(moved);
        }

        @Override
        public void fenced(MirroredPartition moved) {
            handedBack.add(moved);
        }

        @Override
        public void brokerLost(Collection<MirroredPartition> lost, SourceFailure failure) {
            handedBack.addAll(lost);
        }
    }
}
