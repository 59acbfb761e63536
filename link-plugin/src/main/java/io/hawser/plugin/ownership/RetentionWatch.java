/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.ownership;

import io.hawser.fetch.MirrorAssignment;
import io.hawser.fetch.MirrorLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns before the source deletes what a mirror that is behind, or paused, does not have yet. By the mirror's own log: what
 * comes next on the source is at least as young as the mirror's last record, and is deleted as the mirror's retention says,
 * which is the source's.
 *
 * <p>Confined to the control thread.
 */
public final class RetentionWatch {

    private static final Logger LOG = LoggerFactory.getLogger(RetentionWatch.class);
    private static final long LOOK_MS = Duration.ofSeconds(20).toMillis();
    private static final long WARN_AGAIN_MS = Duration.ofHours(1).toMillis();
    private static final int WARN_BELOW_ONE_OF = 4;

    private final MirrorLog log;
    private final Map<TopicPartition, Long> warnedMs = new HashMap<>();
    private long lookedMs;

    public RetentionWatch(MirrorLog log) {
        this.log = log;
    }

    /** Whether it is time to look at all partitions again. */
    public boolean isDue(long nowMs) {
        boolean due = nowMs - lookedMs >= LOOK_MS;
        lookedMs = due ? nowMs : lookedMs;
        return due;
    }

    /**
     * Warns where it is due, once an hour for each partition.
     *
     * @param caughtUp whether a partition is known to have all that the source has
     * @return how many warnings were logged
     */
    public int look(List<MirrorAssignment> partitions, Predicate<MirrorAssignment> caughtUp, long nowMs) {
        int warnings = 0;
        for (MirrorAssignment assignment : partitions) {
            Optional<MirrorLog.Retention> retention =
                    caughtUp.test(assignment) ? Optional.empty() : log.retention(assignment, nowMs);
            if (retention.filter(RetentionWatch::endsSoon).isEmpty()) {
                warnedMs.remove(assignment.mirror());
            } else if (nowMs - warnedMs.getOrDefault(assignment.mirror(), -WARN_AGAIN_MS) >= WARN_AGAIN_MS) {
                warnedMs.put(assignment.mirror(), nowMs);
                warn(assignment, retention.get());
                warnings++;
            }
        }
        return warnings;
    }

    private static boolean endsSoon(MirrorLog.Retention retention) {
        return retention.leftMs() <= retention.totalMs() / WARN_BELOW_ONE_OF;
    }

    private static void warn(MirrorAssignment assignment, MirrorLog.Retention retention) {
        if (retention.leftMs() > 0) {
            LOG.warn(
                    "{}: what the source may hold beyond the mirror's end is deleted there in about {} minutes",
                    assignment.mirror(),
                    Duration.ofMillis(retention.leftMs()).toMinutes());
        } else {
            LOG.warn(
                    "{}: the mirror is {} minutes beyond what the source keeps ({}); {}",
                    assignment.mirror(),
                    Duration.ofMillis(-retention.leftMs()).toMinutes(),
                    retention.ofTombstones() ? "delete.retention.ms" : "retention.ms",
                    retention.ofTombstones()
                            ? "keys that were deleted there may live on here"
                            : "records may be lost to it");
        }
    }
}
