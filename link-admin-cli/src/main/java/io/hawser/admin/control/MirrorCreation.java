/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.view.MirrorView;
import io.hawser.admin.view.Table;
import io.hawser.admin.view.TopicLine;
import io.hawser.config.LinkConfig;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.status.Failure;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Creates mirror topics and keeps only those whose source topic is there. Confined to the command's thread.
 */
public final class MirrorCreation {

    private final ControlPlane cluster;
    private final String link;
    private final short replicationFactor;
    private final Map<String, String> configs;

    /** @param configs of the mirror topics, over those of the source */
    public MirrorCreation(ControlPlane cluster, String link, short replicationFactor, Map<String, String> configs) {
        this.cluster = cluster;
        this.link = link;
        this.replicationFactor = replicationFactor;
        this.configs = Map.copyOf(configs);
    }

    /** What came of one topic. */
    public record Outcome(
            String topic,
            @Nullable String state,
            @Nullable Integer partitions,
            @Nullable String code,
            @Nullable String message,
            int exitCode) {

        /** A row for each. */
        public static Table table(Collection<Outcome> outcomes) {
            Table table = new Table("mirrorTopic", "state", "partitions", "code", "message");
            outcomes.forEach(each -> table.row(each.topic, each.state, each.partitions, each.code, each.message));
            return table;
        }
    }

    /**
     * Creates mirror topics in one change and waits for each of them.
     *
     * @param sourceTopic name on the source; empty for the same
     * @param catchUp whether to wait on until every partition has proven to have all of its source, or all that is old enough
     */
    public List<Outcome> create(
            Collection<String> topics, String sourceTopic, Duration timeout, boolean catchUp, boolean dryRun) {
        cluster.requirePlugin();
        LinkConfig linkConfig = cluster.requireRunningLink(link);
        SortedMap<String, MirrorDefinition> wanted = new TreeMap<>();
        topics.forEach(topic -> wanted.put(
                topic,
                new MirrorDefinition(
                        topic,
                        Uuid.randomUuid(),
                        link,
                        sourceTopic.isEmpty() ? withoutPrefix(topic, linkConfig) : sourceTopic,
                        MirrorIntent.MIRROR,
                        replicationFactor,
                        configs,
                        null)));
        List<Outcome> refused = new ArrayList<>();
        define(wanted, dryRun, refused);
        if (dryRun) {
            wanted.keySet().forEach(topic -> refused.add(new Outcome(topic, "WOULD_BE_CREATED", null, null, null, 0)));
            return refused;
        }
        long startNs = System.nanoTime();
        await("Creating", timeout, wanted.values(), MirrorCreation::settled);
        cluster.awaitUp(left(timeout, startNs), established(wanted.values()));
        if (catchUp) {
            await("Catching up", left(timeout, startNs), wanted.values(), MirrorCreation::caughtUp);
        }
        refused.addAll(outcomes(wanted, catchUp));
        return refused;
    }

    private static Duration left(Duration timeout, long startNs) {
        return timeout.minusNanos(System.nanoTime() - startNs);
    }

    private List<String> established(Collection<MirrorDefinition> mirrors) {
        StateSnapshot snapshot = cluster.state();
        return mirrors.stream()
                .filter(mirror -> status(snapshot, mirror)
                        .filter(MirrorStatus::established)
                        .isPresent())
                .map(MirrorDefinition::topic)
                .toList();
    }

    private void await(
            String task,
            Duration limit,
            Collection<MirrorDefinition> mirrors,
            BiPredicate<MirrorDefinition, StateSnapshot> done) {
        cluster.await(task, limit, mirrors, done, (mirror, snapshot) -> TopicLine.of(mirror.topic(), snapshot));
    }

    /** What the topic is called on the source, by the link's own rule. */
    private String withoutPrefix(String topic, LinkConfig config) {
        String prefix = config.prefix();
        if (!topic.startsWith(prefix) || topic.length() == prefix.length()) {
            throw CommandFailure.failed("Mirror topics of link " + link + " begin with '" + prefix + "': name it "
                    + prefix + topic + ", or say with '--source-topic <topic>' what it mirrors");
        }
        return topic.substring(prefix.length());
    }

