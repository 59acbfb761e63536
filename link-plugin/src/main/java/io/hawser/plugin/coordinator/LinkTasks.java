/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.config.LinkConfig;
import io.hawser.definition.LinkDefinition;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceRequest.ClusterAnswer;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.LinkState;
import io.hawser.status.LinkStatus;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One link's questions to its source: is it there, is it the one, which topics are to be created, has a promotion drained it, can
 * a topic become a mirror again.
 *
 * <p>Thread-safe: a thread of its own does the work. It ends when the link's definition changes, and another begins.
 */
final class LinkTasks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LinkTasks.class);
    private static final long CHECK_MS = 2_000;
    private static final long TRY_AGAIN_MS = 10_000;
    private static final long BUSY_MS = 200;
    private static final int FAILED_CHECKS = 2;
    private static final long CLIENT_TIMEOUT_MS = 5_000;

    private final LinkDefinition definition;
    private final CoordinatorContext context;
    private final StatusBook book;
    private final MirrorPromotion promotion;
    private final ReversalCheck reversal;
    private final SourceFencing fencing;
    private boolean fences;
    private final BlockingQueue<Boolean> woken = new ArrayBlockingQueue<>(1);
    private final Thread thread;
    private final List<TaskThread> tasks;
    private volatile boolean running = true;
    private String problem = "";
    private @Nullable LinkConfig tried;
    private long triedMs;
    private final RoundTrip roundTrip = new RoundTrip();
    private long checkedMs;
    private @Nullable SourceState sourceState;
    private long stateReadMs;
    private int failedChecks;

    /** @param tasks what the link does besides, each on a thread of its own */
    LinkTasks(
            LinkDefinition definition,
            CoordinatorContext context,
            StatusBook book,
            MirrorStops stops,
            List<LinkTask> tasks) {
        this.definition = definition;
        this.context = context;
        this.book = book;
        this.thread = new Thread(this::run, "hawser-" + definition.name() + "-tasks");
        thread.setDaemon(true);
        this.tasks = tasks.stream()
                .map(task -> new TaskThread(definition, task, context, book, this::newClient))
                .toList();
        this.reversal = new ReversalCheck(context, book);
        this.fencing = new SourceFencing(context, book);
        this.promotion = new MirrorPromotion(context, book, stops, new FinalSync(this.tasks));
    }

    LinkDefinition definition() {
        return definition;
    }

    /** Never blocks. */
    void start() {
        book.change(StateKey.link(definition.name()), this::takenUp);
        thread.start();
        tasks.forEach(TaskThread::start);
    }

    void wake() {
        woken.offer(true);
        tasks.forEach(TaskThread::wake);
    }

    /** Asks the thread to end; does not wait, since it may be waiting for the source. */
    @Override
    public void close() {
        running = false;
        thread.interrupt();
        tasks.forEach(TaskThread::close);
    }

    private void run() {
        SourceClient client = null;
        LinkConfig connectedWith = null;
        try {
            while (running) {
                try {
                    LinkConfig config = wanted(connectedWith);
                    fences = config.fencesSource();
                    if (config.paused()) {
                        report(LinkState.PAUSED, null);
                    } else {
                        if (client == null) {
                            client = newClient(config, "tasks");
                            connectedWith = config;
                        } else if (!config.equals(connectedWith) && isToBeTried(config) && isProven(config)) {
                            client.close();
                            client = newClient(config, "tasks");
                            connectedWith = config;
                        }
                        step(client, Objects.requireNonNull(connectedWith));
                    }
                } catch (SourceException e) {
                    failed(e.failure());
                } catch (KafkaException e) {
                    failed(new SourceFailure(FailureCode.INVALID_LINK_CONFIG, rootMessage(e)));
                } catch (RuntimeException | VirtualMachineError | LinkageError e) {
                    LOG.error("[{}] unexpected; it goes on", definition.name(), e);
                }
                pause();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (client != null) {
                client.close();
            }
        }
    }

    /** What the references hold now; what they held before for as long as they do not resolve. */
    private LinkConfig wanted(@Nullable LinkConfig before) {
        try {
            return LinkConfig.resolved(definition.name(), definition.configs(), context.secrets());
        } catch (KafkaException e) {
            if (before == null) {
                throw e;
            }
            goesOn(rootMessage(e));
            return before;
        }
    }

    /** Not all the time: it may take as long as a source that is silent. */
    private boolean isToBeTried(LinkConfig config) {
        long nowMs = context.time().hiResClockMs();
        boolean due = !config.equals(tried) || nowMs - triedMs >= TRY_AGAIN_MS;
        tried = config;
        triedMs = due ? nowMs : triedMs;
        return due;
    }

    /** Whether the link's source answers to what the references hold now; until then the tasks go on as they are. */
    private boolean isProven(LinkConfig config) {
        try (SourceClient fresh = newClient(config, "proof")) {
            String found = fresh.cluster(Set.of()).clusterId();
            String pinned = book.value(StateKey.link(definition.name()))
                    .map(LinkStatus::sourceClusterId)
                    .orElse(found);
            if (Objects.equals(found, pinned)) {
                problem = "";
                return true;
            }
            goesOn("cluster " + found + " answers, and not " + pinned);
        } catch (SourceException e) {
            goesOn(e.failure().code() + ": " + e.failure().message());
        } catch (KafkaException e) {
            goesOn(rootMessage(e));
        }
        return false;
    }

    /** Each broker says the same of its mirrors; this is for what is done beside records. */
    private void goesOn(String reason) {
        if (!reason.equals(problem)) {
            problem = reason;
            LOG.warn(
                    "[{}] goes on with the addresses and credentials that it had; the new ones failed: {}",
                    definition.name(),
                    reason);
        }
    }

    /** After a failure it waits its time; else whatever is new wakes it, though not more than a few times a second. */
    private void pause() throws InterruptedException {
        if (failedChecks > 0) {
            TimeUnit.MILLISECONDS.sleep(CHECK_MS);
            return;
        }
        woken.poll(hasWork() ? BUSY_MS : CHECK_MS, TimeUnit.MILLISECONDS);
        if (!hasWork()) {
            TimeUnit.MILLISECONDS.sleep(BUSY_MS);
        }
    }

    private SourceClient newClient(LinkConfig config, String role) {
        return new SourceClient(
                context.connectors().of(definition.name(), config),
                role,
                context.time(),
                Math.min(CLIENT_TIMEOUT_MS, config.requestTimeoutMs()));
    }

    private void step(SourceClient client, LinkConfig config) throws SourceException {
        List<MirrorDefinition> work = work();
        promotion.keep(work.stream()
                .filter(mirror -> mirror.intent() == MirrorIntent.PROMOTE)
                .map(MirrorDefinition::topic)
                .collect(Collectors.toSet()));
        List<MirrorDefinition> toFence = toFence();
        if (work.isEmpty() && toFence.isEmpty() && context.time().milliseconds() - checkedMs < CHECK_MS) {
            return;
        }
        Set<String> topics = Stream.concat(work.stream(), toFence.stream())
                .map(MirrorDefinition::sourceTopic)
                .collect(Collectors.toSet());
        long sentNs = context.time().nanoseconds();
        ClusterAnswer cluster = client.cluster(topics);
        roundTrip.took(context.time().nanoseconds() - sentNs);
        checkedMs = context.time().milliseconds();
        pin(cluster);
        failedChecks = 0;
        report(LinkState.ACTIVE, null);
        reportRoundTrip();
        if (checkedMs - stateReadMs >= CHECK_MS) {
            sourceState = null;
        }
        List<MirrorCreation.Wanted> wanted = new ArrayList<>();
        List<ReversalCheck.Asked> reversed = new ArrayList<>();
        for (MirrorDefinition mirror : work) {
            SourceTopic topic = cluster.topics().get(mirror.sourceTopic());
            MirrorStatus status = status(mirror);
            if (topic == null) {
                continue;
            }
            if (mirror.intent().reverses()) {
                reversed.add(new ReversalCheck.Asked(mirror, topic));
            } else if (status == null || !status.established()) {
                wanted.add(new MirrorCreation.Wanted(mirror, topic));
            } else {
                work(mirror, status, topic, client, config);
            }
        }
        if (!reversed.isEmpty()) {
            reversal.check(reversed, sourceState(cluster, client), client);
        }
        if (!wanted.isEmpty()) {
            MirrorCreation.Terms terms = new MirrorCreation.Terms(
                    SyncedTopicConfigs.of(config, context.cluster().get()),
                    sourceState(cluster, client),
                    config.startOffset());
            new MirrorCreation(context, book).establish(wanted, client, terms);
        }
        if (!toFence.isEmpty()) {
            fencing.fence(toFence, cluster, client);
        }
    }

    /** Read once for all that is looked at in turn. */
    private SourceState sourceState(ClusterAnswer cluster, SourceClient client) throws SourceException {
        if (sourceState == null) {
            stateReadMs = context.time().milliseconds();
            sourceState = SourceState.read(Objects.requireNonNull(cluster.clusterId()), client);
        }
        return sourceState;
    }

    private void work(
            MirrorDefinition mirror, MirrorStatus status, SourceTopic topic, SourceClient client, LinkConfig config)
            throws SourceException {
        if (TopicIdAdoption.isDue(mirror, status, book)) {
            TopicIdAdoption.adopt(mirror, topic, book);
        } else {
            promotion.prove(mirror, status, topic, client, config);
        }
    }

    private boolean hasWork() {
        return !work().isEmpty() || !toFence().isEmpty();
    }

    /** Source topics that are to become read-only. */
    private List<MirrorDefinition> toFence() {
        return fences ? fencing.due(definition.name()) : List.of();
    }

    /** Mirrors that need the source: to be created, to be promoted, or to be made mirrors again. */
    private List<MirrorDefinition> work() {
        return context.definitions().get().mirrors().values().stream()
                .filter(mirror -> mirror.link().equals(definition.name()))
                .filter(this::needsSource)
                .toList();
    }

    private boolean needsSource(MirrorDefinition mirror) {
        MirrorStatus status = status(mirror);
        if (mirror.intent().reverses()) {
            return ReversalCheck.isDue(mirror, status);
        }
        if (status == null || !status.established()) {
            return mirror.intent() == MirrorIntent.MIRROR && (status == null || status.obsoleteTopicId() == null);
        }
        if (mirror.intent() == MirrorIntent.MIRROR) {
            return TopicIdAdoption.isDue(mirror, status, book);
        }
        return mirror.intent() == MirrorIntent.PROMOTE && MirrorPromotion.needsProof(status);
    }

    private @Nullable MirrorStatus status(MirrorDefinition mirror) {
        return book.value(StateKey.mirror(mirror.topic()))
                .filter(known -> MirrorTransitions.isOf(mirror, known))
                .orElse(null);
    }

    /** The first answer pins the link to a cluster; an answer of this cluster, or of a third, is refused. */
    private void pin(ClusterAnswer cluster) throws SourceException {
        String found = cluster.clusterId();
        if (found == null) {
            throw new SourceException(
                    new SourceFailure(FailureCode.UNSUPPORTED_VERSION, "the source does not tell its cluster id"));
        }
        if (found.equals(context.clusterId())) {
            throw new SourceException(new SourceFailure(
                    FailureCode.SELF_LINK,
                    "the cluster at "
                            + definition.configs().getOrDefault(LinkConfig.BOOTSTRAP_SERVERS, "the other end")
                            + " is this one, "
                            + found));
        }
        String pinned = book.value(StateKey.link(definition.name()))
                .map(LinkStatus::sourceClusterId)
                .orElse(null);
        if (pinned != null && !pinned.equals(found)) {
            throw new SourceException(new SourceFailure(
                    FailureCode.SOURCE_CLUSTER_CHANGED,
                    "the link is to cluster " + pinned + ", but " + found + " answers"));
        }
        changeOwn(status -> status.pinnedTo(found));
    }

    private void failed(SourceFailure failure) {
        if (!running) {
            return;
        }
        failedChecks++;
        LinkState state = failure.unreachable() ? LinkState.SOURCE_UNAVAILABLE : LinkState.FAILED;
        boolean neverReached = book.value(StateKey.link(definition.name()))
                .map(LinkStatus::sourceClusterId)
                .isEmpty();
        if (failedChecks >= FAILED_CHECKS || neverReached || !failure.unreachable()) {
            report(state, failure.at(context.time().milliseconds()));
            work().forEach(mirror -> notReached(mirror, failure));
            fencing.failed(toFence(), failure);
        }
    }

    /** What waits for the source says so itself. */
    private void notReached(MirrorDefinition mirror, SourceFailure failure) {
        if (mirror.intent().reverses()) {
            reversal.refuse(mirror, failure);
            return;
        }
        new MirrorCreation(context, book).failed(mirror, failure);
    }

    private void report(LinkState state, @Nullable Failure failure) {
        changeOwn(status -> status.withState(state, failure, context.time().milliseconds()));
    }

    /** One whose link was changed meanwhile has nothing to say about what it is now: another has been begun for that. */
    private void changeOwn(UnaryOperator<LinkStatus> change) {
        book.change(
                StateKey.link(definition.name()),
                status -> status != null && status.definition().equals(definition) ? change.apply(status) : status);
    }

    private void reportRoundTrip() {
        changeOwn(status ->
                roundTrip.isNews(status.roundTripMs()) ? status.withRoundTrip(roundTrip.shortestMs()) : status);
    }

    private LinkStatus takenUp(@Nullable LinkStatus known) {
        long generation = context.definitions().get().generation();
        long nowMs = context.time().milliseconds();
        if (known == null || !known.definition().id().equals(definition.id())) {
            return new LinkStatus(definition, generation, null, LinkState.CONNECTING, null, nowMs, null);
        }
        LinkStatus current = known.withDefinition(definition, generation);
        // Whoever has given it other credentials waits for what comes of them.
        return LinkConfig.sameConnection(known.definition().configs(), definition.configs())
                ? current
                : current.withState(LinkState.CONNECTING, null, nowMs);
    }

    private static String rootMessage(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
