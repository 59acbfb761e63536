/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.verify;

import io.hawser.batch.ProducerIdSpace;
import io.hawser.config.LinkConfig;
import io.hawser.definition.LinkDefinition;
import io.hawser.fetch.ByteRateLimit;
import io.hawser.plugin.verify.PartitionLogs.Range;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.VerificationDifference;
import io.hawser.status.VerificationDifference.Kind;
import io.hawser.status.VerificationStatus;
import io.hawser.status.VerificationStatus.State;
import io.hawser.verify.LogComparison;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the partitions of one link that this broker leads and somebody has asked to verify, one after the other, and ends when
 * there is none left.
 *
 * <p>Law: it is never interrupted, since an interrupt would close the log file that it reads, which is the broker's.
 *
 * <p>Thread-safe: a daemon thread of its own does the work.
 *
 * <p>Failure semantics: a source that is not there is tried again each second, other partitions meanwhile. What waiting does not heal
 * ends the partition's comparison. A partition that this broker does not lead any more is left as it was last kept.
 */
final class VerificationThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(VerificationThread.class);
    private static final long KEEP_MS = 2_000;
    private static final long RETRY_MS = 1_000;
    private static final long LOOK_MS = 100;
    private static final long UP_TO_DATE_LIMIT_MS = 20_000;
    private static final int LOCAL_FAILURES = 3;

    private final LinkDefinition link;
    private final String sourceClusterId;
    private final VerificationContext context;
    private final ByteRateLimit limit;
    private final VerificationBook book;
    private final Time time;
    private final BlockingQueue<Boolean> woken = new ArrayBlockingQueue<>(1);
    private final Thread thread;
    private volatile boolean running = true;
    private volatile @Nullable SourceClient client;
    private volatile Map<TopicPartition, Due> wanted = Map.of();
    private @Nullable SourceLog source;
    private int localFailures;
    /** Orders what the control thread assigns with the end of this one. */
    private final Object lock = new Object();

    private boolean ended;

    /** @param outerLimit of the link or the broker, which counts the same bytes */
    VerificationThread(
            LinkDefinition link, String sourceClusterId, VerificationContext context, ByteRateLimit outerLimit) {
        this.link = link;
        this.sourceClusterId = sourceClusterId;
        this.context = context;
        this.limit = new ByteRateLimit(ByteRateLimit.UNLIMITED, outerLimit);
        this.book = new VerificationBook(context);
        this.time = context.time();
        this.thread = new Thread(this::run, "hawser-" + link.name() + "-verify");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** @return whether it takes these over; if not, it has ended, and another one has to be started */
    boolean assign(List<Due> due) {
        Map<TopicPartition, Due> byPartition = new LinkedHashMap<>();
        due.forEach(each -> byPartition.put(each.assignment().mirror(), each));
        synchronized (lock) {
            wanted = ended ? wanted : byPartition;
            woken.offer(true);
            return !ended;
        }
    }

    /** Asks the thread to end; does not wait. */
    @Override
    public void close() {
        running = false;
        SourceClient asking = client;
        if (asking != null) {
            asking.giveUp();
        }
        woken.offer(true);
    }

    private void run() {
        try {
            context.state().upToDate().toCompletableFuture().get(UP_TO_DATE_LIMIT_MS, TimeUnit.MILLISECONDS);
            book.restore(wanted.keySet());
            while (running && !isDone()) {
                for (Due due : List.copyOf(wanted.values())) {
                    if (running && !book.isDone(due)) {
                        verify(due);
                    }
                }
                book.restore(wanted.keySet());
                if (running && !isDone()) {
                    woken.poll(RETRY_MS, TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            if (running) {
                LOG.warn(
                        "[{}] verifying waits: the state topic cannot be read up to its end: {}",
                        link.name(),
                        e.toString());
            }
        } catch (RuntimeException e) {
            LOG.error("[{}] verifying ends on this broker until it is looked for again", link.name(), e);
        } finally {
            end();
        }
    }

    private void end() {
        synchronized (lock) {
            ended = true;
        }
        closeClient();
    }

    /** Once it has said so it takes nothing more. */
    private boolean isDone() {
        synchronized (lock) {
            ended = ended || wanted.values().stream().allMatch(book::isDone);
            return ended;
        }
    }

    private void verify(Due due) throws InterruptedException {
        try {
            compare(due);
            localFailures = 0;
        } catch (SourceException e) {
            closeClient();
            failed(due, e.failure());
        } catch (CorruptRecordException e) {
            VerificationStatus known = book.statusOf(due);
            long offset = known.nextOffset();
            VerificationDifference unreadable =
                    VerificationDifference.of(Kind.UNREADABLE_ON_MIRROR, offset, offset, e.getMessage());
            book.keep(known, State.DIFFERENT, null, unreadable);
        } catch (KafkaException e) {
            LOG.warn(
                    "[{}] {} cannot be verified now: {}",
                    link.name(),
                    due.assignment().mirror(),
                    e.toString());
            if (running && ++localFailures >= LOCAL_FAILURES) {
                localFailures = 0;
                failed(due, new SourceFailure(FailureCode.INTERNAL, String.valueOf(e.getMessage())));
            }
        }
    }

    private void compare(Due due) throws SourceException, InterruptedException {
        limit.change(due.wanted().maxBytesPerSecond());
        PartitionLogs logs = new PartitionLogs(due, source(), context.reader(), limit, time);
        Optional<Range> now = logs.range();
        if (now.isEmpty()) {
            return;
        }
        VerificationStatus begun = book.begun(due, now.get());
        book.keep(begun);
        LOG.info(
                "[{}] {} is verified from offset {} to {}",
                link.name(),
                due.assignment().mirror(),
                begun.nextOffset(),
                begun.endOffset());
        Range range = new Range(now.get().logStartOffset(), begun.endOffset(), begun.compacted());
        PartitionRun run = new PartitionRun(
                logs,
                ProducerIdSpace.ofSourceCluster(sourceClusterId),
                ProducerIdSpace.ofSourceCluster(context.clusterId()),
                begun.nextOffset(),
                range);
        while (running && !run.phase().isEnd()) {
            Due current = wanted.get(due.assignment().mirror());
            if (current == null || !due.goesOnAs(current)) {
                return;
            }
            limit.change(current.wanted().maxBytesPerSecond());
            long delayMs = step(run, begun);
            if (book.keptAgoMs() >= KEEP_MS) {
                book.keep(progress(begun, run));
            }
            if (delayMs > 0) {
                woken.poll(Math.min(delayMs, LOOK_MS), TimeUnit.MILLISECONDS);
            }
        }
        finish(due, begun, run);
    }

    /** What it has come to is not lost with the source. */
    private long step(PartitionRun run, VerificationStatus begun) throws SourceException {
        try {
            return run.step();
        } catch (SourceException e) {
            book.keep(progress(begun, run));
            throw e;
        }
    }

    private VerificationStatus progress(VerificationStatus begun, PartitionRun run) {
        return begun.at(
                Math.max(begun.nextOffset(), run.resumeOffset()),
                begun.deletedOffsets() + run.deletedOffsets(),
                begun.sourceBytes() + run.sourceBytes(),
                time.milliseconds());
    }

    private void finish(Due due, VerificationStatus begun, PartitionRun run) {
        VerificationStatus last = progress(begun, run);
        switch (run.phase()) {
            case EQUAL -> book.keep(last, State.EQUAL, null, null);
            case DIFFERENT -> book.keep(last, State.DIFFERENT, null, run.difference());
            case TOO_MANY_KEYS ->
                book.keep(
                        last,
                        State.FAILED,
                        new Failure(
                                FailureCode.TOO_MANY_KEYS,
                                "from offset " + last.nextOffset() + " on more than " + LogComparison.KEY_LIMIT
                                        + " keys wait for a later record at one time",
                                last.atMs()),
                        null);
            case SHORTENED -> {
                LOG.warn(
                        "[{}] {} has become shorter meanwhile: verified anew",
                        link.name(),
                        due.assignment().mirror());
                book.forgetRange(due, begun);
            }
            case COMPARING, LOOKING_EARLIER, LOOKING_LATER -> book.keep(last);
            case NOT_LEADING ->
                LOG.info(
                        "[{}] {} is led by another broker",
                        link.name(),
                        due.assignment().mirror());
        }
    }

    private void failed(Due due, SourceFailure failure) {
        if (running && due.goesOnAs(wanted.get(due.assignment().mirror()))) {
            State state = failure.unreachable() ? State.RUNNING : State.FAILED;
            book.keep(book.statusOf(due), state, failure.at(time.milliseconds()), null);
        }
    }

    private SourceLog source() throws SourceException {
        if (source == null) {
            try {
                LinkConfig config = LinkConfig.resolved(link.name(), link.configs(), context.secrets());
                SourceClient fresh = new SourceClient(
                        context.connectors().of(link.name(), config), "verify", time, config.requestTimeoutMs());
                client = fresh;
                source = new SourceLog(fresh, sourceClusterId);
            } catch (KafkaException e) {
                throw new SourceException(
                        new SourceFailure(FailureCode.INVALID_LINK_CONFIG, String.valueOf(e.getMessage())));
            }
        }
        return source;
    }

    /** The next one is made of what the link's references hold then. */
    private void closeClient() {
        SourceClient closing = client;
        client = null;
        source = null;
        if (closing != null) {
            closing.close();
        }
    }
}
