/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.config.LinkConfig;
import io.hawser.lineage.EpochLineage;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
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
    private static final int MANY = 1_000_000;

    private final EndlessSource source = new EndlessSource(PARTITIONS);
    private final InMemoryMirrorLog log = new InMemoryMirrorLog();
    private final AtomicReference<Runnable> duringAppends = new AtomicReference<>(() -> {});
    private final AtomicReference<Error> errorOfTheJournal = new AtomicReference<>();
    private final LinkMirror mirror = new LinkMirror(
            "east",
            LinkConfig.unresolved(Map.of("bootstrap.servers", "localhost:9092", LinkConfig.NUM_FETCHERS, "2")),
            EndlessSource.CLUSTER,
            "destination",
            source,
            new WatchedLog(log, () -> duringAppends.get().run()),
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
        List<MirrorAssignment> assignments = ledAll();
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
        MirrorAssignment assignment = led(0);
        mirror.start();

        mirror.assign(List.of(assignment));

        await().until(() -> log.replica(assignment.mirror()).end() > END);
        assertThat(errorOfTheJournal).hasNullValue();
    }

    /** A disk that hangs may let an append go on after all waiting for it has ended; by then the topic could be writable. */
    @Test
    void holdsWhatAnAppendMayStillGoToHoweverLongThatTakes() throws InterruptedException {
        Semaphore appending = new Semaphore(0);
        Semaphore disk = new Semaphore(0);
        duringAppends.set(() -> {
            appending.release();
            disk.acquireUninterruptibly();
        });
        MirrorAssignment assignment = led(0);
        mirror.start();
        mirror.assign(List.of(assignment));
        appending.acquire();

        mirror.close();

        assertThat(mirror.holds(assignment.mirror())).isTrue();
        assertThat(mirror.hasEnded()).isFalse();
        disk.release(MANY);
        await().until(mirror::hasEnded);
        assertThat(mirror.holds(assignment.mirror())).isFalse();
    }

    @Test
    void goesOnWithAnotherFetcherAfterOneThatHasEndedByItself() {
        MirrorAssignment assignment = led(0);
        AtomicReference<Thread> ended = new AtomicReference<>();
        duringAppends.set(() -> {
            if (ended.compareAndSet(null, Thread.currentThread())) {
                // So that it does not even get over the error.
                Thread.currentThread().interrupt();
                throw new IllegalStateException("made up");
            }
        });
        mirror.start();

        mirror.assign(List.of(assignment));

        await().until(() -> log.replica(assignment.mirror()).end() > END);
        assertThat(ended.get().isAlive()).isFalse();
    }

    /** What is on its way to another fetcher just then is not to go on there. */
    @Test
    void fetchesNothingOfAnotherClusterWhileItMovesPartitions() {
        Semaphore disk = new Semaphore(0);
        duringAppends.set(disk::acquireUninterruptibly);
        disk.release(PARTITIONS);
        mirror.start();
        mirror.assign(ledAll());
        String second = "hawser-east-fetcher-1-1";
        await("it moves some")
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .anyMatch(thread -> thread.getName().equals(second)));

        source.cluster.set("another-cluster");
        int before = source.questions.get();
        await("it has done what follows from the answer").until(() -> source.questions.get() >= before + 3);
        disk.release(MANY);

        await().untilAsserted(() -> assertThat(mirror.report())
                .allSatisfy(report -> assertThat(report.failure())
                        .extracting(Failure::code)
                        .isEqualTo(FailureCode.SOURCE_CLUSTER_CHANGED)));
        assertThat(source.askedByEach()).as("fetchers that asked").hasSize(1);
    }

    private List<MirrorAssignment> ledAll() {
        return IntStream.range(0, PARTITIONS).mapToObj(this::led).toList();
    }

    private MirrorAssignment led(int number) {
        MirrorAssignment assignment = Bench.assignment(number, Bench.LEADER_EPOCH);
        log.replica(assignment.mirror()).lead(Bench.LEADER_EPOCH);
        log.restartAt(assignment, END);
        return assignment;
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
