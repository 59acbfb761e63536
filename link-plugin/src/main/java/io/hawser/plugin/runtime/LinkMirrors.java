/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.runtime;

import io.hawser.config.LinkConfig;
import io.hawser.config.SecretReferences;
import io.hawser.definition.Definitions;
import io.hawser.definition.LinkDefinition;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.definition.StopPoint;
import io.hawser.fetch.ByteRateLimit;
import io.hawser.fetch.HoldBack;
import io.hawser.fetch.LineageJournal;
import io.hawser.fetch.LinkLimits;
import io.hawser.fetch.LinkMirror;
import io.hawser.fetch.LinkTraffic;
import io.hawser.fetch.LossPolicies;
import io.hawser.fetch.MirrorAssignment;
import io.hawser.plugin.broker.HostBroker;
import io.hawser.plugin.metrics.LagReadings;
import io.hawser.plugin.metrics.Metric;
import io.hawser.plugin.metrics.Readings;
import io.hawser.plugin.ownership.Ownership;
import io.hawser.plugin.ownership.StatusReporter;
import io.hawser.plugin.reverse.SourceConnectors;
import io.hawser.source.SourceClient;
import io.hawser.source.kafka.ReceiveMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links that this broker fetches for, each with the partitions that it leads.
 *
 * <p>Confined to the control thread, but for {@link #wants}.
 */
final class LinkMirrors implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LinkMirrors.class);

    private final HostBroker broker;
    private final SecretReferences secrets;
    private final SourceConnectors connectors;
    private final ReceiveMemory memory;
    private final ByteRateLimit brokerLimit;
    private final Time time;
    private final Runnable proven;
    private final Map<String, Entry> entries = new HashMap<>();
    /** Closed, and perhaps still within an append that takes long. */
    private final List<Entry> ending = new ArrayList<>();

    private @Nullable LineageJournal journal;
    private @Nullable LossPolicies policies;
    private volatile Set<MirrorAssignment> wanted = Set.of();

    private record Entry(
            LinkDefinition definition,
            String sourceClusterId,
            LinkLimits limits,
            LinkMirror mirror,
            LinkRenewal renewal,
            long delayMs) {

        void close() {
            renewal.close();
            mirror.close();
        }
    }

    /**
     * @param brokerLimit of all links together; may be changed meanwhile
     * @param proven told by any thread, whenever {@link #isDue} becomes true
     */
    LinkMirrors(
            HostBroker broker,
            SecretReferences secrets,
            SourceConnectors connectors,
            ReceiveMemory memory,
            ByteRateLimit brokerLimit,
            Time time,
            Runnable proven) {
        this.connectors = connectors;
        this.proven = proven;
        this.memory = memory;
        this.brokerLimit = brokerLimit;
        this.broker = broker;
        this.secrets = secrets;
        this.time = time;
    }

    /** Set once, before anything is assigned. */
    void workWith(LineageJournal newJournal, LossPolicies newPolicies) {
        journal = newJournal;
        policies = newPolicies;
    }

    /** Whether the assignment is still to be fetched. May be called by any thread. */
    boolean wants(MirrorAssignment assignment) {
        return wanted.contains(assignment);
    }

    /** Of all that this broker reads of the link's source. */
    ByteRateLimit limit(String link) {
        Entry entry = entries.get(link);
        return entry == null ? brokerLimit : entry.limits().all();
    }

    /** Whether anything may still be appended to the partition. */
    boolean hold(TopicPartition mirror) {
        return Stream.concat(entries.values().stream(), ending.stream())
                .anyMatch(entry -> entry.mirror().holds(mirror));
    }

    /**
     * Whether a link can go on, so that it has to be assigned: with other addresses or credentials that it has been given, or
     * since what it did before has ended.
     */
    boolean isDue() {
        return entries.values().stream().anyMatch(entry -> entry.renewal().isProven())
                || ending.stream().anyMatch(entry -> entry.mirror().hasEnded());
    }

    /** Brings each link to what is wanted; ends those that are gone, or have changed, before others begin. */
    void assign(
            Ownership ownership, Definitions definitions, List<Ownership.Led> led, Predicate<MirrorAssignment> heldUp) {
        Map<String, List<MirrorAssignment>> byLink = led.stream()
                .filter(Ownership.Led::fetches)
                .collect(Collectors.groupingBy(
                        topic -> topic.definition().link(),
                        Collectors.flatMapping(
                                topic -> topic.partitions().stream().filter(heldUp.negate()), Collectors.toList())));
        byLink.keySet()
                .removeIf(link ->
                        definitions.link(link).filter(ownership::linkFetches).isEmpty());
        wanted = byLink.values().stream().flatMap(List::stream).collect(Collectors.toUnmodifiableSet());
        Map<String, LinkConfig> next = endChanged(ownership, definitions);
        ending.removeIf(entry -> entry.mirror().hasEnded());
        byLink.forEach((name, assignments) -> {
            LinkDefinition link = definitions.links().get(name);
            Entry entry = entries.get(name);
            if (link == null) {
                return;
            }
            if (entry == null && isEnding(name)) {
                LOG.warn("[{}] waits for an append that takes long, and begins anew when that has ended", name);
            } else if (entry == null) {
                begin(link, ownership.sourceClusterId(link).orElseThrow(), next.get(name));
            } else if (!link.equals(entry.definition())) {
                change(entry, link);
            }
        });
        entries.forEach((name, entry) -> {
            entry.limits().holdBacks().change(holdBacks(entry, led));
            entry.mirror().assign(byLink.getOrDefault(name, List.of()));
        });
    }

    private static Map<String, HoldBack> holdBacks(Entry entry, List<Ownership.Led> led) {
        Map<String, HoldBack> byTopic = new HashMap<>();
        for (Ownership.Led topic : led) {
            MirrorDefinition mirror = topic.definition();
            HoldBack rule = holdBack(mirror, entry.delayMs());
            if (mirror.link().equals(entry.definition().name()) && !rule.equals(HoldBack.NOTHING)) {
                byTopic.put(mirror.topic(), rule);
            }
        }
        return byTopic;
    }

    /** A promotion takes all that there is, and so does a failover that is to come to a point first, up to there. */
    private static HoldBack holdBack(MirrorDefinition mirror, long delayOfLinkMs) {
        StopPoint stop = mirror.stopAt();
        if (stop != null) {
            long timestampMs = Objects.requireNonNullElse(stop.timestampMs(), Long.MAX_VALUE);
            return new HoldBack(0, new HoldBack.Stop(stop.id(), timestampMs, stop.offsets()));
        }
        return mirror.intent() == MirrorIntent.PROMOTE
                ? HoldBack.NOTHING
                : new HoldBack(mirror.delayMs().orElse(delayOfLinkMs), null);
    }

    void report(StatusReporter reporter, Readings readings, long nowMs) {
        reporter.retain(entries.keySet());
        entries.forEach((link, entry) -> {
            double throttledMs = entry.limits().throttledMs(nowMs);
            LagReadings.read(link, reporter.report(link, entry.mirror().report(), throttledMs, nowMs), readings);
            LinkTraffic traffic = entry.mirror().traffic();
            readings.put(Metric.LINK_BYTES_IN, traffic.bytes(), link);
            readings.put(Metric.LINK_BATCHES_IN, traffic.batches(), link);
            readings.put(Metric.LINK_RECORDS_IN, traffic.records(), link);
            readings.put(Metric.LINK_THROTTLED, throttledMs, link);
            readings.put(Metric.LINK_UNACKED_BYTES, entry.mirror().unackedBytes(), link);
        });
    }

    @Override
    public void close() {
        entries.values().forEach(Entry::close);
        entries.clear();
    }

    private boolean isEnding(String link) {
        return ending.stream().anyMatch(entry -> entry.definition().name().equals(link));
    }

    /** @return what those that were ended only to begin anew do that with */
    private Map<String, LinkConfig> endChanged(Ownership ownership, Definitions definitions) {
        Map<String, LinkConfig> next = new HashMap<>();
        entries.entrySet().removeIf(each -> {
            Entry entry = each.getValue();
            LinkDefinition link = definitions.links().get(each.getKey());
            boolean same = link != null
                    && link.id().equals(entry.definition().id())
                    && ownership
                            .sourceClusterId(link)
                            .filter(entry.sourceClusterId()::equals)
                            .isPresent();
            boolean isDue = same && link != null && entry.renewal().isDue(link, time.milliseconds());
            if (isDue) {
                next.put(each.getKey(), entry.renewal().next());
            }
            if (!same || isDue) {
                entry.close();
                ending.add(entry);
            }
            return !same || isDue;
        });
        return next;
    }

    private void change(Entry entry, LinkDefinition link) {
        try {
            LinkConfig config = LinkConfig.resolved(link.name(), link.configs(), secrets);
            entry.limits().change(config);
            entries.put(
                    link.name(),
                    new Entry(
                            link,
                            entry.sourceClusterId(),
                            entry.limits(),
                            entry.mirror(),
                            entry.renewal(),
                            config.delayMs()));
        } catch (KafkaException e) {
            LOG.error("[{}] keeps its limits on this broker: {}", link.name(), e.getMessage());
        }
    }

    private void begin(LinkDefinition link, String sourceClusterId, @Nullable LinkConfig proven) {
        try {
            LinkConfig config = proven == null ? LinkConfig.resolved(link.name(), link.configs(), secrets) : proven;
            LinkLimits limits = LinkLimits.of(config, brokerLimit);
            LinkMirror mirror = new LinkMirror(
                    link.name(),
                    config,
                    sourceClusterId,
                    broker.clusterId(),
                    connectors.of(link.name(), config, memory),
                    broker.mirrorLog(),
                    Objects.requireNonNull(journal),
                    Objects.requireNonNull(policies),
                    limits,
                    time);
            mirror.start();
            LinkRenewal renewal = new LinkRenewal(
                    link, config, secrets, wanted -> prove(link.name(), wanted, sourceClusterId), time.milliseconds());
            entries.put(link.name(), new Entry(link, sourceClusterId, limits, mirror, renewal, config.delayMs()));
        } catch (KafkaException e) {
            LOG.error("[{}] cannot run on this broker: {}", link.name(), e.getMessage());
        }
    }

    private SourceProof prove(String link, LinkConfig wanted, String sourceClusterId) {
        SourceProof proof = new SourceProof(
                link,
                wanted,
                sourceClusterId,
                () -> new SourceClient(connectors.of(link, wanted), "proof", time, wanted.requestTimeoutMs()),
                proven);
        proof.start();
        return proof;
    }
}
