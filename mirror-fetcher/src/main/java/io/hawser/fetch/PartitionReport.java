/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.source.SourceFailure;
import io.hawser.status.Failure;
import java.util.Objects;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * How one partition is doing, for status and metrics. What is not known is null, never 0.
 *
 * <p>Immutable.
 *
 * @param failure why it does not go on; null when it does
 * @param sourceHighWatermark as of the last answer; null before the first
 * @param sourceLogStartOffset as of the last answer; null before the first
 * @param current whether the source answered so lately that its figures still hold
 * @param caughtUpMs when the mirror last held all that the source had; null if never
 * @param caughtUp whether the last answer proved that it does
 * @param bytesPerRecord mean of the last batches; 0 before any
 * @param lastFetchAgeMs time since the last answer; null before the first
 * @param sourceBroker id of the source broker that is asked; null when none is
 * @param heldUntilMs when what comes next may be taken, in milliseconds since the epoch; null when nothing keeps it back, or
 *     nothing more is taken at all
 * @param stoppedAt the {@link HoldBack.Stop} that the mirror has come to; null if none
 */
public record PartitionReport(
        MirrorAssignment assignment,
        @Nullable Failure failure,
        @Nullable Long sourceHighWatermark,
        @Nullable Long sourceLogStartOffset,
        boolean current,
        boolean caughtUp,
        @Nullable Long caughtUpMs,
        double bytesPerRecord,
        @Nullable Long lastFetchAgeMs,
        @Nullable Integer sourceBroker,
        @Nullable Long heldUntilMs,
        @Nullable Uuid stoppedAt) {

    /** Answers come at least as often as the longest fetch wait, so an older one says nothing about now. */
    private static final long CURRENT_FOR_MS = 5_000;

    static PartitionReport of(MirrorSlot slot, HoldBack rule, long nowMs) {
        MirroredPartition partition = slot.partition();
        SourceHealth health = partition == null ? null : partition.health();
        if (partition == null || health == null) {
            return new PartitionReport(
                    slot.assignment(), slot.failure(), null, null, false, false, null, 0, null, null, null, null);
        }
        PartitionProgress progress = partition.progress();
        boolean heard = progress.sourceHighWatermark() >= 0;
        long ageMs = nowMs - health.lastAnswerMs();
        Failure failure = failure(slot, partition, health, nowMs);
        HeldBatch held = partition.held();
        long dueMs =
                held == null ? 0 : held.dueMs(rule, slot.assignment().mirror().partition());
        boolean current = heard && failure == null && ageMs <= CURRENT_FOR_MS;
        boolean stopped =
                rule.stop() != null && (held == null ? current && progress.caughtUp() : dueMs == HeldBatch.FOR_EVER);
        return new PartitionReport(
                slot.assignment(),
                failure,
                heard ? progress.sourceHighWatermark() : null,
                progress.sourceLogStartOffset() >= 0 ? progress.sourceLogStartOffset() : null,
                current,
                progress.caughtUp(),
                progress.caughtUpMs() < 0 ? null : progress.caughtUpMs(),
                progress.bytesPerRecord(),
                heard ? ageMs : null,
                slot.sourceBroker(),
                held == null || stopped ? null : Long.valueOf(dueMs),
                stopped ? Objects.requireNonNull(rule.stop()).id() : null);
    }

    private static @Nullable Failure failure(
            MirrorSlot slot, MirroredPartition partition, SourceHealth health, long nowMs) {
        Failure ofSlot = slot.failure();
        if (ofSlot != null) {
            return ofSlot;
        }
        Failure ofPartition = partition.failure();
        SourceFailure ofSource = health.failure();
        return ofPartition != null || ofSource == null ? ofPartition : ofSource.at(nowMs);
    }
}
