/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import io.hawser.config.LinkConfig;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.StopPoint;
import io.hawser.status.Failure;
import io.hawser.status.LagReport;
import io.hawser.status.LagReport.PartitionLag;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.MirrorStopping;
import io.hawser.status.PartitionStatus;
import io.hawser.status.SourceFence;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One mirror topic as {@code describe} shows it; the names are those of the JSON. What is not known is null, never 0.
 *
 * <p>Immutable.
 */
public record MirrorView(
        String mirrorTopic,
        @Nullable String link,
        @Nullable String sourceTopic,
        @Nullable String sourceTopicId,
        MirrorState state,
        @Nullable Reason reason,
        long delayMs,
        @Nullable StopPoint stopsAt,
        @Nullable Fence sourceFence,
        List<PartitionView> partitions) {

    /** Figures older than this say nothing about now: their broker reports at least every few seconds. */
    static final long CURRENT_FOR_MS = 15_000;

    public MirrorView {
        partitions = List.copyOf(partitions);
    }

    /** Why something does not go on, and what to do. */
    public record Reason(String code, String message, Since since, String remedy) {
        static @Nullable Reason of(@Nullable Failure failure, long nowMs) {
            return failure == null
                    ? null
                    : new Reason(
                            failure.code().name(),
                            failure.message(),
                            new Since(failure.sinceMs(), nowMs),
                            failure.code().remedy());
        }
    }

    /**
     * Whether the source topic was made read-only after the mirror was made writable.
     *
     * @param reason why it was not; null if it was
     */
    public record Fence(boolean readOnly, @Nullable Reason reason) {
        private static @Nullable Fence of(@Nullable SourceFence fence, long nowMs) {
            return fence == null ? null : new Fence(fence.readOnly(), Reason.of(fence.failure(), nowMs));
        }
    }

    /**
     * One partition.
     *
     * @param lastMirroredOffset exclusive: from there on records are this cluster's own; null of a mirror, and while not known
     * @param heldBackForMs until what comes next is as old as the mirror's delay wants it; null when it does not wait for that
     */
    public record PartitionView(
            int partition,
            @Nullable MirrorState state,
            @Nullable Reason reason,
            @Nullable Integer leader,
            @Nullable Integer sourceBroker,
            @Nullable Long sourceHighWatermark,
            @Nullable Long logEndOffset,
            @Nullable Long highWatermark,
            @Nullable Long lagRecords,
            @Nullable Long lagBytes,
            @Nullable Long lagMs,
            @Nullable Long lastFetchAgeMs,
            @Nullable Long lastMirroredOffset,
            @Nullable Long retentionLeftMs,
            @Nullable Long heldBackForMs,
            List<Loss> losses) {}

    /**
     * Records that the mirror does not have.
     *
     * @param code GAP: the source deleted them before they were mirrored; DIVERGED: the source lost them, and they were dropped
     *     here; FAILED_OVER: they lie behind the point that a failover went to
     * @param fromOffset inclusive
     * @param toOffset exclusive
     */
    public record Loss(String code, long fromOffset, long toOffset, Since since) {}

    public static MirrorView of(MirrorStatus status, StateSnapshot snapshot, long nowMs) {
        List<PartitionView> partitions = new ArrayList<>();
        for (int number = 0; number < status.partitions(); number++) {
            partitions.add(partition(status, number, snapshot, nowMs));
        }
        return new MirrorView(
                status.topic(),
                ofLink(status.definition(), MirrorDefinition::link),
                ofLink(status.definition(), MirrorDefinition::sourceTopic),
                status.sourceTopicId() == null ? null : status.sourceTopicId().toString(),
                status.state(),
                Reason.of(status.failure(), nowMs),
                delayMs(status.definition(), snapshot),
                status.definition().stopAt(),
                Fence.of(status.sourceFence(), nowMs),
                partitions);
    }

    /** How old a batch has to be before the mirror takes it; 0 for any age. */
    public static long delayMs(MirrorDefinition mirror, StateSnapshot snapshot) {
        return mirror.delayMs()
                .or(() -> snapshot.value(StateKey.link(mirror.link()))
                        .map(link -> link.definition().configs().get(LinkConfig.DELAY_MS))
                        .map(LinkConfig::parseDelayMs))
                .orElse(0L);
    }

    /** Whether it has all of its source that is old enough. */
    public boolean hasAllThatIsDue() {
        return !partitions.isEmpty()
                && partitions.stream()
                        .allMatch(each ->
                                each.heldBackForMs() != null || (each.lagRecords() != null && each.lagRecords() == 0));
    }

    /** A topic that was only promoted elsewhere belongs to no link, and mirrors nothing. */
    public static @Nullable String ofLink(MirrorDefinition mirror, Function<MirrorDefinition, String> part) {
        return mirror.link().equals(MirrorDefinition.NO_LINK) ? null : part.apply(mirror);
    }

    /** The largest lag of its partitions; null when any is not known. */
    public @Nullable Long maxLagRecords() {
        return max(PartitionView::lagRecords);
    }

    /** Of the partition that is furthest behind in time; null if that of any is not known. */
    public @Nullable Long maxLagMs() {
        return max(PartitionView::lagMs);
    }

    private @Nullable Long max(Function<PartitionView, @Nullable Long> lag) {
        List<Long> lags = partitions.stream().map(lag).filter(Objects::nonNull).toList();
        return partitions.isEmpty() || lags.size() < partitions.size() ? null : Collections.max(lags);
    }

    /** Whether it takes something from its source, now or once it can again. */
    boolean mayLag() {
        return state != MirrorState.STOPPED && state != MirrorState.PENDING_RESTORE;
    }

    /** A row for each of these topics. */
    public static Table table(Stream<MirrorStatus> mirrors, StateSnapshot snapshot, long nowMs) {
        Table table = new Table("mirrorTopic", "link", "sourceTopic", "state", "partitions", "maxLag", "since");
        mirrors.sorted(Comparator.comparing(MirrorStatus::topic)).forEach(status -> {
            MirrorView mirror = of(status, snapshot, nowMs);
            table.row(
                    mirror.mirrorTopic,
                    mirror.link,
                    mirror.sourceTopic,
                    mirror.state,
                    mirror.partitions.isEmpty() ? null : mirror.partitions.size(),
                    mirror.mayLag() ? new Figure(mirror.maxLagRecords(), mirror.lagUnknownForMs()) : null,
                    new Since(status.sinceMs(), nowMs));
        });
        return table;
    }

    /** Since when the lag is not known: the age of the last fetch; null if it is known, or never was. */
    public @Nullable Long lagUnknownForMs() {
        return partitions.stream()
                .filter(partition -> partition.lagRecords() == null)
                .map(PartitionView::lastFetchAgeMs)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    private static PartitionView partition(MirrorStatus mirror, int number, StateSnapshot snapshot, long nowMs) {
        Optional<PartitionStatus> status = snapshot.value(StateKey.partition(mirror.topic(), number))
                .filter(known -> known.incarnation().equals(mirror.incarnation()));
        Reported reported = lag(mirror, number, snapshot);
        PartitionLag lag = reported == null ? null : reported.lag();
        boolean current = reported != null
                && nowMs - reported.atMs() <= CURRENT_FOR_MS
                && follows(mirror.state())
                && status.map(known -> known.leaderEpoch() <= reported.lag().leaderEpoch())
                        .orElse(true);
        return new PartitionView(
                number,
                state(mirror, status),
                Reason.of(status.map(PartitionStatus::failure).orElse(null), nowMs),
                status.map(PartitionStatus::leader).orElse(reported == null ? null : reported.broker()),
                current && lag != null ? lag.sourceBroker() : null,
                lag == null ? null : lag.sourceHighWatermark(),
                lag == null ? null : lag.logEndOffset(),
                lag == null ? null : lag.highWatermark(),
                current && lag != null ? lag.lagRecords() : null,
                current && lag != null ? lag.lagBytes() : null,
                current && lag != null ? lag.lagMs() : null,
                lag == null || lag.lastFetchAgeMs() == null
                        ? null
                        : Long.valueOf(lag.lastFetchAgeMs()
                                + Math.max(
                                        0,
                                        nowMs - Objects.requireNonNull(reported).atMs())),
                lastMirroredOffset(mirror, number),
                lag == null || lag.retentionLeftMs() == null
                        ? null
                        : Long.valueOf(lag.retentionLeftMs()
                                - (nowMs - Objects.requireNonNull(reported).atMs())),
                !current || lag == null || lag.heldUntilMs() == null
                        ? null
                        : Long.valueOf(Math.max(0, lag.heldUntilMs() - nowMs)),
                status.map(known -> losses(known, nowMs)).orElse(List.of()));
    }

    private static @Nullable Long lastMirroredOffset(MirrorStatus mirror, int number) {
        List<Long> offsets = mirror.lastMirroredOffsets();
        return offsets == null || number >= offsets.size() || offsets.get(number) == MirrorStopping.UNKNOWN
                ? null
                : offsets.get(number);
    }

    private static List<Loss> losses(PartitionStatus status, long nowMs) {
        return status.losses().stream()
                .map(loss ->
                        new Loss(loss.kind().name(), loss.fromOffset(), loss.toOffset(), new Since(loss.atMs(), nowMs)))
                .toList();
    }

    /** While the topic follows its source each partition has a state of its own; else all share the topic's. */
    private static MirrorState state(MirrorStatus mirror, Optional<PartitionStatus> status) {
        return mirror.state() == MirrorState.ACTIVE || mirror.state() == MirrorState.FAILED
                ? status.map(PartitionStatus::state).orElse(MirrorState.ACTIVE)
                : mirror.state();
    }

    private static boolean follows(MirrorState state) {
        return state == MirrorState.ACTIVE || state == MirrorState.PENDING_STOPPED || state == MirrorState.FAILED;
    }

    private record Reported(int broker, long atMs, PartitionLag lag) {}

    /** The report of the leader: of several, the newest, since only the leader of the moment reports on. */
    private static @Nullable Reported lag(MirrorStatus mirror, int number, StateSnapshot snapshot) {
        return snapshot.all(LagReport.class).stream()
                .filter(report -> report.link().equals(mirror.definition().link()))
                .flatMap(report -> report.partition(mirror.topic(), number).stream()
                        .map(lag -> new Reported(report.broker(), report.atMs(), lag)))
                .max(Comparator.comparingLong(Reported::atMs))
                .orElse(null);
    }
}
