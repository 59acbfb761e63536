/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.batch.BatchRewriter;
import io.hawser.batch.ProducerIdSpace;
import io.hawser.lineage.EpochLineage;
import io.hawser.source.FetchAnswer;
import io.hawser.source.FetchRequest;
import io.hawser.source.SourceChannel;
import io.hawser.source.SourceConnector;
import io.hawser.source.SourceNode;
import io.hawser.source.SourceRequest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Time;

/** Answers within the very poll that sends the request, as a source nearby does now and then. */
final class PromptSource implements SourceConnector, SourceChannel {

    static final int ROUNDS = 50;
    static final SourceNode NODE = new SourceNode(1, "localhost", 9092);

    final AtomicInteger answered = new AtomicInteger();
    final AtomicInteger idleWaits = new AtomicInteger();
    final AtomicInteger errors = new AtomicInteger();
    final AtomicInteger asked = new AtomicInteger();
    /** Answers that were given back, of those that were sent. */
    final AtomicInteger released = new AtomicInteger();
    /** The memory of the last answer. */
    volatile ByteBuffer lastRecords = ByteBuffer.allocate(0);
    /** How many more answers it sends. */
    final AtomicInteger patience = new AtomicInteger(Integer.MAX_VALUE);
    /** Whether the next poll of a thread that is not the fetcher's own fails. */
    final AtomicBoolean failsInBackground = new AtomicBoolean();

    final AtomicReference<Runnable> duringClose = new AtomicReference<>(() -> {});
    /** Names of the threads that an answer came to. */
    final Set<String> heardBy = ConcurrentHashMap.newKeySet();
    /** Of the channel, while another thread was using it. */
    final AtomicInteger sharedUses = new AtomicInteger();

    private final AtomicBoolean inUse = new AtomicBoolean();
    private volatile String content = "value";
    private final Queue<Runnable> replies = new ConcurrentLinkedQueue<>();

    /** One that asks this source, not started yet. */
    FetcherThread fetcher(String name, MirrorLog log, FetchEvents events) {
        return fetcher(name, log, new NoJournal(), events);
    }

    FetcherThread fetcher(String name, MirrorLog log, LineageJournal journal, FetchEvents events) {
        return new FetcherThread(
                name,
                NODE,
                this,
                new FetchSettings(500, 1, 1 << 20, 1 << 20, "", 1 << 20, 10, 40),
                Bench.unlimited(),
                log,
                new BatchRewriter(
                        ProducerIdSpace.ofSourceCluster("source-cluster"),
                        ProducerIdSpace.ofSourceCluster("destination")),
                journal,
                events,
                new LinkTraffic(),
                Time.SYSTEM);
    }

    /** Of each batch from now on. */
    void give(String newContent) {
        content = newContent;
    }

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
        replies.add(() -> ((AnswerHandler<FetchAnswer>) handler).answered(answer(fetch)));
        asked.incrementAndGet();
    }

    @Override
    public void poll(long timeoutMs) {
        if (!inUse.compareAndSet(false, true)) {
            sharedUses.incrementAndGet();
        }
        try {
            answerOrWait(timeoutMs);
        } finally {
            inUse.set(false);
        }
    }

    private void answerOrWait(long timeoutMs) {
        if (errors.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new InternalError("made up");
        }
        String thread = Thread.currentThread().getName();
        if (thread.endsWith("-receiver") && failsInBackground.getAndSet(false)) {
            throw new OutOfMemoryError("made up in the background");
        }
        int before = answered.get();
        while (!replies.isEmpty() && patience.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            heardBy.add(thread);
            replies.remove().run();
        }
        if (answered.get() == before && timeoutMs > 0 && answered.get() > 0 && answered.get() < ROUNDS) {
            idleWaits.incrementAndGet();
        }
    }

    private FetchAnswer answer(FetchRequest request) {
        int round = answered.getAndIncrement();
        if (request.partitions().isEmpty() || round >= ROUNDS) {
            return new FetchAnswer(Errors.NONE, true, Bench.SESSION, 0, List.of());
        }
        long offset = request.partitions().get(0).fetchOffset();
        FetchAnswer.PartitionAnswer part = Bench.part(0, Bench.batch(offset, 1, 5, content));
        lastRecords = part.records().duplicate();
        return new FetchAnswer(Errors.NONE, true, Bench.SESSION, 0, List.of(part));
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
    public void releaseRecords(int answers) {
        released.addAndGet(answers);
    }

    @Override
    public void wakeup() {}

    @Override
    public void close() {
        duringClose.get().run();
    }

    static final class NoJournal implements LineageJournal {
        @Override
        public CompletionStage<EpochLineage> load(MirrorAssignment assignment) {
            return CompletableFuture.completedFuture(EpochLineage.EMPTY);
        }

        @Override
        public CompletionStage<Void> record(MirrorAssignment assignment, EpochLineage lineage) {
            return CompletableFuture.completedFuture(null);
        }
    }
}
