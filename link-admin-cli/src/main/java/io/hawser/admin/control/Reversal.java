/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.view.Progress;
import io.hawser.definition.Definitions;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorReversal;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Makes topics that are written here mirrors of the cluster that they were promoted on. First it is only asked whether that can
 * be, while they stay writable; what cannot is left as it was.
 *
 * <p>Confined to the command's thread.
 */
public final class Reversal {

    /** Longer than what the brokers know of the other cluster may be old. */
    private static final Duration STANDS = Duration.ofSeconds(3);

    private final ControlPlane cluster;
    private final String link;
    private final String sourceTopic;
    private final Map<String, Drops> seen = new HashMap<>();
    private final Map<String, String> savedTo = new HashMap<>();

    /** @param sourceTopic name on the other cluster; empty for the same */
    public Reversal(ControlPlane cluster, String link, String sourceTopic) {
        this.cluster = cluster;
        this.link = link;
        this.sourceTopic = sourceTopic;
    }

    /** Topics of this link that were made writable here, or are on their way back. */
    public Set<String> candidates() {
        return cluster.definitions().mirrors().values().stream()
                .filter(mirror -> mirror.link().equals(link) || isPromotedThere(mirror))
                .filter(mirror -> mirror.intent() == MirrorIntent.STOPPED
                        || mirror.intent().reverses())
                .map(MirrorDefinition::topic)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean isPromotedThere(MirrorDefinition mirror) {
        String promotedOn = mirror.promotedOn();
        return promotedOn != null
                && cluster.state()
                        .value(StateKey.link(link))
                        .filter(status -> promotedOn.equals(status.sourceClusterId()))
                        .isPresent();
    }

    /** Has it found out which topics can be reversed, and what that would drop. Nothing changes by it. */
    public Map<String, ReversalOutcome> check(Collection<String> topics, Duration timeout) {
        cluster.requirePlugin();
        cluster.requireRunningLink(link);
        Map<String, ReversalOutcome> outcomes = new LinkedHashMap<>();
        Definitions now = cluster.definitions();
        Map<String, MirrorDefinition> asked = new LinkedHashMap<>();
        for (String topic : topics) {
            MirrorDefinition known = now.mirrors().get(topic);
            if (known == null || known.intent() == MirrorIntent.STOPPED) {
                MirrorDefinition wanted =
                        known == null ? fresh(topic) : over(known).withIntent(MirrorIntent.REVERSE_CHECK);
                if (define(wanted, outcomes)) {
                    asked.put(topic, wanted);
                }
            } else if (known.link().equals(link) && known.intent().reverses()) {
                asked.put(topic, known);
            } else if (known.link().equals(link) && known.intent() == MirrorIntent.MIRROR) {
                outcomes.put(
                        topic, new ReversalOutcome(topic, "ACTIVE", null, null, null, null, "is a mirror already", 0));
            } else {
                outcomes.put(
                        topic,
                        ReversalOutcome.refused(
                                topic,
                                null,
                                "NOT_POSSIBLE_NOW",
                                "is asked to " + known.intent() + " over link " + known.link()
                                        + " and cannot be reversed now"));
            }
        }
        StandingReasons reasons = new StandingReasons(STANDS);
        try (Progress progress = Progress.of("Checking", asked.size())) {
            cluster.await(timeout, snapshot -> {
                asked.keySet().forEach(topic -> reasons.observe(topic, reason(snapshot, topic)));
                long settled = asked.values().stream()
                        .filter(mirror -> reversal(snapshot, mirror).isPresent() || reasons.stand(mirror.topic()))
                        .count();
                progress.show(settled, "");
                return settled == asked.size();
            });
        }
        StateSnapshot snapshot = cluster.state();
        asked.values().forEach(mirror -> outcomes.put(mirror.topic(), checked(snapshot, mirror)));
        return outcomes;
    }

    /** Asks for it, all topics in one change. From then on nobody can write to them here. */
    public void begin(Collection<String> topics) {
        change(topics, MirrorIntent.REVERSE_CHECK, mirror -> mirror.withIntent(MirrorIntent.REVERSE));
    }

    /** Leaves topics as they were before; those of which something may have been dropped already go on. */
    public void takeBack(Collection<String> topics) {
        if (topics.isEmpty()) {
            return;
        }
        cluster.change(
                definitions -> {
                    SortedMap<String, MirrorDefinition> mirrors = new TreeMap<>(definitions.mirrors());
                    StateSnapshot snapshot = cluster.state();
                    for (String topic : topics) {
                        MirrorDefinition mirror = mirrors.get(topic);
                        if (mirror != null && mirror.intent().reverses() && !isUnderWay(snapshot, topic)) {
                            boolean stays = mirror.promotedOn() != null
                                    || snapshot.value(StateKey.mirror(topic))
                                            .filter(MirrorStatus::established)
                                            .isPresent();
                            if (stays) {
                                mirrors.put(topic, mirror.withIntent(MirrorIntent.STOPPED));
                            } else {
                                mirrors.remove(topic);
                            }
                        }
                    }
                    return new Definitions(definitions.generation(), definitions.links(), mirrors);
                },
                false);
    }

    /** Waits until each topic is a mirror. */
    public List<ReversalOutcome> awaitMirrors(Collection<String> topics, Duration timeout) {
        try (Progress progress = Progress.of("Waiting for " + MirrorState.ACTIVE, topics.size())) {
            cluster.await(timeout, snapshot -> {
                topics.forEach(topic -> observe(snapshot, topic));
                long done = topics.stream()
                        .filter(topic -> isMirror(snapshot, topic))
                        .count();
                progress.show(done, steps(snapshot, topics));
                return done == topics.size();
            });
        }
        StateSnapshot snapshot = cluster.state();
        return topics.stream()
                .map(topic -> {
                    observe(snapshot, topic);
                    MirrorStatus status = snapshot.value(StateKey.mirror(topic)).orElse(null);
                    String state = status == null ? null : status.state().name();
                    return (isMirror(snapshot, topic)
                                    ? ReversalOutcome.of(topic, Objects.requireNonNull(state))
                                    : ReversalOutcome.failed(
                                            topic,
                                            state,
                                            status == null ? null : status.failure(),
                                            CommandFailure.TIMED_OUT))
                            .dropping(seen.get(topic), savedTo.get(topic));
                })
                .toList();
    }

    /** The name of a topic on the other cluster. */
    public String sourceTopic(String topic) {
        return cluster.definitions()
                .mirror(topic)
                .map(MirrorDefinition::sourceTopic)
                .orElse(topic);
    }

    private MirrorDefinition over(MirrorDefinition known) {
        return known.link().equals(MirrorDefinition.NO_LINK)
                ? known.over(link, sourceTopic.isEmpty() ? known.topic() : sourceTopic)
                : known;
    }

    private MirrorDefinition fresh(String topic) {
        return new MirrorDefinition(
                topic,
                Uuid.randomUuid(),
                link,
                sourceTopic.isEmpty() ? topic : sourceTopic,
                MirrorIntent.REVERSE_CHECK,
                MirrorDefinition.DEFAULT_REPLICATION_FACTOR,
                Map.of(),
                null);
    }

    /** One by one, so that a bad topic does not hold up the others. */
    private boolean define(MirrorDefinition wanted, Map<String, ReversalOutcome> outcomes) {
        try {
            cluster.change(
                    definitions -> {
                        SortedMap<String, MirrorDefinition> mirrors = new TreeMap<>(definitions.mirrors());
                        mirrors.put(wanted.topic(), wanted);
                        return new Definitions(definitions.generation(), definitions.links(), mirrors);
                    },
                    false);
            return true;
        } catch (CommandFailure e) {
            outcomes.put(
                    wanted.topic(),
                    ReversalOutcome.refused(wanted.topic(), null, "REFUSED", String.valueOf(e.getMessage())));
            return false;
        }
    }

    private void change(Collection<String> topics, MirrorIntent from, UnaryOperator<MirrorDefinition> change) {
        if (topics.isEmpty()) {
            return;
        }
        cluster.change(
                definitions -> {
                    SortedMap<String, MirrorDefinition> mirrors = new TreeMap<>(definitions.mirrors());
                    topics.forEach(topic -> mirrors.computeIfPresent(
                            topic, (name, mirror) -> mirror.intent() == from ? change.apply(mirror) : mirror));
                    return new Definitions(definitions.generation(), definitions.links(), mirrors);
                },
                false);
    }

    private ReversalOutcome checked(StateSnapshot snapshot, MirrorDefinition mirror) {
        Optional<MirrorReversal> reversal = reversal(snapshot, mirror);
        if (reversal.isPresent()) {
            return ReversalOutcome.of(mirror.topic(), "WOULD_REVERSE").dropping(Drops.of(reversal.get()), null);
        }
        Optional<MirrorStatus> status = status(snapshot, mirror);
        Failure failure = status.map(MirrorStatus::failure).orElse(null);
        return ReversalOutcome.failed(
                mirror.topic(),
                status.map(known -> known.state().name()).orElse(null),
                failure,
                failure == null ? CommandFailure.TIMED_OUT : CommandFailure.FAILED);
    }

    private void observe(StateSnapshot snapshot, String topic) {
        snapshot.value(StateKey.mirror(topic)).map(MirrorStatus::reversal).ifPresent(reversal -> {
            seen.put(topic, Drops.of(reversal));
            if (reversal.savedTo() != null) {
                savedTo.put(topic, reversal.savedTo());
            }
        });
    }

    private boolean isMirror(StateSnapshot snapshot, String topic) {
        return snapshot.value(StateKey.mirror(topic))
                .filter(status -> status.definition().intent() == MirrorIntent.MIRROR
                        && status.state() != MirrorState.PENDING_RESTORE)
                .isPresent();
    }

    private static String steps(StateSnapshot snapshot, Collection<String> topics) {
        return topics.stream()
                .flatMap(topic -> snapshot.value(StateKey.mirror(topic)).map(MirrorStatus::reversal).stream())
                .collect(Collectors.groupingBy(MirrorReversal::step, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private static boolean isUnderWay(StateSnapshot snapshot, String topic) {
        return snapshot.value(StateKey.mirror(topic))
                .map(MirrorStatus::reversal)
                .filter(reversal -> reversal.step() != MirrorReversal.Step.CHECKED)
                .isPresent();
    }

    private static @Nullable FailureCode reason(StateSnapshot snapshot, String topic) {
        return snapshot.value(StateKey.mirror(topic))
                .map(MirrorStatus::failure)
                .map(Failure::code)
                .orElse(null);
    }

    private static Optional<MirrorReversal> reversal(StateSnapshot snapshot, MirrorDefinition mirror) {
        return status(snapshot, mirror).map(MirrorStatus::reversal);
    }

    private static Optional<MirrorStatus> status(StateSnapshot snapshot, MirrorDefinition mirror) {
        return snapshot.value(StateKey.mirror(mirror.topic()))
                .filter(status -> status.definition().id().equals(mirror.id())
                        && status.definition().intent() == mirror.intent());
    }
}