    /** All in one change; if that is refused, one by one, so that a bad topic does not hold up the others. */
    private void define(SortedMap<String, MirrorDefinition> wanted, boolean dryRun, List<Outcome> refused) {
        try {
            cluster.change(definitions -> definitions.withMirrors(mirrors -> mirrors.putAll(wanted)), dryRun);
        } catch (CommandFailure e) {
            if (wanted.size() == 1) {
                throw e;
            }
            wanted.values().removeIf(mirror -> !defineOne(mirror, dryRun, refused));
        }
    }

    private boolean defineOne(MirrorDefinition mirror, boolean dryRun, List<Outcome> refused) {
        try {
            cluster.change(
                    definitions -> definitions.withMirrors(mirrors -> mirrors.put(mirror.topic(), mirror)), dryRun);
            return true;
        } catch (CommandFailure e) {
            refused.add(new Outcome(mirror.topic(), null, null, "REFUSED", e.getMessage(), e.exitCode()));
            return false;
        }
    }

    private List<Outcome> outcomes(SortedMap<String, MirrorDefinition> wanted, boolean catchUp) {
        StateSnapshot snapshot = cluster.state();
        List<Outcome> outcomes = new ArrayList<>();
        List<String> takeBack = new ArrayList<>();
        for (MirrorDefinition mirror : wanted.values()) {
            Optional<MirrorStatus> status = status(snapshot, mirror);
            if (status.isPresent() && status.get().established()) {
                outcomes.add(created(status.get(), !catchUp || caughtUp(mirror, snapshot)));
            } else {
                takeBack.add(mirror.topic());
                outcomes.add(notCreated(mirror, status));
            }
        }
        if (!takeBack.isEmpty()) {
            cluster.change(
                    definitions ->
                            definitions.withMirrors(mirrors -> mirrors.keySet().removeAll(takeBack)),
                    false);
        }
        return outcomes;
    }

    private static Outcome created(MirrorStatus status, boolean done) {
        return new Outcome(
                status.topic(),
                status.state().name(),
                status.partitions(),
                done ? null : "TIMED_OUT",
                done
                        ? null
                        : "created, but not caught up yet; see 'link-admin describe --mirror-topic " + status.topic()
                                + "'",
                done ? 0 : CommandFailure.TIMED_OUT);
    }

    private static Outcome notCreated(MirrorDefinition mirror, Optional<MirrorStatus> status) {
        Failure failure = status.map(MirrorStatus::failure).orElse(null);
        return failure == null
                ? new Outcome(
                        mirror.topic(),
                        null,
                        null,
                        "TIMED_OUT",
                        "not created: nothing was reported in time; see the brokers' logs",
                        CommandFailure.TIMED_OUT)
                : new Outcome(
                        mirror.topic(),
                        null,
                        null,
                        failure.code().name(),
                        "not created: " + failure.message() + ". " + CommandFailure.remedyOfNothing(failure.code()),
                        CommandFailure.FAILED);
    }

    private static boolean settled(MirrorDefinition mirror, StateSnapshot snapshot) {
        return status(snapshot, mirror)
                .filter(status -> status.established() || status.failure() != null)
                .isPresent();
    }

    private static boolean caughtUp(MirrorDefinition mirror, StateSnapshot snapshot) {
        Optional<MirrorStatus> status = status(snapshot, mirror);
        if (status.isPresent() && !status.get().established() && status.get().failure() != null) {
            return true;
        }
        return status.filter(MirrorStatus::established)
                .map(known -> MirrorView.of(known, snapshot, System.currentTimeMillis()))
                .filter(MirrorView::hasAllThatIsDue)
                .isPresent();
    }

    private static Optional<MirrorStatus> status(StateSnapshot snapshot, MirrorDefinition mirror) {
        return snapshot.value(StateKey.mirror(mirror.topic()))
                .filter(status -> status.definition().id().equals(mirror.id()));
    }
}
