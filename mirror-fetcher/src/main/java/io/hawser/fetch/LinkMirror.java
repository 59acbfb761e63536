/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.batch.BatchRewriter;
import io.hawser.batch.ProducerIdSpace;
import io.hawser.config.LinkConfig;
import io.hawser.config.StartOffset;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceConnector;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceNode;
import io.hawser.source.SourceRequest.ClusterAnswer;
import io.hawser.source.SourceRequest.Offsets;
import io.hawser.source.SourceRequest.PartitionOffset;
import io.hawser.source.SourceRequest.SourcePartition;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.status.FailureCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One link on one destination broker: keeps each partition that this broker leads with a fetcher for the source broker that
 * leads it there.
 *
 * <p>Law: a partition is with one fetcher at a time, and resumes where the mirror's log ends. The source is asked by this
 * thread alone; what comes from another cluster than the pinned one is never fetched.
 *
 * <p>Thread-safe: a thread of its own owns all state; others speak to it through {@link #assign} and by events, which are as
 * many as there are partitions, at most.
 *
 * <p>Failure semantics: the source does not answer: partitions wait and it is asked again, at most every half second. A source
 * broker is silent: the others are asked whether it still leads. A topic is gone, or is another one: its partitions fail
 * alone and are looked at again. Anything unforeseen is logged, and the thread goes on.
 */
public final class LinkMirror implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LinkMirror.class);
    private static final long RESOLVE_BACKOFF_MS = 50;
    private static final long RESOLVE_BACKOFF_MAX_MS = 500;
    private static final long KEPT_MS = 2_000;
    private static final long STALL_MS = 1_500;
    private static final long FETCHER_IDLE_MS = 30_000;
    private static final long CLIENT_TIMEOUT_MS = 3_000;
    private static final long TELL_AGAIN_MS = 60_000;
    private static final long TICK_MS = 500;
    private static final long LEADER_ENDS_MS = 1_000;
    private static final int STUCK_LIMIT = 3;
    private static final long CLOSE_LIMIT_MS = 10_000;

    private final String link;
    private final LinkConfig config;
    private final String sourceClusterId;
    private final MirrorLog log;
    private final LineageJournal journal;
    private final LossPolicies policies;
    private final LinkLimits limits;
    private final LinkTraffic traffic = new LinkTraffic();
    private final Time time;
    private final SourceClient client;
    private final FetcherPool fetchers;
    private final FetcherShares shares;
    private final Backoff backoff =
            new Backoff(RESOLVE_BACKOFF_MS, RESOLVE_BACKOFF_MAX_MS, RandomGenerator.getDefault());
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private final Map<TopicPartition, MirrorSlot> slots = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean running = true;
    private volatile Map<TopicPartition, MirrorAssignment> wanted = Map.of();
    /** The assignments that all slots are of; null if some are not. */
    private @Nullable Map<TopicPartition, MirrorAssignment> reconciled;

    /** How long the next step may wait for an event. */
    private long waitMs;

    private long refreshDueMs;
    private long leaderEndsDueMs;
    private @Nullable FailureCode toldOfLoss;
    private long toldOfLossMs;

    /**
     * @param sourceClusterId the cluster that the link is pinned to
     * @param connector closed with this
     * @param limits may be changed meanwhile
     */
    public LinkMirror(
            String link,
            LinkConfig config,
            String sourceClusterId,
            String destinationClusterId,
            SourceConnector connector,
            MirrorLog log,
            LineageJournal journal,
            LossPolicies policies,
            LinkLimits limits,
            Time time) {
        this.policies = policies;
        this.limits = limits;
        this.link = link;
        this.config = config;
        this.sourceClusterId = sourceClusterId;
        this.log = log;
        this.journal = journal;
        this.time = time;
        this.client =
                new SourceClient(connector, "metadata", time, Math.min(CLIENT_TIMEOUT_MS, config.requestTimeoutMs()));
        BatchRewriter rewriter = new BatchRewriter(
                ProducerIdSpace.ofSourceCluster(sourceClusterId),
                ProducerIdSpace.ofSourceCluster(destinationClusterId));
        FetchSettings settings = FetchSettings.of(config, connector.maxAnswerBytes());
        this.fetchers = new FetcherPool(config.fetchersPerSourceBroker(), FETCHER_IDLE_MS, (peer, index) -> {
            FetcherThread fetcher = new FetcherThread(
                    link + "-fetcher-" + peer.node().id() + (peer.mayPointElsewhere() ? "-rack-" : "-") + index,
                    peer.node(),
                    connector,
                    peer.mayPointElsewhere() ? settings : settings.withoutRack(),
                    limits,
                    log,
                    rewriter,
                    journal,
                    new Events(),
                    traffic,
                    time);
            fetcher.start();
            return fetcher;
        });
        this.shares = new FetcherShares(fetchers, limits);
        this.thread = new Thread(this::run, "hawser-" + link + "-leaders");
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Replaces what is mirrored. Partitions of assignments that are gone end; equal ones go on undisturbed. */
    public void assign(Collection<MirrorAssignment> assignments) {
        wanted = assignments.stream().collect(Collectors.toUnmodifiableMap(MirrorAssignment::mirror, each -> each));
        Map<TopicPartition, MirrorAssignment> target = wanted;
        if (slots.values().stream().anyMatch(slot -> isLeaving(slot, target) && !slot.isReleased())) {
            // The source may be silent, and a failover must not wait until it has been asked.
            client.giveUp();
        }
        events.add(() -> {});
    }

    private static boolean isLeaving(MirrorSlot slot, Map<TopicPartition, MirrorAssignment> target) {
        return !slot.assignment().equals(target.get(slot.assignment().mirror()));
    }

    /** Whether anything may still be appended to the partition. False is final until it is assigned again. */
    public boolean holds(TopicPartition mirror) {
        return wanted.containsKey(mirror) || slots.containsKey(mirror);
    }

    /** How each partition is doing. */
    public List<PartitionReport> report() {
        long nowMs = time.milliseconds();
        List<PartitionReport> reports = new ArrayList<>();
        slots.values()
                .forEach(slot -> reports.add(PartitionReport.of(
                        slot, limits.holdBacks().of(slot.assignment().mirror().topic()), nowMs)));
        return reports;
    }

    /** What has been appended so far. */
    public LinkTraffic traffic() {
        return traffic;
    }

    /** Bytes that are in the logs here and not known to be on all in-sync replicas. */
    public long unackedBytes() {
        return slots.values().stream()
                .map(MirrorSlot::partition)
                .filter(Objects::nonNull)
                .mapToLong(MirroredPartition::unackedBytes)
                .sum();
    }

    /**
     * Ends all fetching. Waits for a bounded time; an append that takes longer goes on, and what it appends to is held
     * until then. Idempotent.
     */
    @Override
    public void close() {
        running = false;
        wanted = Map.of();
        client.giveUp();
        events.add(() -> {});
        try {
            thread.join(CLOSE_LIMIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether all has ended after {@link #close}, and it holds nothing any more. */
    public boolean hasEnded() {
        return !thread.isAlive() && slots.isEmpty();
    }

    private void run() {
        try {
            while (running) {
                try {
                    step();
                } catch (InterruptedException e) {
                    throw e;
                } catch (Throwable e) {
                    LOG.error("[{}] unexpected; it goes on", link, e);
                    TimeUnit.MILLISECONDS.sleep(RESOLVE_BACKOFF_MAX_MS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    /** What a fetcher may still append to is held until it has ended. */
    private void end() {
        try (client) {
            fetchers.close();
            slots.clear();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void step() throws InterruptedException {
        runEvents();
        client.goOn();
        Map<TopicPartition, MirrorAssignment> target = wanted;
        if (reconciled != target) {
            reconciled = reconcile(target) ? target : null;
        }
        long nowMs = time.milliseconds();
        Look look = look(nowMs);
        if (!config.rack().isEmpty()) {
            followNearest(nowMs);
        }
        askForLeaderEnds(nowMs);
        shares.moves(slots.values(), nowMs).forEach(this::moveTo);
        if (!look.due().isEmpty() || ((look.stalled() || nowMs >= refreshDueMs) && !slots.isEmpty())) {
            askForLeaders(look.due());
        }
        fetchers.endIdle(nowMs);
        waitMs = look.waitMs(time.milliseconds());
    }

    /** Before all else, so that fetchers are heard whatever the rest of a step runs into. */
    private void runEvents() throws InterruptedException {
        Runnable event = events.poll(waitMs, TimeUnit.MILLISECONDS);
        while (event != null) {
            event.run();
            event = events.poll();
        }
    }

    /** All slots are looked at once: there may be thousands, and nearly always nothing is to be done. */
    private Look look(long nowMs) {
        List<MirrorSlot> due = new ArrayList<>();
        boolean stalled = false;
        long nextDueMs = Long.MAX_VALUE;
        for (MirrorSlot slot : slots.values()) {
            if (slot.isLeftBehind()) {
                slot.takeBack(nowMs, backoff, KEPT_MS);
            }
            if (!slot.due(nowMs)) {
                nextDueMs = Math.min(nextDueMs, slot.dueMs());
            } else if (lineageLoaded(slot)) {
                due.add(slot);
            }
            stalled |= slot.stalled(nowMs, STALL_MS);
        }
        return new Look(due, stalled, nextDueMs);
    }

    /**
     * What a look at all slots has found.
     *
     * @param due those that need a fetcher now
     * @param stalled whether the source leads something elsewhere by now, perhaps
     * @param nextDueMs when the next of the others needs a fetcher
     */
    private record Look(List<MirrorSlot> due, boolean stalled, long nextDueMs) {

        long waitMs(long nowMs) {
            long againMs = due.stream().mapToLong(MirrorSlot::dueMs).min().orElse(Long.MAX_VALUE);
            return Math.max(1, Math.min(TICK_MS, Math.min(nextDueMs, againMs) - nowMs));
        }
    }

    /** @return whether there is a slot for all that is wanted, and for nothing else */
    private boolean reconcile(Map<TopicPartition, MirrorAssignment> target) {
        boolean noneLeaving = true;
        for (MirrorSlot slot : List.copyOf(slots.values())) {
            if (slot.isReleased() || isLeaving(slot, target)) {
                noneLeaving &= release(slot);
            }
        }
        target.forEach((mirror, assignment) -> slots.computeIfAbsent(mirror, unknown -> new MirrorSlot(assignment)));
        return noneLeaving;
    }

    /**
     * The slot stays until its fetcher has let the partition go, so that two never append to it.
     *
     * @return whether it has gone at once
     */
    private boolean release(MirrorSlot slot) {
        MirroredPartition partition = slot.partition();
        FetcherThread fetcher = slot.fetcher();
        if (fetcher == null || partition == null) {
            slots.remove(slot.assignment().mirror(), slot);
            return true;
        }
        slot.release();
        fetcher.remove(partition).whenComplete((done, error) -> {
            slots.remove(slot.assignment().mirror(), slot);
            events.add(() -> reconciled = null);
        });
        return false;
    }

    private boolean lineageLoaded(MirrorSlot slot) {
        var loading = slot.lineage(journal, () -> events.add(() -> {}));
        if (loading.isCompletedExceptionally()) {
            fail(
                    slot,
                    new SourceFailure(
                            FailureCode.INTERNAL, "the partition's lineage cannot be read from the state topic"));
            return false;
        }
        return loading.isDone();
    }

    private void askForLeaders(List<MirrorSlot> due) {
        Set<String> topics = slots.values().stream()
                .map(slot -> slot.assignment().source().topic())
                .collect(Collectors.toSet());
        refreshDueMs = time.milliseconds() + config.metadataMaxAgeMs();
        try {
            ClusterAnswer cluster = client.cluster(topics);
            requirePinned(cluster);
            slots.values().forEach(slot -> moveToNewLeader(slot, cluster));
            PartitionStart start = new PartitionStart(client, cluster, log, policies, due);
            due.forEach(slot -> place(slot, start));
        } catch (SourceException e) {
            if (e.failure().code() == FailureCode.SOURCE_CLUSTER_CHANGED) {
                slots.values().forEach(this::takeFromFetcher);
            }
            due.forEach(slot -> notFound(slot, e));
        }
    }

    private void requirePinned(ClusterAnswer cluster) throws SourceException {
        if (cluster.clusterId() != null && !cluster.clusterId().equals(sourceClusterId)) {
            throw new SourceException(new SourceFailure(
                    FailureCode.SOURCE_CLUSTER_CHANGED,
                    "the link is to cluster " + sourceClusterId + ", but " + cluster.clusterId() + " answers"));
        }
    }

    private void place(MirrorSlot slot, PartitionStart start) {
        try {
            handOver(slot, start.find(slot));
        } catch (SourceException e) {
            notFound(slot, e);
        }
    }

    private void handOver(MirrorSlot slot, PartitionStart.Place place) {
        long nowMs = time.milliseconds();
        SourceNode node = slot.nearest(place.leader(), client.nodes());
        MirroredPartition partition = new MirroredPartition(
                slot.assignment(),
                slot.loadedLineage(),
                place.logEndOffset(),
                place.offset(),
                place.verified(),
                slot.atReplica(),
                slot.sightings());
        boolean mayPointElsewhere = !config.rack().isEmpty() && slot.mayBeSentElsewhere(nowMs);
        FetcherThread fetcher =
                shares.fetcherFor(slot, new FetcherPool.Peer(node, mayPointElsewhere), place.logEndOffset(), nowMs);
        slot.handOver(partition, fetcher, place.leader(), place.leaderEpoch(), nowMs);
    }

    /** To another fetcher of the same source broker. */
    private void moveTo(MirrorSlot slot, FetcherThread fetcher) {
        slot.mean(fetcher);
        takeFromFetcher(slot, this::resume);
    }

    /**
     * It goes on where its log ends, and the source need not be asked: its leader is the same. A mirror that has nothing yet
     * begins where the source says.
     */
    private void resume(MirroredPartition partition) {
        withSlotOf(partition, slot -> {
            if (slot.fetcher() == null || slot.isReleased()) {
                // Something else has come in between.
                return;
            }
            slot.takeBack(time.milliseconds(), backoff, KEPT_MS);
            SourceNode leader = slot.leader();
            long end = log.position(slot.assignment())
                    .map(MirrorLog.Position::logEndOffset)
                    .orElse(0L);
            if (slot.meantFor() != null && leader != null && end > 0 && !slot.mayDiffer()) {
                handOver(slot, new PartitionStart.Place(leader, slot.leaderEpoch(), end, end, /* verified= */ false));
            }
        });
    }

    /** One that was not asked about to the end has not failed. */
    private void notFound(MirrorSlot slot, SourceException e) {
        if (!client.hasGivenUp()) {
            fail(slot, e.failure());
        }
    }

    /** Looks after what is fetched from replicas: only leaders know how much there is, and replicas may be no good. */
    private void followNearest(long nowMs) {
        slots.values().stream()
                .filter(slot -> slot.asksAgain(nowMs) || isNoGood(slot, nowMs))
                .forEach(this::takeFromFetcher);
    }

    /** Of what is not fetched from its leader just now, since a replica is asked instead, or what comes next has to wait. */
    private void askForLeaderEnds(long nowMs) {
        if (nowMs < leaderEndsDueMs) {
            return;
        }
        leaderEndsDueMs = nowMs + LEADER_ENDS_MS;
        Map<SourceNode, List<MirrorSlot>> byLeader = slots.values().stream()
                .filter(slot -> slot.fetcher() != null && (slot.atReplica() || slot.isHeldBack()))
                .collect(Collectors.groupingBy(slot -> Objects.requireNonNull(slot.leader())));
        byLeader.forEach(this::tellLeaderEnds);
    }

    private static boolean isNoGood(MirrorSlot slot, long nowMs) {
        MirroredPartition partition = slot.partition();
        return slot.atReplica()
                && partition != null
                && (partition.failure() != null
                        || partition.timesStuck() >= STUCK_LIMIT
                        || slot.stalled(nowMs, STALL_MS));
    }

    private void tellLeaderEnds(SourceNode leader, List<MirrorSlot> asked) {
        try {
            var ends = offsets(leader, asked, StartOffset.LATEST);
            List<MirrorSlot> waiting =
                    asked.stream().filter(MirrorSlot::isHeldBack).toList();
            var starts = waiting.isEmpty()
                    ? Map.<TopicPartition, PartitionOffset>of()
                    : offsets(leader, waiting, StartOffset.EARLIEST);
            asked.forEach(slot -> {
                TopicPartition source = slot.assignment().source().topicPartition();
                tellLeaderEnd(slot, ends.get(source), starts.get(source));
            });
        } catch (SourceException e) {
            refreshDueMs = 0;
        }
    }

    private Map<TopicPartition, PartitionOffset> offsets(SourceNode leader, List<MirrorSlot> of, StartOffset spec)
            throws SourceException {
        Map<TopicPartition, Integer> partitions = of.stream()
                .collect(
                        Collectors.toMap(slot -> slot.assignment().source().topicPartition(), MirrorSlot::leaderEpoch));
        return client.ask(leader, new Offsets(partitions, spec, /* stable= */ false))
                .offsets();
    }

    private void tellLeaderEnd(MirrorSlot slot, @Nullable PartitionOffset end, @Nullable PartitionOffset start) {
        MirroredPartition partition = slot.partition();
        FetcherThread fetcher = slot.fetcher();
        long logStart = start == null || start.error() != Errors.NONE ? -1 : start.offset();
        if (end == null || end.error() != Errors.NONE) {
            refreshDueMs = 0;
            if (slot.isHeldBack()) {
                // Nobody fetches it, and would find out what is wrong.
                takeFromFetcher(slot);
            }
        } else if (partition != null && fetcher != null) {
            fetcher.tellLeaderEnd(partition, end.offset(), logStart);
            HeldBatch held = partition.held();
            if (held != null && logStart > held.lastOffset()) {
                takeFromFetcher(slot);
            }
        }
    }

    /** The source has told of a newer leader than the one that is asked. */
    private void moveToNewLeader(MirrorSlot slot, ClusterAnswer cluster) {
        SourceTopic topic = cluster.topics().get(slot.assignment().source().topic());
        int number = slot.assignment().source().partition();
        if (slot.fetcher() == null
                || topic == null
                || number >= topic.partitions().size()) {
            return;
        }
        SourcePartition found = topic.partitions().get(number);
        SourceNode leader = cluster.nodes().get(found.leader());
        if (leader != null && !slot.ledBy(leader, found.leaderEpoch())) {
            takeFromFetcher(slot);
        }
    }

    /** The source is asked before another fetcher gets it. */
    private void takeFromFetcher(MirrorSlot slot) {
        slot.mean(null);
        takeFromFetcher(slot, this::takenBack);
    }

    /** @param then told once nothing of it is appended any more */
    private void takeFromFetcher(MirrorSlot slot, Consumer<MirroredPartition> then) {
        MirroredPartition partition = slot.partition();
        FetcherThread fetcher = slot.fetcher();
        if (fetcher != null && partition != null) {
            fetcher.remove(partition).whenComplete((done, error) -> events.add(() -> then.accept(partition)));
        }
    }

    private void fail(MirrorSlot slot, SourceFailure failure) {
        long nowMs = time.milliseconds();
        slot.fail(failure.at(nowMs), nowMs, backoff);
    }

    /** Runs for the slot that still holds the partition; a slot that was replaced meanwhile does not care. */
    private void withSlotOf(MirroredPartition partition, Consumer<MirrorSlot> action) {
        MirrorSlot slot = slots.get(partition.assignment().mirror());
        if (slot != null && slot.partition() == partition) {
            action.accept(slot);
        }
    }

    /** While a source is away its brokers are lost again and again: said once a minute, unless it is for another reason. */
    private void tellOfLoss(int partitions, SourceFailure failure) {
        long nowMs = time.milliseconds();
        if (partitions > 0 && (failure.code() != toldOfLoss || nowMs - toldOfLossMs >= TELL_AGAIN_MS)) {
            toldOfLoss = failure.code();
            toldOfLossMs = nowMs;
            LOG.warn("[{}] {} partitions wait: {}", link, partitions, failure.message());
        }
    }

    private void connectionLost(MirroredPartition partition) {
        withSlotOf(partition, slot -> {
            FetcherThread fetcher = slot.fetcher();
            if (fetcher != null) {
                shares.lost(fetcher, time.milliseconds());
            }
        });
    }

    private void takenBack(MirroredPartition partition) {
        withSlotOf(partition, slot -> {
            // Once: it may have been asked for twice, or a replica named for it meanwhile.
            if (slot.fetcher() != null) {
                slot.takeBack(time.milliseconds(), backoff, KEPT_MS);
            }
        });
    }

    /** Hands what fetchers report to the link's thread. */
    private final class Events implements FetchEvents {

        @Override
        public void leaderMoved(MirroredPartition partition, Errors error) {
            LOG.info("[{}] {}: {}", link, partition, error);
            events.add(() -> takenBack(partition));
        }

        @Override
        public void nearerAt(MirroredPartition partition, int replica) {
            events.add(() -> withSlotOf(partition, slot -> {
                long nowMs = time.milliseconds();
                slot.sendTo(replica, nowMs + config.metadataMaxAgeMs(), nowMs, backoff, KEPT_MS);
            }));
        }

        @Override
        public void outOfRange(MirroredPartition partition) {
            events.add(() ->
                    withSlotOf(partition, slot -> slot.takenBackOutOfRange(time.milliseconds(), backoff, KEPT_MS)));
        }

        @Override
        public void diverged(MirroredPartition partition, long commonEnd, boolean byEpoch) {
            events.add(() -> withSlotOf(
                    partition,
                    slot -> slot.takenBackDiverged(commonEnd, byEpoch, time.milliseconds(), backoff, KEPT_MS)));
        }

        @Override
        public void unverified(MirroredPartition partition) {
            events.add(() ->
                    withSlotOf(partition, slot -> slot.takenBackUnverified(time.milliseconds(), backoff, KEPT_MS)));
        }

        @Override
        public void fenced(MirroredPartition partition) {
            events.add(() -> takenBack(partition));
        }

        @Override
        public void brokerLost(Collection<MirroredPartition> partitions, SourceFailure failure) {
            events.add(() -> {
                tellOfLoss(partitions.size(), failure);
                partitions.forEach(LinkMirror.this::connectionLost);
                partitions.forEach(LinkMirror.this::takenBack);
            });
        }
    }
}
