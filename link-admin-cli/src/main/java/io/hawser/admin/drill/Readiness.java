/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.view.DrillView.Check;
import io.hawser.admin.view.MirrorView;
import io.hawser.config.LinkConfig;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.jspecify.annotations.Nullable;

/** All checks of one link, each on its own: what cannot be looked at never hides the rest. Confined to the command's thread. */
public final class Readiness {

    static final String LEFTOVERS = "leftovers";

    /** Their names, in the order of the report. */
    public static final List<String> CHECKS = Stream.of(
                    List.of(LinkChecks.LINK, BrokerChecks.PLUGIN, BrokerChecks.VERSIONS),
                    List.of(LinkChecks.MIRRORS, LinkChecks.LAG),
                    LinkChecks.TASKS,
                    List.of(GroupChecks.GROUPS, PrincipalChecks.PRINCIPALS, ReplicaChecks.REPLICAS),
                    List.of(BrokerChecks.DISK, LEFTOVERS))
            .flatMap(List::stream)
            .toList();

    private final String link;
    private final LinkConfig config;
    private final StateSnapshot snapshot;
    private final ClusterFacts here;
    private final Looked<ClusterFacts> there;
    private final Map<String, String> sourceTopics;

    Readiness(ControlPlane cluster, String link, LinkConfig config, ClusterFacts here, Looked<ClusterFacts> there) {
        this.link = link;
        this.config = config;
        this.snapshot = cluster.state();
        this.here = here;
        this.there = there;
        this.sourceTopics = LinkChecks.sourceTopics(link, snapshot);
    }

    /**
     * @param rpo what no mirror may lag by; null for no bound
     * @param skipped names of checks that are left out
     */
    List<Check> report(@Nullable Duration rpo, Set<String> skipped) {
        LinkChecks reported = new LinkChecks(link, config, snapshot, System.currentTimeMillis());
        Looked<Set<Integer>> brokers = here.brokers();
        Map<String, Supplier<List<Check>>> checks = new HashMap<>();
        checks.put(LinkChecks.LINK, reported::link);
        checks.put(LinkChecks.MIRRORS, reported::mirrors);
        checks.put(LinkChecks.LAG, () -> reported.lag(rpo));
        LinkChecks.TASKS.forEach(task -> checks.put(task, () -> reported.task(task)));
        checks.put(
                BrokerChecks.PLUGIN,
                () -> brokers.then(here::authorizers)
                        .check(BrokerChecks.PLUGIN, authorizers -> BrokerChecks.plugin(authorizers, snapshot)));
        checks.put(
                BrokerChecks.VERSIONS,
                () -> brokers.check(BrokerChecks.VERSIONS, ids -> BrokerChecks.versions(ids, snapshot)));
        checks.put(
                GroupChecks.GROUPS,
                () -> there.then(source -> source.committedTopics()
                                .then(groups -> Looked.known(
                                        GroupChecks.of(groups, source.topics(sourceTopics.values()), config))))
                        .check(GroupChecks.GROUPS, Function.identity()));
        checks.put(PrincipalChecks.PRINCIPALS, this::principals);
        checks.put(
                ReplicaChecks.REPLICAS,
                () -> ReplicaChecks.of(here.topics(sourceTopics.keySet()), here.minInSync(sourceTopics.keySet())));
        checks.put(
                BrokerChecks.DISK,
                () -> brokers.then(here::logDirs)
                        .check(BrokerChecks.DISK, dirs -> BrokerChecks.disk(dirs, lackingBytes())));
        checks.put(LEFTOVERS, this::leftovers);
        List<Check> report = new ArrayList<>();
        CHECKS.forEach(name -> report.addAll(
                skipped.contains(name)
                        ? List.of(Check.skipped(name))
                        : checks.getOrDefault(name, List::of).get()));
        return report;
    }

    /** Where this cluster has no authorizer nobody needs to be asked who may write there. */
    private List<Check> principals() {
        return here.acls()
                .check(
                        PrincipalChecks.PRINCIPALS,
                        aclsHere -> aclsHere.isEmpty()
                                ? PrincipalChecks.of(sourceTopics, aclsHere, aclsHere)
                                : there.then(ClusterFacts::acls)
                                        .check(
                                                PrincipalChecks.PRINCIPALS,
                                                aclsThere -> PrincipalChecks.of(sourceTopics, aclsThere, aclsHere)));
    }

    /** By broker, about what the source has beyond the mirrors that it holds. */
    private Map<Integer, Long> lackingBytes() {
        Map<String, Looked<TopicDescription>> topics = here.topics(sourceTopics.keySet());
        Map<Integer, Long> lacking = new HashMap<>();
        for (var mirror : LinkChecks.mirrors(link, snapshot)) {
            Looked<TopicDescription> found = topics.get(mirror.topic());
            TopicDescription description = found == null ? null : found.value();
            if (description == null) {
                continue;
            }
            for (MirrorView.PartitionView partition :
                    MirrorView.of(mirror, snapshot, System.currentTimeMillis()).partitions()) {
                Long bytes = partition.lagBytes();
                if (bytes != null
                        && partition.partition() < description.partitions().size()) {
                    for (Node replica :
                            description.partitions().get(partition.partition()).replicas()) {
                        lacking.merge(replica.id(), bytes, Long::sum);
                    }
                }
            }
        }
        return lacking;
    }

    /** Of drills that were killed, or that go on just now. */
    private List<Check> leftovers() {
        Findings findings = new Findings(LEFTOVERS);
        Set<String> mirrors = new TreeSet<>();
        snapshot.all(MirrorStatus.class).stream()
                .map(MirrorStatus::topic)
                .filter(this::isOurCanary)
                .forEach(mirrors::add);
        mirrors.forEach(topic -> findings.warn(
                "CANARY",
                topic,
                "of a drill that was killed, or that goes on just now: 'link-admin delete --mirror-topic <topic>', after"
                        + " 'link-admin failover' if that refuses"));
        canaries(here, "here", findings, mirrors);
        ClusterFacts source = there.value();
        if (source == null) {
            findings.unknown(String.valueOf(there.code()), "topics on the source", there.why());
        } else {
            canaries(source, "on the source", findings, Set.of());
        }
        return findings.checks("no topics of earlier drills on either side");
    }

    private void canaries(ClusterFacts cluster, String where, Findings findings, Set<String> known) {
        Looked<Set<String>> names = cluster.topicNames(Drill.canaryPrefix(link));
        if (names.value() == null) {
            findings.unknown(String.valueOf(names.code()), "topics " + where, names.why());
            return;
        }
        names.value().stream()
                .filter(topic -> !known.contains(topic))
                .forEach(topic -> findings.warn(
                        "CANARY",
                        topic,
                        "topic " + where + " of a drill that was killed, or that goes on just now: delete it"));
    }

    private boolean isOurCanary(String topic) {
        return topic.startsWith(Drill.canaryPrefix(link));
    }
}
