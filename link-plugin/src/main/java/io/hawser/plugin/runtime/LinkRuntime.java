/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.runtime;

import io.hawser.config.SecretReferences;
import io.hawser.definition.Definitions;
import io.hawser.definition.TopicNames;
import io.hawser.fetch.ByteRateLimit;
import io.hawser.fetch.MirrorAssignment;
import io.hawser.plugin.PluginVersion;
import io.hawser.plugin.RunningLinks;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.plugin.broker.HostBroker;
import io.hawser.plugin.broker.HostBrokers;
import io.hawser.plugin.broker.UnsupportedBrokerException;
import io.hawser.plugin.coordinator.Coordinator;
import io.hawser.plugin.coordinator.CoordinatorContext;
import io.hawser.plugin.guard.DefinitionsFeed;
import io.hawser.plugin.local.DroppedRecords;
import io.hawser.plugin.local.LocalAdmin;
import io.hawser.plugin.local.LocalCluster;
import io.hawser.plugin.local.LocalControllers;
import io.hawser.plugin.metrics.Metric;
import io.hawser.plugin.metrics.MetricBoard;
import io.hawser.plugin.metrics.PartitionReadings;
import io.hawser.plugin.metrics.Readings;
import io.hawser.plugin.metrics.StateReadings;
import io.hawser.plugin.ownership.LossDecisions;
import io.hawser.plugin.ownership.Ownership;
import io.hawser.plugin.ownership.PartitionBook;
import io.hawser.plugin.ownership.PartitionReversals;
import io.hawser.plugin.ownership.PartitionStops;
import io.hawser.plugin.ownership.PartitionTruncations;
import io.hawser.plugin.ownership.RetentionWatch;
import io.hawser.plugin.ownership.StatusReporter;
import io.hawser.plugin.reverse.ReverseConnections;
import io.hawser.plugin.state.StateTopic;
import io.hawser.plugin.sync.SyncTasks;
import io.hawser.plugin.verify.VerificationContext;
import io.hawser.plugin.verify.Verifications;
import io.hawser.source.kafka.ReceiveMemory;
import io.hawser.status.BrokerStatus;
import io.hawser.status.MirrorState;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.authorizer.AuthorizerServerInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the links of one broker.
 *
 * <p>Thread-safe: the control thread owns all state; metadata, definitions and the state topic only wake it.
 *
 * <p>Failure semantics: a pass that fails is logged and made again. Until the state topic exists, nothing is fetched; mirror
 * topics are read-only all the same.
 */
public final class LinkRuntime implements RunningLinks {

    private static final Logger LOG = LoggerFactory.getLogger(LinkRuntime.class);
    private static final long TICK_MS = 500;
    private static final long LOOK_AGAIN_MS = 10_000;
    private static final long REPORT_MS = 1_000;
    private static final long REPORT_MAX_MS = 4_000;

    /** Reports on many partitions come more seldom, so that they take one part in so many of a core. */
    private static final int REPORT_SHARE = 100;

    private static final long SOON_MS = 20;
    private static final long CREATE_AGAIN_MS = 2_000;
    private static final long CLOSE_LIMIT_MS = 5_000;
    private static final long NOT_REPORTED = -1;
    private static final StateSnapshot NOTHING_KNOWN = new StateSnapshot();

    private final HostBroker broker;
    private final DefinitionsFeed feed;
    private final LocalCluster local;
    private final LocalAdmin admin;
    private final LocalControllers controllers;
    private final SecretReferences secrets;
    private final ReceiveMemory memory;
    private final ReverseConnections reverse;
    private final MetricBoard metrics;
    private final ByteRateLimit limit;
    private final long offsetsRetentionMs;
    private final Time time = Time.SYSTEM;
    private final BlockingQueue<Boolean> woken = new ArrayBlockingQueue<>(1);
    private final Thread thread = new Thread(this::run, "hawser-control");
    private volatile @Nullable ClusterView cluster;
    private volatile boolean running = true;
    private @Nullable Running parts;
    private @Nullable Coordinator coordinator;
    private long createdMs;
    private final long startedMs = Time.SYSTEM.milliseconds();
    private volatile long reportedGeneration = NOT_REPORTED;
    private List<String> reportedListeners = List.of();
    private @Nullable Seen settledWith;
    private boolean expectsMore;
    private List<Ownership.Led> led = List.of();
    private long followedMs;
    private long reportDueMs;

