/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.config.LinkConfig;
import io.hawser.lineage.EpochLineage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LinkMirrorTest {

    private static final int PARTITIONS = 4;
    private static final long END = 10;

    private final EndlessSource source = new EndlessSource(PARTITIONS);
    private final InMemoryMirrorLog log = new InMemoryMirrorLog();
    private final AtomicReference<Error> errorOfTheJournal = new AtomicReference<>();
    private final LinkMirror mirror = new LinkMirror(
            "east",
            LinkConfig.unresolved(Map.of("bootstrap.servers", "localhost:9092", LinkConfig.NUM_FETCHERS, "2")),
            EndlessSource.CLUSTER,
            "destination",
            source,
            log,
            new ForgetfulJournal(),
            new NoPolicies(),
            Bench.unlimited(),
            Time.SYSTEM);

    @AfterEach
    void close() {
        mirror.close();
    }

    /** A far source of thousands of topics would be asked about all of them, and the partition would wait for the answer. */
    @Test
    void spreadsWhatIsBehindOverItsFetchersWithoutAQuestionToTheSource() {
        List<MirrorAssignment> assignments = IntStream.range(0, PARTITIONS)
                .mapToObj(number -> Bench.assignment(number, Bench.LEADER_EPOCH))
                .toList();
        assignments.forEach(assignment -> {
            log.replica(assignment.mirror()).lead(Bench.LEADER_EPOCH);
            log.restartAt(assignment, END);
        });
        mirror.start();

        mirror.assign(assignments);

        await().until(() -> source.askedByEach().equals(List.of(PARTITIONS)));
        await().until(() -> source.askedByEach().equals(List.of(PARTITIONS / 2, PARTITIONS / 2)));
        assertThat(source.questions).hasValue(1);
        assertThat(mirror.report()).extracting(PartitionReport::failure).containsOnlyNulls();
        long[] ends = ends(assignments);
        await().untilAsserted(() -> assertThat(ends(assignments))
                .satisfies(now -> IntStream.range(0, PARTITIONS)
                        .forEach(number -> assertThat(now[number]).isGreaterThan(ends[number]))));
    }

    /** As a thread that ended would leave the whole link behind. */
    @Test
    void goesOnAfterAnErrorOfTheJvm() {
        errorOfTheJournal.set(new OutOfMemoryError("made up"));
        MirrorAssignment assignment = Bench.assignment(0, Bench.LEADER_EPOCH);
        log.replica(assignment.mirror()).lead(Bench.LEADER_EPOCH);
        log.restartAt(assignment, END);
        mirror.start();

        mirror.assign(List.of(assignment));

        await().until(() -> log.replica(assignment.mirror()).end() > END);
        assertThat(errorOfTheJournal).hasNullValue();
    }

    private long[] ends(List<MirrorAssignment> assignments) {
        return assignments.stream()
                .mapToLong(assignment -> log.replica(assignment.mirror()).end())
                .toArray();
    }

    /** Knows of nothing, and fails once where a test wants it to. */
    private final class ForgetfulJournal implements LineageJournal {
        @Override
        public CompletionStage<EpochLineage> load(MirrorAssignment assignment) {
            Error error = errorOfTheJournal.getAndSet(null);
            if (error != null) {
                throw error;
            }
            return CompletableFuture.completedFuture(EpochLineage.EMPTY);
        }

        @Override
        public CompletionStage<Void> record(MirrorAssignment assignment, EpochLineage lineage) {
            return CompletableFuture.completedFuture(null);
        }
    }

    /** All is wanted. */
    private static final class NoPolicies implements LossPolicies {
        @Override
        public long startAt(MirrorAssignment assignment) {
            return 0;
        }

        @Override
        public boolean passOver(MirrorAssignment assignment, long fromOffset, long toOffset) {
            return false;
        }

        @Override
        public boolean drop(MirrorAssignment assignment, long fromOffset, long toOffset) {
            return false;
        }
    }
}
