/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.control.IntentChange.Outcome;
import io.hawser.admin.view.MirrorView;
import io.hawser.admin.view.MirrorView.PartitionView;
import io.hawser.admin.view.Table;
import io.hawser.admin.view.TopicLine;
import io.hawser.definition.Definitions;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.definition.StopPoint;
import io.hawser.status.FailureCode;
import io.hawser.status.LagReport;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.PartitionStatus;
import io.hawser.status.PartitionStatus.PartitionLoss;
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
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes mirror topics writable as of a point: finds out what that drops, and lets a mirror that its delay holds back before the
 * point come up to it first.
 *
 * <p>Law: nothing behind the point is taken meanwhile; a topic that does not come to it in time follows its source on.
 *
 * <p>Confined to the command's thread.
 */
public final class FailoverPoint {

    private static final String NOT_POSSIBLE = "NOT_POSSIBLE_NOW";

    private final ControlPlane cluster;
    private final StopPoint point;
    private final IntentChange change;
    private final Map<String, List<End>> ends = new HashMap<>();

    public FailoverPoint(ControlPlane cluster, StopPoint point) {
        this.cluster = cluster;
        this.point = point;
        this.change = IntentChange.failOverTo(cluster, point);
    }

    /**
     * Where a partition's mirror ends, and where it would.
     *
     * @param logEndOffset exclusive
     * @param cutAt exclusive; a batch goes as a whole, so its log may end a little before
     * @param comesTo whether the mirror holds all that lies before the point
     */
    private record End(long logEndOffset, long cutAt, boolean comesTo) {
        Drops.Drop drop(int partition) {
            return new Drops.Drop(partition, cutAt, logEndOffset, logEndOffset - cutAt);
        }
    }

    /** What came of one topic, and what was dropped from it, or would be. */
    public record PointOutcome(Outcome outcome, @Nullable Drops drops) {

        /** A row for each. */
        public static Table table(Collection<PointOutcome> outcomes) {
            Table table =
                    new Table("mirrorTopic", "state", "lastMirroredOffsets", "drops", "mayBeLost", "code", "message");
            outcomes.forEach(each -> table.row(
                    each.outcome.topic(),
                    each.outcome.state(),
                    each.outcome.lastMirroredOffsets(),
                    each.drops,
                    each.outcome.mayBeLost(),
                    each.outcome.code(),
                    each.outcome.message()));
            return table;
        }
    }

    /**
     * Asks for it; what cannot be is told, and not asked for.
     *
     * @param limit for a mirror to come to the point
     */
    public Map<String, Outcome> ask(Collection<String> topics, Duration limit, boolean dryRun) {
        Map<String, Outcome> refused = new LinkedHashMap<>();
        Definitions definitions = cluster.definitions();
        for (String topic : topics) {
            refusal(definitions, topic).ifPresent(outcome -> refused.put(topic, outcome));
        }
        if (!dryRun) {
            comeToThePoint(accepted(topics, refused), limit, refused);
        }
        Map<String, Outcome> asked = change.ask(accepted(topics, refused), dryRun);
        Map<String, Outcome> all = new LinkedHashMap<>();
        topics.forEach(topic -> all.put(topic, refused.containsKey(topic) ? refused.get(topic) : asked.get(topic)));
        return all;
    }

    /** As {@link IntentChange#awaitStopped}, of what was asked for here. */
    public List<Outcome> awaitStopped(Map<String, Outcome> asked, Duration timeout) {
        return change.awaitStopped(asked, timeout);
    }

    private static List<String> accepted(Collection<String> topics, Map<String, Outcome> refused) {
        return topics.stream().filter(topic -> !refused.containsKey(topic)).toList();
    }

    /** Adds what is dropped, and which partitions have not come to the point. */
    public List<PointOutcome> withDrops(Collection<Outcome> outcomes) {
        StateSnapshot snapshot = cluster.state();
        return outcomes.stream().map(outcome -> withDrops(outcome, snapshot)).toList();
    }