    /**
     * All that decides what this broker has to do. While it stays the same there is nothing to do but to report, however many
     * partitions there are.
     */
    private record Seen(ClusterView cluster, Definitions definitions, long state) {}

    /** What there is once the state topic exists. */
    private record Running(
            StateTopic state,
            PartitionBook book,
            PartitionStops stops,
            PartitionTruncations truncations,
            PartitionReversals reversals,
            StatusReporter reporter,
            RetentionWatch retention,
            LinkMirrors links,
            Verifications verifications) {}

    private LinkRuntime(HostBroker broker, Map<String, ?> configs, AuthorizerServerInfo info, DefinitionsFeed feed) {
        // First of all, since it throws if a setting is wrong.
        BrokerSettings settings = new BrokerSettings(configs);
        this.broker = broker;
        this.feed = feed;
        this.local = new LocalCluster(broker.nodeId(), configs, info.interBrokerEndpoint());
        this.admin = new LocalAdmin(local);
        this.controllers = new LocalControllers(broker.nodeId(), configs);
        this.secrets = settings.secrets();
        this.memory = new ReceiveMemory(DirectMemory.atMost(settings.bufferMemory()));
        this.reverse = new ReverseConnections(broker, configs, secrets, Time.SYSTEM);
        this.metrics = new MetricBoard(broker.metrics(), Time.SYSTEM::hiResClockMs);
        this.offsetsRetentionMs = settings.offsetsRetentionMs();
        this.limit = new ByteRateLimit(settings.maxBytesPerSecond(), null);
        thread.setDaemon(true);
    }

    /** The broker's settings that may be changed while it runs. */
    public static Set<String> liveSettings() {
        return BrokerSettings.LIVE;
    }

    /**
     * Checks the settings that may be changed while the broker runs; the others are none of the caller's business.
     *
     * @throws org.apache.kafka.common.config.ConfigException if one is wrong, as one line that names it
     */
    public static void checkLiveSettings(Map<String, ?> configs) {
        Map<String, Object> live = new HashMap<>(configs);
        live.keySet().retainAll(BrokerSettings.LIVE);
        new BrokerSettings(live);
    }

    /**
     * Starts to run links.
     *
     * @throws UnsupportedBrokerException if this Kafka's insides are not known
     */
    public static LinkRuntime start(Map<String, ?> configs, AuthorizerServerInfo info, DefinitionsFeed feed)
            throws UnsupportedBrokerException {
        HostBroker broker = HostBrokers.find(info.brokerId());
        LinkRuntime runtime = new LinkRuntime(broker, configs, info, feed);
        feed.localTopics(runtime::topicExists);
        feed.listen(definitions -> runtime.wake());
        broker.listen(view -> {
            runtime.cluster = view;
            runtime.wake();
        });
        runtime.thread.start();
        LOG.info(
                "Hawser {} runs on broker {}, Kafka {}",
                PluginVersion.current(),
                broker.nodeId(),
                broker.kafkaVersion());
        return runtime;
    }

    @Override
    public void reconfigure(Map<String, ?> configs) {
        limit.change(new BrokerSettings(configs).maxBytesPerSecond());
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        broker.release();
        // Not interrupted: it may be truncating a log, and the broker would take the closed file for a broken disk.
        wake();
        thread.join(CLOSE_LIMIT_MS);
        admin.close();
    }

    private boolean topicExists(String topic) {
        ClusterView view = cluster;
        return view != null && view.topic(topic).isPresent();
    }

    private ClusterView cluster() {
        return Objects.requireNonNull(cluster);
    }

    private void wake() {
        woken.offer(true);
    }

