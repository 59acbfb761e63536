/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import io.hawser.batch.BatchRewriter;
import io.hawser.batch.ProducerIdSpace;
import io.hawser.lineage.EpochLineage;
import io.hawser.source.FetchAnswer;
import io.hawser.source.FetchRequest;
import io.hawser.source.SourceChannel;
import io.hawser.source.SourceConnector;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceNode;
import io.hawser.source.SourceRequest;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FetcherThreadTest {

    private static final int ROUNDS = 50;
    private static final SourceNode NODE = new SourceNode(1, "localhost", 9092);

    private final InMemoryMirrorLog log = new InMemoryMirrorLog();
    private final PromptSource source = new PromptSource();
    private final CountedEvents events = new CountedEvents();
    private final FetcherThread fetcher = new FetcherThread(
            "east-fetcher-1-0",
            NODE,
            source,
            new FetchSettings(500, 1, 1 << 20, 1 << 20, "", 1 << 20, 10, 40),
            Bench.unlimited(),
            log,
            new BatchRewriter(
                    ProducerIdSpace.ofSourceCluster("source-cluster"), ProducerIdSpace.ofSourceCluster("destination")),
            new NoJournal(),
            events,
            new LinkTraffic(),
            Time.SYSTEM);

    @AfterEach
    void close() {
        fetcher.close();
    }

    @Test
    void neverWaitsWithNothingInFlightWhileThereIsSomethingToAsk() {
        MirrorAssignment assignment = Bench.assignment(0, 0);
        log.replica(new TopicPartition("mirror", 0)).lead(0);
        fetcher.add(
                new MirroredPartition(
                        assignment, EpochLineage.EMPTY.startingAt(5, 0), 0, 0, false, false, new Sightings()),
                5);

        fetcher.start();

        await().untilAtomic(source.answered, greaterThanOrEqualTo(ROUNDS));
        assertThat(source.idleWaits.get())
                .as("waits of the thread while the source would have answered")
                .isZero();
        await().untilAsserted(() ->
                assertThat(log.replica(new TopicPartition("mirror", 0)).end()).isGreaterThanOrEqualTo(ROUNDS));
    }

    /** A thread that ended would leave its partitions behind, with nobody to take them up. */
    @Test
    void givesItsPartitionsBackAndGoesOnAfterAnErrorOfTheJvm() {
        MirrorAssignment assignment = Bench.assignment(0, 0);
        log.replica(new TopicPartition("mirror", 0)).lead(0);
        source.errors.set(1);
        fetcher.add(
                new MirroredPartition(
                        assignment, EpochLineage.EMPTY.startingAt(5, 0), 0, 0, false, false, new Sightings()),
                5);
        fetcher.start();
        await().untilAtomic(events.lost, greaterThanOrEqualTo(1));

        fetcher.add(
                new MirroredPartition(
                        assignment, EpochLineage.EMPTY.startingAt(5, 0), 0, 0, false, false, new Sightings()),
                5);

        await().untilAsserted(() ->
                assertThat(log.replica(new TopicPartition("mirror", 0)).end()).isPositive());
    }

    /** Answers within the very poll that sends the request, as a source nearby does now and then. */
    private static final class PromptSource implements SourceConnector, SourceChannel {

        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicInteger idleWaits = new AtomicInteger();
        private final AtomicInteger errors = new AtomicInteger();
        private @Nullable Runnable reply;

        @Override
        public List<SourceNode> bootstrapNodes() {
            return List.of(NODE);
        }

        @Override
        public SourceChannel open(SourceNode node, String role) {
            return this;
        }

        @Override
        public SourceNode node() {
            return NODE;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <A> void send(SourceRequest<A> request, AnswerHandler<A> handler) {
            FetchRequest fetch = (FetchRequest) request;
            reply = () -> ((AnswerHandler<FetchAnswer>) handler).answered(answer(fetch));
        }

        @Override
        public void poll(long timeoutMs) {
            if (errors.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new OutOfMemoryError("made up");
            }
            Runnable due = reply;
            reply = null;
            if (due != null) {
                due.run();
            } else if (timeoutMs > 0 && answered.get() > 0 && answered.get() < ROUNDS) {
                idleWaits.incrementAndGet();
            }
        }

        private FetchAnswer answer(FetchRequest request) {
            int round = answered.getAndIncrement();
            if (request.partitions().isEmpty() || round >= ROUNDS) {
                return new FetchAnswer(Errors.NONE, true, Bench.SESSION, 0, List.of());
            }
            long offset = request.partitions().get(0).fetchOffset();
            return new FetchAnswer(
                    Errors.NONE, true, Bench.SESSION, 0, List.of(Bench.part(0, Bench.batch(offset, 1, 5))));
        }

        @Override
        public SourceChannel openForRecords(SourceNode node, String role) {
            return open(node, role);
        }

        @Override
        public int maxAnswerBytes() {
            return Integer.MAX_VALUE;
        }

        @Override
        public void releaseRecords(int answers) {}

        @Override
        public void wakeup() {}

        @Override
        public void close() {}
    }

    private static final class NoJournal implements LineageJournal {
        @Override
        public CompletionStage<EpochLineage> load(MirrorAssignment assignment) {
            return CompletableFuture.completedFuture(EpochLineage.EMPTY);
        }

        @Override
        public CompletionStage<Void> record(MirrorAssignment assignment, EpochLineage lineage) {
            return CompletableFuture.completedFuture(null);
        }
    }

    private static final class CountedEvents implements FetchEvents {
        private final AtomicInteger lost = new AtomicInteger();

        @Override
        public void leaderMoved(MirroredPartition partition, Errors error) {}

        @Override
        public void nearerAt(MirroredPartition partition, int replica) {}

        @Override
        public void outOfRange(MirroredPartition partition) {}

        @Override
        public void diverged(MirroredPartition partition, long commonEnd, boolean byEpoch) {}

        @Override
        public void unverified(MirroredPartition partition) {}

        @Override
        public void fenced(MirroredPartition partition) {}

        @Override
        public void brokerLost(Collection<MirroredPartition> partitions, SourceFailure failure) {
            lost.addAndGet(partitions.size());
        }
    }
}
