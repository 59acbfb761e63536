/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.view.MirrorView;
import io.hawser.admin.view.Progress;
import io.hawser.admin.view.Table;
import io.hawser.admin.view.TopicLine;
import io.hawser.config.DivergencePolicy;
import io.hawser.config.LinkConfig;
import io.hawser.definition.Definitions;
import io.hawser.definition.LossAcceptance;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.definition.StopPoint;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.MirrorStopping;
import io.hawser.status.SourceFence;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Asks mirror topics for something else, all that can be in one change; one that cannot never holds up the others.
 *
 * <p>Confined to the command's thread.
 */
public final class IntentChange {

    private static final Duration FENCED = Duration.ofSeconds(1);

    private final ControlPlane cluster;
    private final MirrorIntent intent;
    private final UnaryOperator<MirrorDefinition> change;
    private final KnownEnds ends = new KnownEnds();

    public IntentChange(ControlPlane cluster, MirrorIntent intent) {
        this(
                cluster,
                intent,
                mirror -> isFenced(mirror)
                        ? mirror.withIntent(MirrorIntent.STOPPED).withPromotedOn(null)
                        : asked(mirror, intent, null));
    }

    /** To be made writable as of a point. */
    static IntentChange failOverTo(ControlPlane cluster, StopPoint point) {
        return new IntentChange(cluster, MirrorIntent.FAILOVER, mirror -> asked(mirror, MirrorIntent.FAILOVER, point));
    }

    /** A failover that is under way stays as it is, unless it is to be forced. */
    private static MirrorDefinition asked(MirrorDefinition mirror, MirrorIntent intent, @Nullable StopPoint point) {
        return mirror.intent() == MirrorIntent.FAILOVER && intent != MirrorIntent.FORCED_FAILOVER
                ? mirror
                : mirror.withIntent(intent).stoppingAt(point);
    }

    /** Whether it is read-only for no other reason than that it was promoted elsewhere. */
    private static boolean isFenced(MirrorDefinition mirror) {
        return !mirror.intent().readOnly() && mirror.promotedOn() != null;
    }

    private IntentChange(ControlPlane cluster, MirrorIntent intent, UnaryOperator<MirrorDefinition> change) {
        this.cluster = cluster;
        this.intent = intent;
        this.change = change;
    }

    /** To follow the source again, with the owner's consent to what is lost by that. */
    public static IntentChange followAgain(
            ControlPlane cluster, boolean acceptGap, @Nullable DivergencePolicy acceptDivergence) {
        return new IntentChange(
                cluster,
                MirrorIntent.MIRROR,
                mirror -> mirror.withIntent(MirrorIntent.MIRROR)
                        .accepting(new LossAcceptance(Uuid.randomUuid(), acceptGap, acceptDivergence)));
    }

    /**
     * What came of one topic.
     *
     * @param mayBeLost what the mirror is known to lack once it is writable
     */
    public record Outcome(
            String topic,
            @Nullable String state,
            @Nullable String lastMirroredOffsets,
            KnownEnds.@Nullable Losses mayBeLost,
            @Nullable String code,
            @Nullable String message,
            int exitCode) {

        /** One that is asked for, or would be. */
        public static Outcome of(String topic, String state) {
            return new Outcome(topic, state, null, null, null, null, 0);
        }

        /** A row for each. */
        public static Table table(Collection<Outcome> outcomes) {
            Table table = new Table("mirrorTopic", "state", "code", "message");
            outcomes.forEach(each -> table.row(each.topic, each.state, each.code, each.message));
            return table;
        }

        /** A row for each that was to be made writable. */
        public static Table tableWithLosses(Collection<Outcome> outcomes) {
            Table table = new Table("mirrorTopic", "state", "lastMirroredOffsets", "mayBeLost", "code", "message");
            outcomes.forEach(each -> table.row(
                    each.topic, each.state, each.lastMirroredOffsets, each.mayBeLost, each.code, each.message));
            return table;
        }

        static Outcome refused(String topic, String code, String message) {
            return new Outcome(topic, null, null, null, code, message, CommandFailure.FAILED);
        }

        /** @param leaderless partitions that have no leader */
        Outcome lacking(List<Integer> leaderless, MirrorIntent intent) {
            return leaderless.isEmpty()
                    ? this
                    : with(
                            FailureCode.LEADER_UNAVAILABLE.name(),
                            "partitions " + leaderless + " have no leader, and "
                                    + (intent == MirrorIntent.FORCED_FAILOVER
                                            ? "would be passed over"
                                            : "would be waited for; --force passes them over"));
        }

        /** Whatever state it was in when it was given up. */
        public Outcome notPromoted() {
            return new Outcome(topic, "NOT_PROMOTED", lastMirroredOffsets, mayBeLost, code, message, exitCode);
        }

        /** @param note empty for none */
        public Outcome saying(String note) {
            return note.isEmpty() ? this : with(code, message == null ? note : note + "; " + message);
        }

        private Outcome with(@Nullable String newCode, String newMessage) {
            return new Outcome(topic, state, lastMirroredOffsets, mayBeLost, newCode, newMessage, exitCode);
        }

        Outcome losing(KnownEnds.@Nullable Losses losses) {
            return new Outcome(topic, state, lastMirroredOffsets, losses, code, message, exitCode);
        }
    }

