/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import io.hawser.lineage.EpochLineage;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * One mirrored partition as its leader last reported it: the lineage that fetching resumes from, and how far it got on
 * its way to becoming writable.
 *
 * <p>Immutable. Of two reports the one with the higher destination leader epoch counts.
 *
 * @param mirrorId the mirror that the partition belongs to; a report about an earlier mirror of that name is void
 * @param leader broker that leads the partition on the destination
 * @param leaderEpoch destination leader epoch under which the leader reports
 * @param state ACTIVE, SOURCE_UNAVAILABLE, FAILED or PENDING_STOPPED
 * @param failure why it does not go on; null when it does
 * @param lineage leader epochs of the source, as far as anything was or is about to be mirrored
 * @param stopping how far the leader has followed a promotion or failover; null when none is under way
 */
public record PartitionStatus(
        Uuid mirrorId,
        int leader,
        int leaderEpoch,
        MirrorState state,
        @Nullable Failure failure,
        EpochLineage lineage,
        @Nullable PartitionStopping stopping) {

    /** What a leader reports before anything was mirrored. */
    public static PartitionStatus fresh(Uuid mirrorId, int leader, int leaderEpoch) {
        return new PartitionStatus(mirrorId, leader, leaderEpoch, MirrorState.ACTIVE, null, EpochLineage.EMPTY, null);
    }

    public PartitionStatus ledBy(int newLeader, int newLeaderEpoch) {
        return new PartitionStatus(mirrorId, newLeader, newLeaderEpoch, state, failure, lineage, stopping);
    }

    public PartitionStatus withLineage(EpochLineage newLineage) {
        return new PartitionStatus(mirrorId, leader, leaderEpoch, state, failure, newLineage, stopping);
    }

    /** @param newState ACTIVE without a failure, FAILED or SOURCE_UNAVAILABLE with one */
    public PartitionStatus withState(MirrorState newState, @Nullable Failure newFailure) {
        return new PartitionStatus(mirrorId, leader, leaderEpoch, newState, newFailure, lineage, null);
    }

    public PartitionStatus stopping(PartitionStopping newStopping) {
        return new PartitionStatus(
                mirrorId, leader, leaderEpoch, MirrorState.PENDING_STOPPED, null, lineage, newStopping);
    }

    /**
     * What a leader reports on its partition's way to becoming writable.
     *
     * @param attempt the attempt of {@link MirrorStopping} that is followed
     * @param lastMirroredOffset end of the log, exclusive, on all in-sync replicas, after the fetcher was fenced
     * @param sealed whether all transactions that were open there have an ABORT marker now
     */
    public record PartitionStopping(int attempt, long lastMirroredOffset, boolean sealed) {}
}
