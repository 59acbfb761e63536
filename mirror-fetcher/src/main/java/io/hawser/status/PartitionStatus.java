/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import io.hawser.lineage.EpochLineage;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * One mirrored partition as its leader last reported it: the lineage that fetching resumes from, how far it got on its way
 * to becoming writable, and what was lost on the way here.
 *
 * <p>Immutable. Of two reports the one with the higher destination leader epoch counts.
 *
 * @param incarnation the {@linkplain MirrorStatus#incarnation incarnation} of the mirror topic that the partition belongs to;
 *     a report about an earlier one is void
 * @param leader broker that leads the partition on the destination
 * @param leaderEpoch destination leader epoch under which the leader reports
 * @param state ACTIVE, SOURCE_UNAVAILABLE, FAILED or PENDING_STOPPED
 * @param failure why it does not go on; null when it does
 * @param lineage leader epochs of the source, as far as anything was or is about to be mirrored
 * @param stopping how far the leader has followed a promotion or failover; null when none is under way
 * @param truncation records that the source has lost and that are being dropped here; null when there are none
 * @param reversal how far the leader has followed a reversal; null when none is under way
 * @param losses what the mirror does not have although it once was on the source, or no longer has, newest last
 * @param usedAcceptance the owner's last consent to a loss that is of no more use here; null before the first
 */
public record PartitionStatus(
        Uuid incarnation,
        int leader,
        int leaderEpoch,
        MirrorState state,
        @Nullable Failure failure,
        EpochLineage lineage,
        @Nullable PartitionStopping stopping,
        @Nullable PartitionTruncation truncation,
        @Nullable PartitionReversal reversal,
        List<PartitionLoss> losses,
        @Nullable Uuid usedAcceptance) {

    /** Older losses are forgotten: the log has them. */
    private static final int MAX_LOSSES = 20;

    public PartitionStatus {
        losses = losses == null ? List.of() : List.copyOf(losses);
    }

    /** What a leader reports before anything was mirrored. */
    public static PartitionStatus fresh(Uuid incarnation, int leader, int leaderEpoch) {
        return new PartitionStatus(
                incarnation,
                leader,
                leaderEpoch,
                MirrorState.ACTIVE,
                null,
                EpochLineage.EMPTY,
                null,
                null,
                null,
                List.of(),
                null);
    }

    public PartitionStatus ledBy(int newLeader, int newLeaderEpoch) {
        return new PartitionStatus(
                incarnation,
                newLeader,
                newLeaderEpoch,
                state,
                failure,
                lineage,
                stopping,
                truncation,
                reversal,
                losses,
                usedAcceptance);
    }

    public PartitionStatus withLineage(EpochLineage newLineage) {
        return with(state, failure, newLineage, stopping, truncation, reversal, losses, usedAcceptance);
    }

    /** @param newState ACTIVE without a failure, FAILED or SOURCE_UNAVAILABLE with one */
    public PartitionStatus withState(MirrorState newState, @Nullable Failure newFailure) {
        return with(newState, newFailure, lineage, null, truncation, reversal, losses, usedAcceptance);
    }

    public PartitionStatus stopping(PartitionStopping newStopping) {
        return with(
                MirrorState.PENDING_STOPPED, null, lineage, newStopping, truncation, reversal, losses, usedAcceptance);
    }

    public PartitionStatus truncating(@Nullable PartitionTruncation newTruncation) {
        return with(state, failure, lineage, stopping, newTruncation, reversal, losses, usedAcceptance);
    }

    public PartitionStatus withLoss(PartitionLoss loss) {
        List<PartitionLoss> all = new ArrayList<>(losses);
        all.add(loss);
        List<PartitionLoss> newest = all.subList(Math.max(0, all.size() - MAX_LOSSES), all.size());
        return with(state, failure, lineage, stopping, truncation, reversal, newest, usedAcceptance);
    }

    /** @param acceptance null for none, which changes nothing */
    public PartitionStatus withUsedAcceptance(@Nullable Uuid acceptance) {
        return acceptance == null
                ? this
                : with(state, failure, lineage, stopping, truncation, reversal, losses, acceptance);
    }

    /** Where its log ends, and from where on it is not what the other cluster has; the former role's report is void. */
    public PartitionStatus reversing(PartitionReversal newReversal) {
        return with(state, failure, lineage, stopping, truncation, newReversal, losses, usedAcceptance);
    }

    private PartitionStatus with(
            MirrorState newState,
            @Nullable Failure newFailure,
            EpochLineage newLineage,
            @Nullable PartitionStopping newStopping,
            @Nullable PartitionTruncation newTruncation,
            @Nullable PartitionReversal newReversal,
            List<PartitionLoss> newLosses,
            @Nullable Uuid newUsedAcceptance) {
        return new PartitionStatus(
                incarnation,
                leader,
                leaderEpoch,
                newState,
                newFailure,
                newLineage,
                newStopping,
                newTruncation,
                newReversal,
                newLosses,
                newUsedAcceptance);
    }

    /**
     * What a leader reports on its partition's way to becoming writable.
     *
     * @param attempt the attempt of {@link MirrorStopping} that is followed
     * @param lastMirroredOffset end of the log, exclusive, on all in-sync replicas, after the fetcher was fenced
     * @param sealed whether all transactions that were open there have an ABORT marker now
     * @param stoppedAt id of the {@link io.hawser.definition.StopPoint} behind which nothing is left; null for none, which is no
     *     answer to a failover that goes to one
     */
    public record PartitionStopping(
            int attempt,
            long lastMirroredOffset,
            boolean sealed,
            @Nullable Uuid stoppedAt) {}

    /**
     * A leader's part in making the topic a mirror of the cluster that it was promoted on.
     *
     * @param keepTo exclusive: the records before it are those that the other cluster has
     * @param end where the log ended when nobody could write to it any more, exclusive
     * @param dropped whether no replica has anything from {@code keepTo} on
     */
    public record PartitionReversal(long keepTo, long end, boolean dropped) {
        public PartitionReversal done() {
            return new PartitionReversal(keepTo, end, true);
        }
    }

    /**
     * Records that are being dropped from every replica. Nothing is fetched before all have dropped them: a replica that came
     * back with them under the same leader epoch would keep them, unnoticed.
     *
     * @param offset where the log is to end, exclusive
     * @param replicas brokers that held the partition when this began
     * @param dropped whether no replica holds them any more; what is left to do is to give replicas their place back
     */
    public record PartitionTruncation(long offset, List<Integer> replicas, boolean dropped) {
        public PartitionTruncation {
            replicas = List.copyOf(replicas);
        }

        /** One that begins. */
        public static PartitionTruncation to(long offset, List<Integer> replicas) {
            return new PartitionTruncation(offset, replicas, false);
        }

        public PartitionTruncation done() {
            return new PartitionTruncation(offset, replicas, true);
        }
    }

    /**
     * @param kind GAP: the source deleted the records before they were mirrored; DIVERGED: the source lost them, and the
     *     mirror has dropped them; REVERSED: they were written here and never were on the source, and were dropped when the
     *     topic became its mirror; FAILED_OVER: they lie behind the point that a failover went to, and are on the source still
     * @param fromOffset first one, inclusive
     * @param toOffset exclusive
     * @param atMs when, in milliseconds since the epoch
     */
    public record PartitionLoss(FailureCode kind, long fromOffset, long toOffset, long atMs) {}
}
