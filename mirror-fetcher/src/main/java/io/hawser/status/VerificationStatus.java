/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * How far the comparison of one mirrored partition with its source has come, as the partition's leader last reported it. The
 * next leader goes on from there.
 *
 * <p>Immutable. Of two reports on one incarnation the one with the higher destination leader epoch counts.
 *
 * @param topic the mirror topic
 * @param incarnation the {@linkplain MirrorStatus#incarnation incarnation} of the mirror topic
 * @param verification id of the {@link io.hawser.definition.Verification} that this answers
 * @param leader broker that leads the partition on the destination
 * @param leaderEpoch destination leader epoch under which the leader reports
 * @param state what it is doing
 * @param failure why it failed, or does not go on at the moment; null when it does
 * @param compacted whether records were compared, of those that compaction has left, rather than whole batches
 * @param fromOffset first that is compared: where the log of the later side begins
 * @param nextOffset all before it are equal, from {@code fromOffset} on
 * @param endOffset exclusive: where the shorter side's high watermark was when this began, or the last mirrored offset of a
 *     topic that is writable
 * @param deletedOffsets how many within the range either side has deleted at its beginning before they were compared
 * @param sourceBytes that were read of the source, over all leaders
 * @param difference the first one; null when there is none
 * @param startedMs in milliseconds since the epoch
 * @param atMs when this was written, in milliseconds since the epoch
 */
public record VerificationStatus(
        String topic,
        int partition,
        Uuid incarnation,
        Uuid verification,
        int leader,
        int leaderEpoch,
        State state,
        @Nullable Failure failure,
        boolean compacted,
        long fromOffset,
        long nextOffset,
        long endOffset,
        long deletedOffsets,
        long sourceBytes,
        @Nullable VerificationDifference difference,
        long startedMs,
        long atMs) {

    /** What a comparison is doing. */
    public enum State {
        /** Not done yet. */
        RUNNING,
        /** The mirror is what its source is, within the range. */
        EQUAL,
        /** It is not; the first place where it is not is known. */
        DIFFERENT,
        /** It cannot be told, and will not be by waiting. */
        FAILED
    }

    /** @param newLeaderEpoch destination leader epoch under which it goes on */
    public VerificationStatus ledBy(int newLeader, int newLeaderEpoch) {
        return new VerificationStatus(
                topic,
                partition,
                incarnation,
                verification,
                newLeader,
                newLeaderEpoch,
                state,
                failure,
                compacted,
                fromOffset,
                nextOffset,
                endOffset,
                deletedOffsets,
                sourceBytes,
                difference,
                startedMs,
                atMs);
    }

    /** As far as it has come now. */
    public VerificationStatus at(long newNextOffset, long newDeletedOffsets, long newSourceBytes, long nowMs) {
        return new VerificationStatus(
                topic,
                partition,
                incarnation,
                verification,
                leader,
                leaderEpoch,
                State.RUNNING,
                null,
                compacted,
                fromOffset,
                newNextOffset,
                endOffset,
                newDeletedOffsets,
                newSourceBytes,
                null,
                startedMs,
                nowMs);
    }

    /**
     * @param newState RUNNING and FAILED come with a failure, DIFFERENT with a difference, EQUAL with neither
     */
    public VerificationStatus with(
            State newState, @Nullable Failure newFailure, @Nullable VerificationDifference newDifference, long nowMs) {
        return new VerificationStatus(
                topic,
                partition,
                incarnation,
                verification,
                leader,
                leaderEpoch,
                newState,
                newFailure == null || failure == null ? newFailure : newFailure.since(failure),
                compacted,
                fromOffset,
                newState == State.EQUAL ? endOffset : nextOffset,
                endOffset,
                deletedOffsets,
                sourceBytes,
                newDifference,
                startedMs,
                nowMs);
    }

    /** Whether nothing more comes of it. */
    public boolean ended() {
        return state != State.RUNNING;
    }

    /** The part of the range that has been compared, 0 to 1. */
    public double share() {
        if (ended()) {
            return 1;
        }
        return endOffset <= fromOffset ? 0 : (double) (nextOffset - fromOffset) / (endOffset - fromOffset);
    }
}
