/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.view.Table;
import io.hawser.config.LinkConfig;
import io.hawser.definition.Definitions;
import io.hawser.definition.MirrorDefinition;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import io.hawser.status.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Changes the configs that mirror topics have instead of their source's. Confined to the command's thread.
 *
 * <p>Law: a config that the topic cannot have is taken back.
 */
public final class MirrorOverrides {

    private final ControlPlane cluster;
    private final Map<String, String> set;
    private final Collection<String> unset;

    public MirrorOverrides(ControlPlane cluster, Map<String, String> set, Collection<String> unset) {
        this.cluster = cluster;
        this.set = Map.copyOf(set);
        this.unset = List.copyOf(unset);
    }

    /** What came of one topic. */
    public record Outcome(
            String topic, boolean changed, @Nullable String message) {

        /** A row for each. */
        public static Table table(Collection<Outcome> outcomes, boolean dryRun) {
            Table table = new Table("mirrorTopic", "changed", "message");
            outcomes.forEach(
                    each -> table.row(each.topic, each.changed ? (dryRun ? "would be" : "yes") : "no", each.message));
            return table;
        }
    }

    /** All in one change; returns when the topics have the configs. */
    public List<Outcome> change(Collection<String> topics, Duration timeout, boolean dryRun) {
        if (set.containsKey(LinkConfig.START_OFFSET) || unset.contains(LinkConfig.START_OFFSET)) {
            throw CommandFailure.failed(LinkConfig.START_OFFSET
                    + " has its effect when a mirror is created and none later; delete the mirror and create it anew");
        }
        Map<String, MirrorDefinition> before = new TreeMap<>();
        List<Outcome> outcomes = new ArrayList<>();
        Definitions known = cluster.definitions();
        for (String topic : topics) {
            known.mirror(topic)
                    .ifPresentOrElse(
                            mirror -> before.put(topic, mirror),
                            () -> outcomes.add(new Outcome(topic, false, "not a mirror; see 'link-admin list'")));
        }
        if (before.isEmpty()) {
            return outcomes;
        }
        cluster.change(definitions -> definitions.withMirrors(before.keySet(), this::changed), dryRun);
        if (dryRun) {
            before.keySet().forEach(topic -> outcomes.add(new Outcome(topic, true, null)));
            return outcomes;
        }
        List<String> refused = new ArrayList<>();
        for (MirrorDefinition mirror : before.values()) {
            Optional<String> refusal = refusal(mirror, timeout);
            refusal.ifPresent(why -> refused.add(mirror.topic()));
            outcomes.add(new Outcome(mirror.topic(), refusal.isEmpty(), refusal.orElse(null)));
        }
        if (!refused.isEmpty()) {
            cluster.change(
                    definitions ->
                            definitions.withMirrors(refused, mirror -> before.getOrDefault(mirror.topic(), mirror)),
                    false);
        }
        return outcomes;
    }

    /** Waits for the task to have looked at the topic; empty if it has the configs. */
    private Optional<String> refusal(MirrorDefinition mirror, Duration timeout) {
        StateKey<TaskStatus> task = StateKey.task(mirror.link(), TaskStatus.TOPIC_CONFIGS);
        if (!cluster.await(timeout, snapshot -> hasLooked(snapshot, task, mirror))) {
            throw CommandFailure.timedOut("The configs of " + mirror.topic()
                    + " are wanted now, but no broker has applied them yet; see task " + TaskStatus.TOPIC_CONFIGS
                    + " of 'link-admin describe --link " + mirror.link() + "'");
        }
        if (isAboutDelayOnly()) {
            return Optional.empty();
        }
        return cluster.state().value(task).map(status -> status.exceptions().get(mirror.topic()));
    }

    private boolean hasLooked(StateSnapshot snapshot, StateKey<TaskStatus> task, MirrorDefinition mirror) {
        Map<String, String> wanted = changed(mirror).configs();
        return snapshot.value(StateKey.mirror(mirror.topic()))
                .filter(takenUp -> takenUp.definition().configs().equals(wanted))
                .filter(takenUp -> isAboutDelayOnly()
                        || snapshot.value(task)
                                .filter(status -> status.state() == TaskStatus.State.ACTIVE
                                        && status.generation() >= takenUp.generation())
                                .isPresent())
                .isPresent();
    }

    /** It is no config of the topic, so no task has to apply it. */
    private boolean isAboutDelayOnly() {
        return Stream.concat(set.keySet().stream(), unset.stream()).allMatch(LinkConfig.DELAY_MS::equals);
    }

    private MirrorDefinition changed(MirrorDefinition mirror) {
        Map<String, String> configs = new TreeMap<>(mirror.configs());
        configs.putAll(set);
        configs.keySet().removeAll(unset);
        return mirror.withConfigs(configs);
    }
}