    /** Asks; what is refused is told, and not asked for. */
    public Map<String, Outcome> ask(Collection<String> topics, boolean dryRun) {
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        Definitions now = cluster.definitions();
        if (intent.failsOver() && !dryRun) {
            // Their leaders tell no more of them once they stop.
            long nowMs = System.currentTimeMillis();
            ends.observe(views(topics, cluster.state(), nowMs), nowMs);
        }
        topics.forEach(
                topic -> outcomes.put(topic, expected(topic, now.mirrors().get(topic), dryRun)));
        List<String> willing = outcomes.values().stream()
                .filter(outcome -> outcome.code() == null)
                .map(Outcome::topic)
                .filter(topic -> now.mirror(topic)
                        .filter(mirror -> isFenced(mirror)
                                || (mirror.readOnly() && !change.apply(mirror).equals(mirror)))
                        .isPresent())
                .toList();
        if (!willing.isEmpty()) {
            cluster.change(definitions -> definitions.withMirrors(willing, change), dryRun);
        }
        return outcomes;
    }

    /** What would be lost if the topics were failed over now. */
    public List<Outcome> withLosses(Map<String, Outcome> asked) {
        StateSnapshot snapshot = cluster.state();
        long nowMs = System.currentTimeMillis();
        Map<String, MirrorView> views = new HashMap<>();
        views(asked.keySet(), snapshot, nowMs).forEach(view -> views.put(view.mirrorTopic(), view));
        ends.observe(views.values(), nowMs);
        Map<String, List<Integer>> leaderless = cluster.leaderless(views.keySet());
        return asked.values().stream()
                .map(outcome -> {
                    MirrorView view = views.get(outcome.topic());
                    return view == null || outcome.code() != null || view.state() == MirrorState.STOPPED
                            ? outcome
                            : outcome.losing(ends.lossesNow(view, nowMs))
                                    .lacking(leaderless.getOrDefault(outcome.topic(), List.of()), intent);
                })
                .toList();
    }

    /** Waits until each topic is writable; those that are refused already are not waited for. */
    public List<Outcome> awaitStopped(Map<String, Outcome> asked, Duration timeout) {
        List<String> waiting = asked.values().stream()
                .filter(outcome -> outcome.code() == null)
                .map(Outcome::topic)
                .toList();
        StandingReasons reasons = new StandingReasons();
        try (Progress progress = Progress.of("Waiting for " + MirrorState.STOPPED, waiting.size(), waiting.size())) {
            cluster.await(timeout, snapshot -> {
                List<String> left = waiting.stream()
                        .filter(topic -> state(snapshot, topic) != MirrorState.STOPPED)
                        .toList();
                long nowMs = System.currentTimeMillis();
                List<MirrorView> views = views(left, snapshot, nowMs);
                ends.observe(views, nowMs);
                left.forEach(topic -> reasons.observe(topic, reason(snapshot, topic)));
                progress.show(
                        waiting.size() - left.size(),
                        lagOf(views),
                        views.stream().map(TopicLine::of));
                return left.stream().allMatch(topic -> isRefused(topic, reasons));
            });
        }
        awaitFences(waiting);
        StateSnapshot snapshot = cluster.state();
        List<Outcome> outcomes = new ArrayList<>();
        asked.forEach((topic, outcome) ->
                outcomes.add(outcome.code() != null ? outcome : reached(topic, snapshot, timeout, reasons)));
        return outcomes;
    }

