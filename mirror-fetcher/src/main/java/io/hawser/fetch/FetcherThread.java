/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.batch.BatchRewriter;
import io.hawser.lineage.EpochLineage;
import io.hawser.source.FetchAnswer;
import io.hawser.source.FetchRequest;
import io.hawser.source.SourceChannel;
import io.hawser.source.SourceConnector;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceNode;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that fetches from one source broker and appends what it brings; everything in {@link BrokerFetch} happens on
 * it. It sends the next request before it appends the last answer, and while it appends much a {@link BackgroundReceiver}
 * reads what comes; so source, socket and file are busy at the same time.
 *
 * <p>Thread-safe: other threads speak to it by commands, in order. Commands are as many as there are partitions, at most.
 *
 * <p>Failure semantics: the source broker does not answer: all partitions are handed back. The journal fails: the partition
 * tries again after a back-off. Anything unforeseen: logged, all partitions handed back, and the thread goes on; what was in
 * flight then does not count when it comes. If that fails too, the thread ends, and whoever gave it partitions sees that by
 * {@link #hasEnded}.
 */
final class FetcherThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FetcherThread.class);
    private static final long POLL_LIMIT_MS = 1_000;
    private static final long CLOSE_LIMIT_MS = 5_000;
    private static final long PAUSE_AFTER_ERROR_MS = 200;

    /** What the socket's buffers hold meanwhile; to append that much takes longer than to wake another thread. */
    private static final long MUCH_BYTES = 512 * 1024;

    private final String name;
    private final Time time;
    private final SourceChannel channel;
    private final BackgroundReceiver receiver;
    private final LineageJournal journal;
    private final BrokerFetch fetch;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean running = true;
    /** Set after the last append, and before commands are run for the last time. */
    private volatile boolean ended;

    private final AtomicInteger partitions = new AtomicInteger();
    private boolean inFlight;
    /** Requests so far. Only what comes for the last one counts: after an error another may still be on its way. */
    private long requests;
    /** What the channel has brought and nobody has looked at. Of whichever thread polls the channel. */
    private final Queue<Runnable> brought = new ArrayDeque<>();
    /** Answers of which the channel keeps the memory. */
    private int answers;

    FetcherThread(
            String name,
            SourceNode node,
            SourceConnector connector,
            FetchSettings settings,
            LinkLimits limits,
            MirrorLog log,
            BatchRewriter rewriter,
            LineageJournal journal,
            FetchEvents events,
            LinkTraffic traffic,
            Time time) {
        this.name = name;
        this.time = time;
        this.journal = journal;
        this.channel = connector.openForRecords(node, name);
        this.receiver = new BackgroundReceiver("hawser-" + name + "-receiver", channel);
        Backoff backoff = new Backoff(settings.backoffMs(), settings.backoffMaxMs(), RandomGenerator.getDefault());
        this.fetch = new BrokerFetch(settings, limits, log, rewriter, this::writeLineage, events, traffic, backoff);
        this.thread = new Thread(this::run, "hawser-" + name);
        thread.setDaemon(true);
    }

    /** Throws what keeps a thread from being made; then this is closed. */
    void start() {
        boolean started = false;
        try {
            thread.start();
            started = true;
        } finally {
            if (!started) {
                ended = true;
                receiver.close();
                channel.close();
            }
        }
    }

    SourceNode node() {
        return channel.node();
    }

    /** Partitions that it has or is about to have. */
    int load() {
        return partitions.get();
    }

    void add(MirroredPartition partition, int sourceLeaderEpoch) {
        command(() -> fetch.add(partition, sourceLeaderEpoch));
        partitions.incrementAndGet();
    }

    /**
     * Hands on where the partition ends at the source's leader, which this fetcher does not ask for records of it just now.
     *
     * @param logStartOffset -1 when it is not known
     */
    void tellLeaderEnd(MirroredPartition partition, long end, long logStartOffset) {
        command(() -> fetch.heardOfLeader(partition, end, logStartOffset, !inFlight, time.milliseconds()));
    }

    /** Completes when nothing of the partition is appended any more; at once if the thread has ended. */
    CompletableFuture<Void> remove(MirroredPartition partition) {
        CompletableFuture<Void> removed = new CompletableFuture<>();
        command(() -> {
            fetch.remove(partition);
            removed.complete(null);
        });
        if (ended) {
            removed.complete(null);
        }
        return removed;
    }

    /** Whether it appends nothing any more, for whatever reason, and nothing that it is given either. */
    boolean hasEnded() {
        return ended;
    }

    /** Asks the thread to end, without waiting for it. */
    void stop() {
        running = false;
        channel.wakeup();
    }

    /** Asks the thread to end and waits for it, for a bounded time. Idempotent. */
    @Override
    public void close() {
        stop();
        try {
            thread.join(CLOSE_LIMIT_MS);
            if (thread.isAlive()) {
                LOG.warn("[{}] did not end within {} ms", name, CLOSE_LIMIT_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until nothing is appended any more, however long the append takes that is under way. */
    void awaitEnd() throws InterruptedException {
        thread.join();
    }

    private void command(Runnable command) {
        commands.add(command);
        channel.wakeup();
    }

    private void run() {
        try {
            while (running) {
                try {
                    step();
                } catch (Throwable e) {
                    LOG.error("[{}] unexpected; its partitions are taken up anew", name, e);
                    inFlight = false;
                    fetch.failed(new SourceFailure(FailureCode.INTERNAL, "fetcher " + name + ": " + e));
                    TimeUnit.MILLISECONDS.sleep(PAUSE_AFTER_ERROR_MS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            LOG.error("[{}] ended", name, e);
        } finally {
            end();
        }
    }

    /** Nothing is written into answers from here on: with the channel their memory goes to others. */
    private void end() {
        try {
            ended = true;
            runCommands();
        } finally {
            receiver.close();
            channel.close();
        }
    }

    private void step() {
        runCommands();
        partitions.set(fetch.size());
        ask();
        poll(0);
        int appended = answers;
        append();
        if (!fetch.keepsAnswers(time.milliseconds())) {
            channel.releaseRecords(appended);
            answers -= appended;
        }
        // The source may have answered already, and nothing would end the wait below.
        ask();
        if (commands.isEmpty() && running) {
            poll(waitMs());
        }
    }

    private void append() {
        long nowMs = time.milliseconds();
        boolean isMuch = fetch.takenBytes() >= MUCH_BYTES;
        if (isMuch) {
            // The source may have answered already.
            ask();
        }
        if (isMuch && inFlight) {
            receiver.receiveDuring(() -> fetch.appendTaken(nowMs), () -> !brought.isEmpty());
            takeBrought();
        } else {
            fetch.appendTaken(nowMs);
        }
    }

    private long waitMs() {
        if (fetch.takenBytes() > 0) {
            return 0;
        }
        return inFlight ? POLL_LIMIT_MS : fetch.idleMs(time.milliseconds(), POLL_LIMIT_MS);
    }

    private void poll(long timeoutMs) {
        channel.poll(timeoutMs);
        takeBrought();
    }

    private void takeBrought() {
        for (Runnable due = brought.poll(); due != null; due = brought.poll()) {
            due.run();
        }
    }

    private void ask() {
        if (!inFlight) {
            fetch.nextRequest(time.milliseconds()).ifPresent(this::send);
        }
    }

    private void runCommands() {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
        }
    }

    private void send(FetchRequest fetchRequest) {
        inFlight = true;
        requests++;
        long number = requests;
        channel.send(fetchRequest, new SourceChannel.AnswerHandler<>() {
            @Override
            public void answered(FetchAnswer answer) {
                brought.add(() -> {
                    answers++;
                    came(number, () -> fetch.accept(answer, time.milliseconds()));
                });
            }

            @Override
            public void failed(SourceFailure failure) {
                brought.add(() -> came(number, () -> fetch.failed(failure)));
            }
        });
    }

    private void came(long number, Runnable outcome) {
        if (number == requests) {
            inFlight = false;
            outcome.run();
        }
    }

    private void writeLineage(MirroredPartition partition, EpochLineage lineage) {
        journal.record(partition.assignment(), lineage)
                .whenComplete((done, error) -> command(() -> {
                    if (error == null) {
                        fetch.lineageRecorded(partition, lineage, time.milliseconds());
                    } else {
                        fetch.lineageNotRecorded(
                                partition,
                                new Failure(
                                        FailureCode.INTERNAL,
                                        "the source's leader epoch could not be kept in the state topic: "
                                                + error.getMessage(),
                                        time.milliseconds()),
                                time.milliseconds());
                    }
                }));
    }
}
