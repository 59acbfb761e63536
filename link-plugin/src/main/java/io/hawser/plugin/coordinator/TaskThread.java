/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.config.LinkConfig;
import io.hawser.definition.LinkDefinition;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.status.FailureCode;
import io.hawser.status.LinkStatus;
import io.hawser.status.StateKey;
import io.hawser.status.TaskStatus;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one task of one link: when its interval has passed, when definitions have changed, and when something is urgent.
 *
 * <p>Law: no run is begun before the source has told the cluster id that the link is pinned to.
 *
 * <p>Thread-safe: a thread of its own does the work.
 */
final class TaskThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TaskThread.class);
    private static final long LOOK_MS = 1_000;
    private static final long URGENT_MS = 1_000;
    private static final long FIRST_RETRY_MS = 1_000;
    private static final long LAST_RETRY_MS = 60_000;

    private final LinkDefinition link;
    private final LinkTask task;
    private final CoordinatorContext context;
    private final StatusBook book;
    private final SourceClients clients;
    private final BlockingQueue<Boolean> woken = new ArrayBlockingQueue<>(1);
    private final Thread thread;
    private volatile boolean running = true;
    private @Nullable LinkConfig config;
    private @Nullable SourceClient client;
    private long lastRunMs;
    private long lookedMs;
    private long dueMs;
    private long seenGeneration = -1;
    private int failures;
    private volatile long demandedMs;
    private volatile Ended ended = new Ended(0, null, null);

    /**
     * The last run.
     *
     * @param report null if it failed
     * @param failure null if it did not
     */
    record Ended(
            long startedMs,
            @Nullable TaskReport report,
            @Nullable SourceFailure failure) {}

    TaskThread(LinkDefinition link, LinkTask task, CoordinatorContext context, StatusBook book, SourceClients clients) {
        this.link = link;
        this.task = task;
        this.context = context;
        this.book = book;
        this.clients = clients;
        this.thread = new Thread(this::run, "hawser-" + link.name() + "-" + task.name());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    LinkTask task() {
        return task;
    }

    /**
     * Wants a run that begins at a time or later, as soon as it can be.
     *
     * @return the last one if it did; else null
     */
    @Nullable
    Ended demand(long sinceMs) {
        Ended last = ended;
        if (last.startedMs() >= sinceMs && last.failure() == null) {
            return last;
        }
        demandedMs = context.time().milliseconds();
        wake();
        return last.startedMs() >= sinceMs ? last : null;
    }

    void wake() {
        woken.offer(true);
    }

    /** Asks the thread to end; does not wait, since it may be waiting for the source. */
    @Override
    public void close() {
        running = false;
        thread.interrupt();
    }

    private void run() {
        try {
            while (running) {
                try {
                    look();
                } catch (SourceException e) {
                    failed(e.failure());
                } catch (KafkaException e) {
                    failed(new SourceFailure(FailureCode.DESTINATION_REFUSED, String.valueOf(e.getMessage())));
                } catch (RuntimeException | VirtualMachineError | LinkageError e) {
                    LOG.error("[{}] task {}: unexpected; it goes on", link.name(), task.name(), e);
                    failed(new SourceFailure(FailureCode.INTERNAL, e.toString()));
                }
                woken.poll(LOOK_MS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeClient();
        }
    }

    private void look() throws SourceException {
        long generation = context.definitions().get().generation();
        // Of a link whose properties have changed another thread takes care.
        config = config == null ? LinkConfig.unresolved(link.configs()) : config;
        if (config.paused() || !task.isEnabled(config)) {
            rest(generation, config.paused() ? TaskStatus.State.PAUSED : TaskStatus.State.DISABLED);
            return;
        }
        long nowMs = context.time().milliseconds();
        lookedMs = nowMs;
        boolean demanded = nowMs - demandedMs < LOOK_MS && nowMs - lastRunMs >= URGENT_MS;
        boolean waits = nowMs < dueMs && generation == seenGeneration;
        if (waits && failures > 0 && !demanded) {
            return;
        }
        seenGeneration = generation;
        SourceClient source = client();
        String pinned = book.value(StateKey.link(link.name()))
                .map(LinkStatus::sourceClusterId)
                .orElse("");
        LinkWork work = new LinkWork(link, config, pinned, source, context, book);
        boolean urgent = demanded || (nowMs - lastRunMs >= URGENT_MS && task.isUrgent(work));
        if (waits && !urgent) {
            return;
        }
        lastRunMs = nowMs;
        requireCluster(pinned, source);
        TaskReport report = task.run(work);
        ended = new Ended(nowMs, report, null);
        failures = 0;
        lastRunMs = context.time().milliseconds();
        dueMs = lastRunMs + task.intervalMs(config);
        SourceFailure skipped = report.skipped();
        change(status -> skipped == null
                ? status.succeeded(generation, report.counts(), report.exceptions(), lastRunMs)
                : status.skipped(generation, skipped.at(lastRunMs), lastRunMs));
    }

    private SourceClient client() throws SourceException {
        if (client == null) {
            try {
                client = clients.open(LinkConfig.resolved(link.name(), link.configs(), context.secrets()), task.name());
            } catch (KafkaException e) {
                throw new SourceException(
                        new SourceFailure(FailureCode.INVALID_LINK_CONFIG, String.valueOf(e.getMessage())));
            }
        }
        return client;
    }

    /** The next one is made of what the link's references hold then. */
    private void closeClient() {
        if (client != null) {
            client.close();
            client = null;
        }
    }

    private void requireCluster(String pinned, SourceClient source) throws SourceException {
        if (pinned.isEmpty()) {
            throw new SourceException(
                    new SourceFailure(FailureCode.SOURCE_UNREACHABLE, "the link has not reached its source yet"));
        }
        String found = source.cluster(Set.of()).clusterId();
        if (!pinned.equals(found)) {
            throw new SourceException(new SourceFailure(
                    FailureCode.SOURCE_CLUSTER_CHANGED,
                    "the link is to cluster " + pinned + ", but " + found + " answers"));
        }
    }

    private void rest(long generation, TaskStatus.State state) {
        closeClient();
        dueMs = 0;
        failures = 0;
        change(status -> status.resting(generation, state, context.time().milliseconds()));
    }

    private void failed(SourceFailure failure) {
        closeClient();
        long nowMs = context.time().milliseconds();
        ended = new Ended(lookedMs, null, failure);
        dueMs = nowMs + Math.min(LAST_RETRY_MS, FIRST_RETRY_MS << Math.min(failures, 6));
        failures++;
        change(status -> status.failed(Math.max(0, seenGeneration), failure.at(nowMs), nowMs));
    }

    private void change(UnaryOperator<TaskStatus> change) {
        if (running) {
            book.change(
                    StateKey.task(link.name(), task.name()),
                    known -> change.apply(
                            known == null
                                    ? TaskStatus.fresh(
                                            link.name(),
                                            task.name(),
                                            context.time().milliseconds())
                                    : known));
        }
    }

    /** How a thread gets a client of the source. */
    @FunctionalInterface
    interface SourceClients {
        SourceClient open(LinkConfig config, String role);
    }
}