    /** The sources are made read-only right after; a failover is not to wait for one that is not there. */
    private void awaitFences(Collection<String> topics) {
        cluster.await(
                FENCED,
                snapshot -> topics.stream()
                        .flatMap(topic -> snapshot.value(StateKey.mirror(topic)).stream())
                        .noneMatch(status -> status.state() == MirrorState.STOPPED
                                && status.lastMirroredOffsets() != null
                                && status.sourceFence() == null
                                && fencesSource(status, snapshot)));
    }

    private static boolean fencesSource(MirrorStatus status, StateSnapshot snapshot) {
        return snapshot.value(StateKey.link(status.definition().link()))
                .map(link -> LinkConfig.unresolved(link.definition().configs()).fencesSource())
                .orElse(true);
    }

    /** A promotion that is held up by the same reason for long is refused; a failover asks nobody, and waits. */
    private boolean isRefused(String topic, StandingReasons reasons) {
        return intent == MirrorIntent.PROMOTE && reasons.stand(topic);
    }

    private static List<MirrorView> views(Collection<String> topics, StateSnapshot snapshot, long nowMs) {
        return topics.stream()
                .flatMap(topic -> snapshot.value(StateKey.mirror(topic)).stream())
                .map(status -> MirrorView.of(status, snapshot, nowMs))
                .toList();
    }