    private PointOutcome withDrops(Outcome outcome, StateSnapshot snapshot) {
        // None of one that an earlier command has asked for.
        List<End> known = ends.getOrDefault(outcome.topic(), List.of());
        MirrorStatus status = snapshot.value(StateKey.mirror(outcome.topic())).orElse(null);
        List<Long> lastMirrored = status == null ? null : status.lastMirroredOffsets();
        if (status == null || outcome.code() != null || (lastMirrored == null && known.isEmpty())) {
            return new PointOutcome(outcome, null);
        }
        List<Drops.Drop> drops = new ArrayList<>();
        for (int number = 0; number < status.partitions(); number++) {
            drops.add(
                    lastMirrored == null
                            ? known.get(number).drop(number)
                            : dropped(status, number, lastMirrored.get(number), snapshot));
        }
        Drops all = new Drops(drops);
        String note = note(known, lastMirrored, all);
        return new PointOutcome(outcome.saying(note), all);
    }

    private static Drops.Drop dropped(MirrorStatus status, int number, long lastMirrored, StateSnapshot snapshot) {
        long end = snapshot
                .value(StateKey.partition(status.topic(), number))
                .filter(partition -> partition.incarnation().equals(status.incarnation()))
                .map(PartitionStatus::losses)
                .orElse(List.of())
                .stream()
                .filter(loss -> loss.kind() == FailureCode.FAILED_OVER && loss.fromOffset() == lastMirrored)
                .mapToLong(PartitionLoss::toOffset)
                .max()
                .orElse(lastMirrored);
        return new Drops.Drop(number, lastMirrored, end, end - lastMirrored);
    }

    private static String note(List<End> known, @Nullable List<Long> lastMirrored, Drops drops) {
        List<String> notes = new ArrayList<>();
        List<String> behind = new ArrayList<>();
        for (int number = 0; number < known.size(); number++) {
            if (!known.get(number).comesTo()) {
                long end = lastMirrored == null ? known.get(number).cutAt() : lastMirrored.get(number);
                behind.add(number + " (" + end + ")");
            }
        }
        if (!behind.isEmpty()) {
            notes.add("not all that lies before that point is here, by partition: " + String.join(", ", behind));
        }
        if (drops.partitions().stream().anyMatch(drop -> drop.offsets() > 0)) {
            notes.add((lastMirrored == null ? "whole batches would go, so it may be a few more; " : "")
                    + "what is dropped here is still on the source");
        }
        return String.join("; ", notes);
    }

    private Optional<Outcome> refusal(Definitions definitions, String topic) {
        MirrorDefinition mirror = definitions.mirror(topic).orElse(null);
        MirrorStatus status = cluster.state().value(StateKey.mirror(topic)).orElse(null);
        if (mirror == null) {
            return Optional.of(Outcome.refused(topic, "NOT_A_MIRROR", "not a mirror topic; see 'link-admin list'"));
        }
        boolean stopped = mirror.intent() == MirrorIntent.STOPPED;
        if (stopped || mirror.intent() == MirrorIntent.FAILOVER) {
            StopPoint other = mirror.stopAt();
            return other != null && other.isSameAs(point) && mirror.promotedOn() == null
                    ? Optional.empty()
                    : Optional.of(Outcome.refused(
                            topic,
                            NOT_POSSIBLE,
                            stopped
                                    ? "is not a mirror any more, and was not failed over to this point"
                                    : "is being failed over already, and not to this point"));
        }
        if (mirror.intent() == MirrorIntent.PROMOTE) {
            return Optional.of(Outcome.refused(
                    topic,
                    NOT_POSSIBLE,
                    "is being promoted, with all that it has; take that back first with 'link-admin resume'"));
        }
        if (mirror.intent().reverses()) {
            return Optional.of(Outcome.refused(topic, NOT_POSSIBLE, "is asked to " + mirror.intent()));
        }
        if (status == null || !status.established()) {
            return Optional.of(Outcome.refused(topic, NOT_POSSIBLE, "holds nothing of its source yet"));
        }
        if (status.sealing()) {
            return Optional.of(Outcome.refused(
                    topic,
                    NOT_POSSIBLE,
                    "its last mirrored offsets are written down already, and cannot be taken back"));
        }
        return outside(status);
    }

