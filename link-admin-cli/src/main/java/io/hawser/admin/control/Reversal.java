/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.view.Progress;
import io.hawser.admin.view.TopicLine;
import io.hawser.definition.Definitions;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.LinkStatus;
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
import java.util.TreeMap;
import java.util.TreeSet;
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

    /** Topics of this link that were made writable here, or promoted there, or are on their way back. */
    public Set<String> candidates() {
        String there = cluster.state()
                .value(StateKey.link(link))
                .map(LinkStatus::sourceClusterId)
                .orElse("");
        return cluster.newestDefinitions().mirrors().values().stream()
                .filter(mirror -> mirror.link().equals(link) || there.equals(mirror.promotedOn()))
                .filter(mirror -> mirror.intent() == MirrorIntent.STOPPED
                        || mirror.intent().reverses())
                .map(MirrorDefinition::topic)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Has it found out which topics can be reversed, and what that would drop. Nothing changes by it. */
    public Map<String, ReversalOutcome> check(Collection<String> topics, Duration timeout) {
        cluster.requirePlugin();
        cluster.requireRunningLink(link);
        Map<String, ReversalOutcome> outcomes = new LinkedHashMap<>();
        Definitions now = cluster.definitions();
        Map<String, MirrorDefinition> wanted = new LinkedHashMap<>();
        Map<String, MirrorDefinition> asked = new LinkedHashMap<>();
        for (String topic : topics) {
            MirrorDefinition known = now.mirrors().get(topic);
            if (known == null || known.intent() == MirrorIntent.STOPPED) {
                wanted.put(topic, known == null ? fresh(topic) : over(known).withIntent(MirrorIntent.REVERSE_CHECK));
            } else if (known.link().equals(link) && known.intent().reverses()) {
                asked.put(topic, known);
            } else if (known.link().equals(link) && known.intent() == MirrorIntent.MIRROR) {
                outcomes.put(
                        topic, ReversalOutcome.of(topic, "ACTIVE").saying("is a mirror already; " + writtenThere()));
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
        define(wanted, outcomes);
        asked.putAll(wanted);
        StandingReasons reasons = new StandingReasons(STANDS);
        cluster.await(
                "Checking",
                timeout,
                asked.values(),
                (mirror, snapshot) -> {
                    reasons.observe(mirror.topic(), reason(snapshot, mirror.topic()));
                    return isAnswered(snapshot, mirror) || reasons.stand(mirror.topic());
                },
                (mirror, snapshot) -> TopicLine.ofReversal(mirror.topic(), snapshot));
        StateSnapshot snapshot = cluster.state();
        asked.values().forEach(mirror -> outcomes.put(mirror.topic(), checked(snapshot, mirror)));
        return outcomes;
    }

    /** Asks for it, all topics in one change. From then on nobody can write to them here. */
    public void begin(Collection<String> topics) {
        if (!topics.isEmpty()) {
            cluster.change(
                    definitions -> definitions.withMirrors(
                            topics,
                            mirror -> mirror.intent() == MirrorIntent.REVERSE_CHECK
                                    ? mirror.withIntent(MirrorIntent.REVERSE)
                                    : mirror),
                    false);
        }
    }

    /** Leaves topics as they were before; those of which something may have been dropped already go on. */
    public void takeBack(Collection<String> topics) {
        if (topics.isEmpty()) {
            return;
        }
        cluster.change(
                definitions -> {
                    StateSnapshot snapshot = cluster.state();
                    return definitions.withMirrors(mirrors -> topics.forEach(
                            topic -> mirrors.computeIfPresent(topic, (name, mirror) -> asBefore(mirror, snapshot))));
                },
                false);
    }

    /** @return null for a topic that the cluster knew nothing of */
    private static @Nullable MirrorDefinition asBefore(MirrorDefinition mirror, StateSnapshot snapshot) {
        if (!mirror.intent().reverses() || isUnderWay(snapshot, mirror.topic())) {
            return mirror;
        }
        boolean wasMirror = snapshot.value(StateKey.mirror(mirror.topic()))
                .filter(MirrorStatus::established)
                .isPresent();
        return wasMirror || mirror.promotedOn() != null ? mirror.withIntent(MirrorIntent.STOPPED) : null;
    }

    /** Waits until each topic is a mirror. */
    public List<ReversalOutcome> awaitMirrors(Collection<String> topics, Duration timeout) {
        try (Progress progress = Progress.of("Waiting for " + MirrorState.ACTIVE, topics.size(), topics.size())) {
            cluster.await(timeout, snapshot -> {
                topics.forEach(topic -> observe(snapshot, topic));
                List<String> left = topics.stream()
                        .filter(topic -> !isMirror(snapshot, topic))
                        .toList();
                progress.show(
                        topics.size() - left.size(),
                        steps(snapshot, left),
                        left.stream().map(topic -> TopicLine.ofReversal(topic, snapshot)));
                return left.isEmpty();
            });
        }
        StateSnapshot snapshot = cluster.state();
        return topics.stream().map(topic -> outcome(snapshot, topic)).toList();
    }

    private ReversalOutcome outcome(StateSnapshot snapshot, String topic) {
        observe(snapshot, topic);
        MirrorStatus status = snapshot.value(StateKey.mirror(topic)).orElse(null);
        String state = status == null ? null : status.state().name();
        return (isMirror(snapshot, topic)
                        ? ReversalOutcome.of(topic, Objects.requireNonNull(state))
                                .saying(writtenThere())
                        : ReversalOutcome.failed(
                                topic, state, status == null ? null : status.failure(), CommandFailure.TIMED_OUT))
                .dropping(seen.get(topic), savedTo.get(topic));
    }

    private String writtenThere() {
        return "it is written to on the cluster of link " + link + " now";
    }

    /** What the other cluster said, whose brokers speak of themselves. */
    String saidThere(@Nullable String message) {
        return "not promoted on the cluster of link " + link + ", and writable here still. That cluster says: "
                + message;
    }

    /** Topics by their names on the other cluster. */
    Map<String, String> bySourceTopic(Collection<String> topics) {
        Definitions definitions = cluster.definitions();
        Map<String, String> names = new LinkedHashMap<>();
        topics.forEach(topic -> names.put(
                definitions.mirror(topic).map(MirrorDefinition::sourceTopic).orElse(topic), topic));
        return names;
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

    /** All in one change; if that is refused, one by one, so that a bad topic does not hold up the others. */
    private void define(Map<String, MirrorDefinition> wanted, Map<String, ReversalOutcome> outcomes) {
        if (wanted.isEmpty()) {
            return;
        }
        try {
            cluster.change(definitions -> definitions.withMirrors(mirrors -> mirrors.putAll(wanted)), false);
        } catch (CommandFailure e) {
            if (wanted.size() == 1) {
                wanted.keySet().forEach(topic -> refuse(topic, e, outcomes));
                wanted.clear();
                return;
            }
            wanted.values().removeIf(mirror -> !defineOne(mirror, outcomes));
        }
    }

    private boolean defineOne(MirrorDefinition mirror, Map<String, ReversalOutcome> outcomes) {
        Map<String, MirrorDefinition> one = new HashMap<>(Map.of(mirror.topic(), mirror));
        define(one, outcomes);
        return !one.isEmpty();
    }

    private static void refuse(String topic, CommandFailure failure, Map<String, ReversalOutcome> outcomes) {
        outcomes.put(topic, ReversalOutcome.refused(topic, null, "REFUSED", String.valueOf(failure.getMessage())));
    }

    /**
     * Whether the coordinator has said what the reversal would drop, or, where it had been asked for before, has carried it out
     * meanwhile.
     */
    static boolean isAnswered(StateSnapshot snapshot, MirrorDefinition mirror) {
        return reversal(snapshot, mirror).isPresent() || isMirror(snapshot, mirror.topic());
    }

    private ReversalOutcome checked(StateSnapshot snapshot, MirrorDefinition mirror) {
        if (isMirror(snapshot, mirror.topic())) {
            return outcome(snapshot, mirror.topic());
        }
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

    private static boolean isMirror(StateSnapshot snapshot, String topic) {
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

    /** That it was promoted elsewhere is why it is reversed, and stands in no way. */
    private static @Nullable FailureCode reason(StateSnapshot snapshot, String topic) {
        return snapshot.value(StateKey.mirror(topic))
                .map(MirrorStatus::failure)
                .map(Failure::code)
                .filter(code -> code != FailureCode.PROMOTED_ELSEWHERE)
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
