/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.ownership;

import io.hawser.fetch.MirrorAssignment;
import io.hawser.fetch.MirrorLog;
import io.hawser.fetch.PartitionReport;
import io.hawser.plugin.state.StateTopic;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.LagReport;
import io.hawser.status.LagReport.PartitionLag;
import io.hawser.status.MirrorState;
import io.hawser.status.StateKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reports what the partitions of a link are doing: failures when they last, lags every few seconds in one record. Lets the
 * logs begin where the source's do.
 *
 * <p>Confined to the control thread.
 */
public final class StatusReporter {

    private static final long IDLE_INTERVAL_MS = 4_000;
    private static final long LASTING_MS = 1_000;

    private final int nodeId;
    private final StateTopic state;
    private final PartitionBook book;
    private final MirrorLog log;
    private final LossDecisions decisions;
    private final Map<String, Reported> reported = new HashMap<>();

    /** What was last written of a link. */
    private record Reported(long atMs, double throttledMs, List<PartitionLag> lags) {
        static final Reported NOTHING = new Reported(0, 0, List.of());
    }

    public StatusReporter(int nodeId, StateTopic state, PartitionBook book, MirrorLog log, LossDecisions decisions) {
        this.decisions = decisions;
        this.nodeId = nodeId;
        this.state = state;
        this.book = book;
        this.log = log;
    }

    /**
     * Reports what has changed, and now and then what has not.
     *
     * @param throttledMs for how many milliseconds in all limits have kept something back
     * @return the lags as they are now
     */
    public List<PartitionLag> report(String link, List<PartitionReport> partitions, double throttledMs, long nowMs) {
        List<PartitionLag> lags = new ArrayList<>(partitions.size());
        for (PartitionReport partition : partitions) {
            reportState(partition, nowMs);
            log.position(partition.assignment()).ifPresent(position -> {
                followLogStart(partition, position);
                lags.add(lag(partition, position, nowMs));
            });
        }
        Reported last = reported.getOrDefault(link, Reported.NOTHING);
        long sinceMs = nowMs - last.atMs();
        if (sinceMs >= IDLE_INTERVAL_MS || !sameFigures(lags, last.lags())) {
            reported.put(link, new Reported(nowMs, throttledMs, lags));
            double share = Math.max(0, Math.min(1, (throttledMs - last.throttledMs()) / sinceMs));
            state.write(StateKey.lag(link, nodeId), new LagReport(nodeId, link, nowMs, share, lags));
        }
        return lags;
    }

    /** Forgets links that are gone. */
    public void retain(Set<String> links) {
        reported.keySet().retainAll(links);
    }

    /** Partitions of which the last report proved that they have all that the source has. */
    public Set<TopicPartition> caughtUp() {
        return reported.values().stream()
                .flatMap(last -> last.lags().stream())
                .filter(lag -> lag.lagRecords() != null && lag.lagRecords() == 0)
                .map(lag -> new TopicPartition(lag.topic(), lag.partition()))
                .collect(Collectors.toSet());
    }

    /**
     * What the source has deleted goes here too, and of a first batch what lies before the start that is wanted. The control
     * thread has the time, a fetcher has not.
     */
    private void followLogStart(PartitionReport report, MirrorLog.Position position) {
        Long sourceLogStart = report.sourceLogStartOffset();
        Long sourceHighWatermark = report.sourceHighWatermark();
        if (sourceLogStart == null || sourceHighWatermark == null) {
            return;
        }
        long logStart = Math.max(sourceLogStart, decisions.startAt(report.assignment()));
        if (logStart <= sourceHighWatermark
                && position.logStartOffset() < logStart
                && position.logStartOffset() < position.highWatermark()) {
            log.raiseLogStart(report.assignment(), logStart);
        }
    }

    private void reportState(PartitionReport report, long nowMs) {
        MirrorAssignment assignment = report.assignment();
        Failure failure = report.failure();
        if (failure == null && report.current()) {
            decisions.followsAgain(assignment);
        }
        if (failure == null) {
            book.change(
                    assignment,
                    status -> status.stopping() != null ? status : status.withState(MirrorState.ACTIVE, null));
        } else if (nowMs - failure.sinceMs() >= LASTING_MS) {
            MirrorState failed =
                    failure.code() == FailureCode.SOURCE_UNREACHABLE || failure.code() == FailureCode.WAITING_FOR_SOURCE
                            ? MirrorState.SOURCE_UNAVAILABLE
                            : MirrorState.FAILED;
            book.change(assignment, status -> {
                Failure known = status.failure();
                boolean same = status.state() == failed && known != null && known.code() == failure.code();
                return same || status.stopping() != null ? status : status.withState(failed, failure);
            });
        }
    }

    private PartitionLag lag(PartitionReport report, MirrorLog.Position position, long nowMs) {
        Long highWatermark = report.sourceHighWatermark();
        Long records =
                report.current() && highWatermark != null ? Math.max(0, highWatermark - position.logEndOffset()) : null;
        return new PartitionLag(
                report.assignment().mirror().topic(),
                report.assignment().mirror().partition(),
                report.assignment().leaderEpoch(),
                highWatermark,
                position.logEndOffset(),
                position.highWatermark(),
                records,
                bytes(records, report.bytesPerRecord()),
                time(records, report.caughtUpMs(), nowMs),
                report.lastFetchAgeMs(),
                report.sourceBroker(),
                records != null && records == 0
                        ? null
                        : log.retention(report.assignment(), nowMs)
                                .map(MirrorLog.Retention::leftMs)
                                .orElse(null),
                report.heldUntilMs(),
                report.stoppedAt());
    }

    private static @Nullable Long bytes(@Nullable Long records, double bytesPerRecord) {
        if (records == null || records == 0) {
            return records;
        }
        return bytesPerRecord > 0 ? Math.round(records * bytesPerRecord) : null;
    }

    private static @Nullable Long time(@Nullable Long records, @Nullable Long caughtUpMs, long nowMs) {
        if (records == null || records == 0) {
            return records;
        }
        return caughtUpMs == null ? null : nowMs - caughtUpMs;
    }

    private static boolean sameFigures(List<PartitionLag> some, List<PartitionLag> before) {
        return some.size() == before.size()
                && IntStream.range(0, some.size()).allMatch(i -> some.get(i).isStill(before.get(i)));
    }
}