    /** Finds where the partitions end, and would; tells what offset is none of the log's. */
    private Optional<Outcome> outside(MirrorStatus status) {
        String topic = status.topic();
        Optional<Integer> unknown = point.offsets().keySet().stream()
                .filter(number -> number >= status.partitions())
                .findFirst();
        if (unknown.isPresent()) {
            return Optional.of(Outcome.refused(
                    topic,
                    "NO_SUCH_PARTITION",
                    "there is no partition " + unknown.get() + ": it has " + status.partitions() + ", counted from 0"));
        }
        StateSnapshot snapshot = cluster.state();
        List<PartitionView> views =
                MirrorView.of(status, snapshot, System.currentTimeMillis()).partitions();
        List<Long> starts = cluster.offsets(topic, status.partitions(), OffsetSpec.earliest());
        List<Long> logEnds = cluster.offsets(topic, status.partitions(), OffsetSpec.latest());
        Long timestampMs = point.timestampMs();
        List<Long> ofTime = timestampMs == null
                ? List.of()
                : cluster.offsets(topic, status.partitions(), OffsetSpec.forTimestamp(timestampMs));
        List<End> found = new ArrayList<>();
        for (int number = 0; number < status.partitions(); number++) {
            long end = logEnds.get(number);
            PartitionView view = views.get(number);
            boolean hasAll = view.lagRecords() != null && view.lagRecords() == 0;
            Long offset = point.offsets().get(number);
            if (offset != null) {
                long reachable = canComeToThePoint(status) && view.sourceHighWatermark() != null
                        ? Math.max(end, view.sourceHighWatermark())
                        : end;
                if (offset < starts.get(number) || offset > reachable) {
                    return Optional.of(Outcome.refused(
                            topic,
                            "OFFSET_OUT_OF_RANGE",
                            "offset " + offset + " is outside the log of partition " + number + ", which has "
                                    + starts.get(number) + " to " + (end - 1)));
                }
                found.add(new End(end, Math.min(end, offset), offset <= end));
            } else if (timestampMs == null) {
                found.add(new End(end, end, true));
            } else {
                long first = ofTime.get(number);
                found.add(new End(end, first < 0 ? end : first, first >= 0 || hasAll));
            }
        }
        ends.put(topic, found);
        return Optional.empty();
    }

    /** Whether only its delay may hold a mirror back, so that it can take what is older than the point. */
    private boolean canComeToThePoint(MirrorStatus status) {
        MirrorDefinition mirror = status.definition();
        boolean delayed = MirrorView.delayMs(mirror, cluster.state()) > 0 || mirror.stopAt() != null;
        return delayed && mirror.intent() == MirrorIntent.MIRROR && status.state() == MirrorState.ACTIVE;
    }

    private void comeToThePoint(List<String> topics, Duration limit, Map<String, Outcome> refused) {
        StateSnapshot before = cluster.state();
        List<String> behind = topics.stream()
                .filter(topic -> ends.getOrDefault(topic, List.of()).stream().anyMatch(end -> !end.comesTo()))
                .filter(topic -> before.value(StateKey.mirror(topic))
                        .filter(this::canComeToThePoint)
                        .isPresent())
                .toList();
        if (behind.isEmpty()) {
            return;
        }
        cluster.change(all -> all.withMirrors(behind, mirror -> mirror.stoppingAt(point)), false);
        cluster.await(
                "Coming to that point",
                limit,
                behind,
                (topic, snapshot) -> notThere(topic, snapshot).isEmpty(),
                TopicLine::of);
        StateSnapshot after = cluster.state();
        for (String topic : behind) {
            String missing = notThere(topic, after);
            if (missing.isEmpty()) {
                after.value(StateKey.mirror(topic))
                        .flatMap(this::outside)
                        .ifPresent(outcome -> refused.put(topic, outcome));
            } else {
                refused.put(
                        topic,
                        new Outcome(
                                topic,
                                null,
                                null,
                                null,
                                "TIMED_OUT",
                                "has not come to that point within " + limit.toSeconds() + " s, in partitions "
                                        + missing + ", and follows its source on. Give it more --timeout, or"
                                        + " pause it first and fail over what is here",
                                CommandFailure.TIMED_OUT));
            }
        }
        List<String> late = behind.stream().filter(refused::containsKey).toList();
        if (!late.isEmpty()) {
            cluster.change(all -> all.withMirrors(late, mirror -> mirror.stoppingAt(null)), false);
        }
    }

    /** Partitions whose leaders have not told that all that lies before the point is here. */
    private String notThere(String topic, StateSnapshot snapshot) {
        List<Integer> there = snapshot.all(LagReport.class).stream()
                .flatMap(report -> report.partitions().stream())
                .filter(lag -> lag.topic().equals(topic) && point.id().equals(lag.stoppedAt()))
                .map(LagReport.PartitionLag::partition)
                .toList();
        List<Integer> missing = new ArrayList<>();
        for (int number = 0; number < ends.getOrDefault(topic, List.of()).size(); number++) {
            if (!there.contains(number)) {
                missing.add(number);
            }
        }
        return missing.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