    private static String lagOf(List<MirrorView> mirrors) {
        List<Long> lags = mirrors.stream().map(MirrorView::maxLagRecords).toList();
        return lags.isEmpty() || lags.contains(null)
                ? ""
                : "lag " + lags.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** Waits until the mirror topics are gone. */
    public void awaitGone(Collection<String> topics, Duration timeout) {
        boolean gone = cluster.await(
                timeout,
                snapshot -> topics.stream()
                        .allMatch(
                                topic -> snapshot.value(StateKey.mirror(topic)).isEmpty()));
        if (!gone) {
            throw CommandFailure.timedOut("The mirror topics are being deleted, but not all are gone yet");
        }
    }

    /**
     * Takes back promotions that have not passed the point of no return.
     *
     * @return those topics; of the others no broker has told yet that it knows of the promotion
     */
    public List<String> takeBack(Collection<String> topics) {
        List<String> promoted = promoted(topics, cluster.definitions());
        if (!promoted.isEmpty()) {
            cluster.change(
                    definitions -> definitions.withMirrors(
                            promoted(promoted, definitions), mirror -> mirror.withIntent(MirrorIntent.MIRROR)),
                    false);
        }
        return promoted;
    }

    private static List<String> promoted(Collection<String> topics, Definitions definitions) {
        return topics.stream()
                .filter(topic -> definitions
                        .mirror(topic)
                        .filter(mirror -> mirror.intent() == MirrorIntent.PROMOTE)
                        .isPresent())
                .toList();
    }

    /** Whether the last mirrored offsets of a topic are written down, so that there is no way back. */
    public boolean isSealing(String topic) {
        return cluster.state()
                .value(StateKey.mirror(topic))
                .filter(MirrorStatus::sealing)
                .isPresent();
    }

    private Outcome expected(String topic, @Nullable MirrorDefinition mirror, boolean dryRun) {
        if (mirror == null) {
            return Outcome.refused(topic, "NOT_A_MIRROR", "not a mirror topic; see 'link-admin list'");
        }
        if (isFenced(mirror)) {
            return intent.failsOver()
                    ? asked(topic, dryRun)
                    : Outcome.refused(
                            topic,
                            FailureCode.PROMOTED_ELSEWHERE.name(),
                            "its mirror on cluster " + mirror.promotedOn() + " was made writable. "
                                    + FailureCode.PROMOTED_ELSEWHERE.remedy());
        }
        if (!mirror.readOnly() && (intent.failsOver() || intent == MirrorIntent.PROMOTE)) {
            return new Outcome(topic, MirrorState.STOPPED.name(), null, null, null, "is writable already", 0);
        }
        if (intent == MirrorIntent.FORCED_FAILOVER && mirror.stopAt() != null) {
            return Outcome.refused(
                    topic,
                    "NOT_POSSIBLE_NOW",
                    "is failed over to a time or offset; partitions without a leader cannot be passed over then, since nobody"
                            + " could drop what came later there");
        }
        if (!mirror.intent().mayBecome(intent)) {
            return Outcome.refused(
                    topic,
                    "NOT_POSSIBLE_NOW",
                    "is asked to " + mirror.intent() + " and cannot be asked to " + intent + " now");
        }
        return asked(topic, dryRun);
    }

    private Outcome asked(String topic, boolean dryRun) {
        return Outcome.of(topic, (dryRun ? "WOULD_" : "ASKED_TO_") + intent);
    }

    private Outcome reached(String topic, StateSnapshot snapshot, Duration timeout, StandingReasons reasons) {
        Optional<MirrorStatus> status = snapshot.value(StateKey.mirror(topic));
        String state = status.map(known -> known.state().name()).orElse(null);
        if (status.isPresent() && status.get().state() == MirrorState.STOPPED) {
            return new Outcome(
                    topic,
                    state,
                    offsets(status.get()),
                    intent == MirrorIntent.PROMOTE
                            ? KnownEnds.noLosses(status.get())
                            : ends.losses(status.get(), System.currentTimeMillis()),
                    code(status.get().failure()),
                    said(status.get(), snapshot),
                    0);
        }
        Failure failure = status.map(MirrorStatus::failure).orElse(null);
        return new Outcome(
                topic,
                state,
                null,
                null,
                failure == null ? "TIMED_OUT" : failure.code().name(),
                failure == null
                        ? "not " + MirrorState.STOPPED + " after " + timeout.toSeconds() + " s"
                        : failure.message() + ". " + failure.code().remedy(),
                isRefused(topic, reasons) ? CommandFailure.FAILED : CommandFailure.TIMED_OUT);
    }

    /** Whether anything keeps producers from the old primary. */
    private static @Nullable String fence(MirrorStatus status, StateSnapshot snapshot) {
        if (status.lastMirroredOffsets() == null) {
            return null;
        }
        SourceFence fence = status.sourceFence();
        if (fence != null && fence.readOnly()) {
            return "the source topic is read-only now";
        }
        Failure failure = fence == null ? null : fence.failure();
        String why = failure == null ? "it was not reached yet" : failure.message();
        return "nothing keeps producers from writing to the source topic: "
                + (fencesSource(status, snapshot) ? why : LinkConfig.SOURCE_FENCE + " is false")
                + ". Stop them, or take away their right to write there";
    }

    private static @Nullable String said(MirrorStatus status, StateSnapshot snapshot) {
        Failure failure = status.failure();
        String fence = fence(status, snapshot);
        return failure == null ? fence : failure.message() + (fence == null ? "" : ". " + fence);
    }

    private static @Nullable String code(@Nullable Failure failure) {
        return failure == null ? null : failure.code().name();
    }

    private static @Nullable String offsets(MirrorStatus status) {
        List<Long> offsets = status.lastMirroredOffsets();
        return offsets == null
                ? null
                : offsets.stream()
                        .map(offset -> offset == MirrorStopping.UNKNOWN ? "unknown" : String.valueOf(offset))
                        .collect(Collectors.joining(","));
    }

    private static @Nullable FailureCode reason(StateSnapshot snapshot, String topic) {
        return snapshot.value(StateKey.mirror(topic))
                .map(MirrorStatus::failure)
                .map(Failure::code)
                .orElse(null);
    }

    private static @Nullable MirrorState state(StateSnapshot snapshot, String topic) {
        return snapshot.value(StateKey.mirror(topic)).map(MirrorStatus::state).orElse(null);
    }
}
