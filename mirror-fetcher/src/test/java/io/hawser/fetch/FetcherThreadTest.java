/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import io.hawser.lineage.EpochLineage;
import io.hawser.source.SourceFailure;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FetcherThreadTest {

    private static final TopicPartition MIRROR = new TopicPartition("mirror", 0);
    private static final AtomicInteger MADE = new AtomicInteger();
    private static final String LARGE = "x".repeat(600_000);

    /** Another one for each test: the threads of the test before may be about to end. */
    private final String name = "east-fetcher-1-" + MADE.incrementAndGet();

    private final String receiver = "hawser-" + name + "-receiver";
    private final InMemoryMirrorLog log = new InMemoryMirrorLog();
    private final PromptSource source = new PromptSource();
    private final CountedEvents events = new CountedEvents();
    private final AtomicReference<Runnable> duringAppends = new AtomicReference<>(() -> {});
    private final FetcherThread fetcher =
            source.fetcher(name, new WatchedLog(log, () -> duringAppends.get().run()), events);

    @BeforeEach
    void lead() {
        log.replica(MIRROR).lead(0);
    }

    @AfterEach
    void close() {
        fetcher.close();
    }

    @Test
    void neverWaitsWithNothingInFlightWhileThereIsSomethingToAsk() {
        addPartition();

        fetcher.start();

        await().untilAtomic(source.answered, greaterThanOrEqualTo(PromptSource.ROUNDS));
        assertThat(source.idleWaits.get())
                .as("waits of the thread while the source would have answered")
                .isZero();
        await().untilAsserted(() -> assertThat(log.replica(MIRROR).end()).isGreaterThanOrEqualTo(PromptSource.ROUNDS));
    }

    /** A thread that ended would leave its partitions behind, with nobody to take them up. */
    @Test
    void givesItsPartitionsBackAndGoesOnAfterAnErrorOfTheJvm() {
        source.errors.set(1);
        addPartition();
        fetcher.start();
        await().untilAtomic(events.lost, greaterThanOrEqualTo(1));

        addPartition();

        await().untilAsserted(() -> assertThat(log.replica(MIRROR).end()).isPositive());
    }

    @Test
    void hearsTheNextAnswerWhileItAppendsALargeOne() {
        source.give(LARGE);
        duringAppends.set(() -> {
            await().until(() -> source.heardBy.contains(receiver));
            duringAppends.set(() -> {});
        });
        addPartition();

        fetcher.start();

        await().untilAsserted(() -> assertThat(log.replica(MIRROR).end()).isEqualTo(PromptSource.ROUNDS));
        assertThat(source.sharedUses)
                .as("uses of the channel by two threads at once")
                .hasValue(0);
    }

    /** To wake another thread takes longer than to append little. */
    @Test
    void appendsALittleAlone() {
        duringAppends.set(() -> assertThat(receivers()).isZero());
        addPartition();

        fetcher.start();

        await().untilAsserted(() -> assertThat(log.replica(MIRROR).end()).isEqualTo(PromptSource.ROUNDS));
        assertThat(events.lost).hasValue(0);
    }

    @Test
    void givesItsPartitionsBackAndGoesOnAfterAnErrorWhileItReceivesInTheBackground() {
        source.give(LARGE);
        source.failsInBackground.set(true);
        addPartition();
        fetcher.start();
        await().untilAtomic(events.lost, equalTo(1));
        long end = log.replica(MIRROR).end();

        fetcher.add(partitionAt(end), 5);

        await().untilAsserted(() -> assertThat(log.replica(MIRROR).end()).isGreaterThan(end));
        assertThat(source.sharedUses)
                .as("uses of the channel by two threads at once")
                .hasValue(0);
    }

    /** It may come when its partition has been asked for anew from elsewhere, and would leave a hole. */
    @Test
    void takesNothingThatItAskedForBeforeAnError() {
        source.give(LARGE);
        source.patience.set(1);
        duringAppends.set(() -> {
            duringAppends.set(() -> {});
            throw new IllegalStateException("made up");
        });
        addPartition();
        fetcher.start();
        await().untilAtomic(events.lost, equalTo(1));
        int askedBefore = source.asked.get();
        addPartition();
        await().untilAtomic(source.asked, equalTo(askedBefore + 1));

        source.patience.set(Integer.MAX_VALUE);

        await().untilAsserted(() -> assertThat(source.answered).hasValueGreaterThan(PromptSource.ROUNDS));
        await("no answer's memory is kept").until(() -> source.released.get() == source.answered.get());
        fetcher.close();
        List<Long> offsets = InMemoryMirrorLog.baseOffsets(log.replica(MIRROR).batches());
        assertThat(offsets)
                .isEqualTo(LongStream.range(0, offsets.size()).boxed().toList())
                .isNotEmpty();
    }

    /** A failover would wait for it for ever. */
    @Test
    void holdsNothingOnceItHasEndedByItself() throws InterruptedException {
        FetcherThread ending = source.fetcher(
                name, new WatchedLog(log, () -> duringAppends.get().run()), new FailingEvents());
        source.errors.set(1);
        MirroredPartition partition = partitionAt(0);
        ending.add(partition, 5);

        ending.start();

        ending.awaitEnd();
        assertThat(ending.hasEnded()).isTrue();
        assertThat(ending.remove(partition)).isCompleted();
    }

    /** The memory of its answers is others' by then. */
    @Test
    void writesNothingIntoAnswersOnceItsChannelIsClosed() throws InterruptedException {
        CompletableFuture<Void> kept = new CompletableFuture<>();
        AtomicInteger asked = new AtomicInteger();
        LineageJournal slow = new LineageJournal() {
            @Override
            public CompletionStage<EpochLineage> load(MirrorAssignment assignment) {
                return CompletableFuture.completedFuture(EpochLineage.EMPTY);
            }

            @Override
            public CompletionStage<Void> record(MirrorAssignment assignment, EpochLineage lineage) {
                asked.incrementAndGet();
                return kept;
            }
        };
        FetcherThread ending = source.fetcher(
                name, new WatchedLog(log, () -> duringAppends.get().run()), slow, events);
        ending.add(
                new MirroredPartition(Bench.assignment(0, 0), EpochLineage.EMPTY, 0, 0, false, false, new Sightings()),
                5);
        AtomicReference<ByteBuffer> before = new AtomicReference<>();
        source.duringClose.set(() -> {
            before.compareAndSet(null, Bench.joined(source.lastRecords));
            kept.complete(null);
        });
        ending.start();
        await().untilAtomic(asked, equalTo(1));

        ending.stop();
        ending.awaitEnd();

        assertThat(source.lastRecords).isEqualTo(before.get());
    }

    @Test
    void leavesNoThreadBehind() {
        source.give(LARGE);
        addPartition();
        fetcher.start();
        await().until(() -> receivers() == 1);

        fetcher.close();

        await().until(() -> receivers() == 0);
    }

    private void addPartition() {
        fetcher.add(partitionAt(0), 5);
    }

    private static MirroredPartition partitionAt(long offset) {
        return new MirroredPartition(
                Bench.assignment(0, 0),
                EpochLineage.EMPTY.startingAt(5, 0),
                offset,
                offset,
                false,
                false,
                new Sightings());
    }

    private long receivers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(receiver))
                .count();
    }

    /** Cannot even take a partition back. */
    private static final class FailingEvents extends CountedEvents {
        @Override
        public void brokerLost(Collection<MirroredPartition> partitions, SourceFailure failure) {
            throw new IllegalStateException("made up");
        }
    }
}