    private void run() {
        while (running) {
            try {
                boolean settled = step();
                woken.poll(settled ? TICK_MS : SOON_MS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                break;
            } catch (Exception | VirtualMachineError e) {
                LOG.error("Unexpected; the links of this broker go on", e);
                pause();
            } catch (Throwable e) {
                LOG.error("Links end on this broker", e);
                break;
            }
        }
        end();
    }

    /** @return whether nothing is expected to change by itself soon */
    private boolean step() {
        ClusterView view = cluster;
        Definitions definitions = feed.current();
        if (parts == null) {
            // Source brokers that connect are to hear that there is no link yet.
            reverse.follow(definitions, NOTHING_KNOWN);
        }
        if (view == null
                || (definitions.links().isEmpty() && definitions.mirrors().isEmpty() && parts == null)) {
            return true;
        }
        Running running = parts(view);
        if (running == null) {
            createStateTopic(view);
            return true;
        }
        reportGeneration(running.state(), definitions.generation());
        // Read before what it counts, so that nothing that comes meanwhile is missed.
        Seen seen = new Seen(view, definitions, running.state().snapshot().version());
        long nowMs = time.milliseconds();
        if (!seen.equals(settledWith)
                || nowMs - followedMs >= LOOK_AGAIN_MS
                || running.links().isDue()) {
            reverse.follow(definitions, running.state().snapshot());
            coordinate(running, view);
            settledWith = follow(running, seen) ? seen : null;
            followedMs = nowMs;
        }
        if (nowMs >= reportDueMs) {
            report(running, nowMs);
            long tookMs = time.milliseconds() - nowMs;
            reportDueMs = nowMs + Math.min(REPORT_MAX_MS, Math.max(REPORT_MS, REPORT_SHARE * tookMs));
        }
        return !expectsMore;
    }

    /** @return whether there is nothing left to do */
    private boolean follow(Running running, Seen seen) {
        Ownership ownership = new Ownership(
                broker.nodeId(),
                seen.definitions(),
                seen.cluster(),
                running.state().snapshot());
        led = ownership.led();
        List<Ownership.Led> passedOver = ownership.passedOver();
        List<MirrorAssignment> mine = Stream.concat(led.stream(), passedOver.stream())
                .flatMap(topic -> topic.partitions().stream())
                .toList();
        // The state topic's reader wakes this thread once it has read.
        boolean read = running.book().haveRead(mine);
        running.links().assign(ownership, seen.definitions(), led, running.truncations()::holdUp);
        boolean settled = true;
        for (Ownership.Led topic : led) {
            if (!running.book().haveRead(topic.partitions())) {
                continue;
            }
            // What is to be dropped goes before the end of the log is reported.
            settled &= running.truncations().follow(topic, seen.cluster(), running.links()::hold)
                    && running.stops().follow(topic, seen.cluster(), running.links()::hold);
            settled &= running.reversals().follow(topic, seen.cluster());
            if (topic.fetches()) {
                resume(running.book(), topic);
            }
        }
        for (Ownership.Led topic : passedOver) {
            if (running.book().haveRead(topic.partitions())) {
                settled &= running.stops().follow(topic, seen.cluster(), running.links()::hold);
            }
        }
        running.verifications().follow(ownership, seen.definitions());
        running.book().retain(mine.stream().map(MirrorAssignment::mirror).collect(Collectors.toSet()));
        running.book().restore();
        expectsMore = !settled;
        return read && settled;
    }

    private void report(Running running, long nowMs) {
        Readings readings = new Readings();
        reverse.report(feed.current(), running.state(), nowMs);
        running.links().report(running.reporter(), readings, nowMs);
        if (running.retention().isDue(nowMs)) {
            Set<TopicPartition> caughtUp = running.reporter().caughtUp();
            led.forEach(topic -> running.retention()
                    .look(
                            topic.partitions(),
                            partition -> topic.fetches() && caughtUp.contains(partition.mirror()),
                            nowMs));
        }
        try {
            read(running, readings, nowMs);
            metrics.show(readings);
        } catch (RuntimeException e) {
            LOG.warn("Metrics are as they were; it goes on", e);
        }
    }

    private void read(Running running, Readings readings, long nowMs) {
        StateSnapshot known = running.state().snapshot();
        led.forEach(topic -> read(running.book(), topic, readings));
        StateReadings.ofReverseConnections(known, feed.current(), broker.nodeId(), readings);
        if (coordinator != null) {
            StateReadings.ofCluster(known, feed.current(), nowMs, readings);
        }
        readings.put(Metric.COORDINATES, coordinator == null ? 0 : 1);
        readings.put(Metric.RECEIVE_MEMORY_USED, memory.lentBytes());
        readings.put(Metric.RECEIVE_MEMORY_LIMIT, memory.limitBytes());
    }

    private void read(PartitionBook book, Ownership.Led topic, Readings readings) {
        String link = topic.definition().link();
        boolean follows = topic.fetches()
                && feed.current()
                        .link(link)
                        .filter(each -> !Ownership.isPaused(each))
                        .isPresent();
        topic.partitions().forEach(partition -> {
            if (follows) {
                PartitionReadings.follows(link, partition.mirror(), book.status(partition), readings);
            } else {
                PartitionReadings.stands(link, topic.status().state(), readings);
            }
        });
    }

    /** A promotion that was given up leaves the partitions' reports about it void. */
    private static void resume(PartitionBook book, Ownership.Led topic) {
        topic.partitions()
                .forEach(partition -> book.change(
                        partition,
                        status -> status.stopping() == null ? status : status.withState(MirrorState.ACTIVE, null)));
    }

    private @Nullable Running parts(ClusterView view) {
        if (parts == null && view.topic(TopicNames.STATE_TOPIC).isPresent()) {
            StateTopic state = new StateTopic(local, this::wake);
            LinkMirrors links = new LinkMirrors(broker, secrets, reverse.connectors(), memory, limit, time, this::wake);
            PartitionBook book = new PartitionBook(broker.nodeId(), state, links::wants);
            LossDecisions decisions = new LossDecisions(book, feed::current, this::cluster, time);
            links.workWith(book, decisions);
            parts = new Running(
                    state,
                    book,
                    new PartitionStops(broker, book, time),
                    new PartitionTruncations(broker, book, admin, time),
                    new PartitionReversals(broker, book, time),
                    new StatusReporter(broker.nodeId(), state, book, broker.mirrorLog(), decisions),
                    new RetentionWatch(broker.mirrorLog()),
                    links,
                    new Verifications(
                            new VerificationContext(
                                    broker.nodeId(),
                                    broker.clusterId(),
                                    broker.mirrorReader(),
                                    state,
                                    secrets,
                                    reverse.connectors(),
                                    time),
                            links::limit));
        }
        return parts;
    }

    /** Tells which definitions the guard of this broker has in force: a topic is writable once all brokers have told. */
    private void reportGeneration(StateTopic state, long generation) {
        List<String> reverseListeners = reverse.advertised();
        if (generation == reportedGeneration && reverseListeners.equals(reportedListeners)) {
            return;
        }
        reportedGeneration = generation;
        reportedListeners = reverseListeners;
        state.write(
                        StateKey.broker(broker.nodeId()),
                        new BrokerStatus(
                                broker.nodeId(),
                                PluginVersion.current(),
                                broker.kafkaVersion(),
                                true,
                                null,
                                generation,
                                startedMs,
                                memory.maxAnswerBytes(),
                                reverseListeners))
                .whenComplete((done, error) -> {
                    if (error != null) {
                        reportedGeneration = NOT_REPORTED;
                    }
                });
    }

    /** One broker asks for it: the first that lives. */
    private void createStateTopic(ClusterView view) {
        boolean first = !view.liveBrokers().isEmpty() && view.liveBrokers().first() == broker.nodeId();
        if (first && time.milliseconds() - createdMs >= CREATE_AGAIN_MS) {
            createdMs = time.milliseconds();
            admin.createStateTopic(view.liveBrokers().size());
        }
    }

    private void coordinate(Running running, ClusterView view) {
        Optional<ClusterView.Partition> led = view.topic(TopicNames.STATE_TOPIC)
                .map(topic -> topic.partitions().get(0))
                .filter(partition -> partition.leader() == broker.nodeId());
        Coordinator current = coordinator;
        boolean sameTerm = current != null
                && led.filter(partition -> partition.leaderEpoch() == current.epoch())
                        .isPresent();
        if (current != null && !sameTerm) {
            coordinator = null;
            current.close();
        } else if (current != null) {
            current.wake();
        }
        if (led.isPresent() && !sameTerm) {
            coordinator = new Coordinator(
                    new CoordinatorContext(
                            broker.nodeId(),
                            led.get().leaderEpoch(),
                            broker.clusterId(),
                            feed::current,
                            this::cluster,
                            running.state(),
                            admin,
                            controllers,
                            new DroppedRecords(local, admin, time),
                            offsetsRetentionMs,
                            secrets,
                            reverse.connectors(),
                            time),
                    SyncTasks::ofOneLink);
            coordinator.start();
        }
    }

    private void end() {
        if (coordinator != null) {
            coordinator.close();
        }
        metrics.close();
        reverse.close();
        Running ending = parts;
        if (ending != null) {
            ending.verifications().close();
            ending.links().close();
            ending.stops().close();
            ending.state().close();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(TICK_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
