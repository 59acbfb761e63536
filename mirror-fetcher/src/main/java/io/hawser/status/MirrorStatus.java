/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import io.hawser.definition.MirrorDefinition;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * One mirror topic as the coordinator last reported it.
 *
 * <p>Immutable.
 *
 * @param definition what was wanted when this was written
 * @param generation the definitions' generation that this report takes account of
 * @param incarnation tells this topic from the one before it that was deleted since it had diverged; at first the
 *     definition's id
 * @param obsoleteTopicId id of the destination's topic that is to be deleted before the mirror is created anew; null if none
 * @param sourceTopicId pins the source topic; null until the source was seen
 * @param partitions how many the mirror has; 0 until it was created
 * @param state what the topic as a whole is doing
 * @param failure why it does not go on; null when it does
 * @param stopping the way to becoming writable; null when it is not on it
 * @param sourceFence what came of making the source topic read-only; null before the mirror is writable
 * @param origins where its records come from: the source topic, then what that is a mirror of, and so on
 * @param reversal the way back to being a mirror; null when it is not on it
 * @param startOffsets by partition, the first offset that is wanted; those that are not there begin where the source does
 * @param sinceMs when the state began, in milliseconds since the epoch
 */
public record MirrorStatus(
        MirrorDefinition definition,
        long generation,
        Uuid incarnation,
        @Nullable Uuid obsoleteTopicId,
        @Nullable Uuid sourceTopicId,
        int partitions,
        MirrorState state,
        @Nullable Failure failure,
        @Nullable MirrorStopping stopping,
        @Nullable MirrorReversal reversal,
        @Nullable SourceFence sourceFence,
        List<Origin> origins,
        List<Long> startOffsets,
        long sinceMs) {

    public MirrorStatus {
        // What an older version of the plugin wrote has none.
        origins = origins == null ? List.of() : List.copyOf(origins);
        startOffsets = startOffsets == null ? List.of() : List.copyOf(startOffsets);
    }

    /** What is reported before the source was seen. */
    public static MirrorStatus fresh(MirrorDefinition definition, long generation, long nowMs) {
        return new MirrorStatus(
                definition,
                generation,
                definition.id(),
                null,
                null,
                0,
                MirrorState.ACTIVE,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                nowMs);
    }

    public String topic() {
        return definition.topic();
    }

    /** Whether the topic exists on the destination and its source is pinned. */
    public boolean established() {
        return sourceTopicId != null && partitions > 0;
    }

    /** By partition, exclusive, {@link MirrorStopping#UNKNOWN} for one passed over; null until all leaders have stopped. */
    public @Nullable List<Long> lastMirroredOffsets() {
        return stopping == null ? null : stopping.lastMirroredOffsets();
    }

    /** Whether partitions were passed over when the topic became writable, and have had no leader since. */
    public boolean lacksPartitions() {
        return stopping != null && !stopping.passedOver().isEmpty();
    }

    /** Past the point of no return: markers may be in the logs already, so it is carried through whatever is asked for. */
    public boolean sealing() {
        return stopping != null && stopping.step() == MirrorStopping.Step.SEAL;
    }

    /** On its way from being written here to being a mirror; not yet one again. */
    public boolean beingReversed() {
        return reversal != null && reversal.step() != MirrorReversal.Step.FOLLOW;
    }

    public MirrorStatus withState(MirrorState newState, @Nullable Failure newFailure, long nowMs) {
        return new MirrorStatus(
                definition,
                generation,
                incarnation,
                obsoleteTopicId,
                sourceTopicId,
                partitions,
                newState,
                newFailure == null || failure == null ? newFailure : newFailure.since(failure),
                stopping,
                reversal,
                sourceFence,
                origins,
                startOffsets,
                newState == state ? sinceMs : nowMs);
    }

    public MirrorStatus withStopping(@Nullable MirrorStopping newStopping) {
        return with(newStopping, reversal, sourceFence);
    }

    public MirrorStatus withDefinition(MirrorDefinition newDefinition, long newGeneration) {
        return with(newDefinition, newGeneration, incarnation, obsoleteTopicId, sourceTopicId, partitions, stopping);
    }

    /**
     * The topic exists.
     *
     * @param newOrigins the source topic first
     * @param newStartOffsets by partition; empty for all that the source has
     */
    public MirrorStatus established(
            Uuid newSourceTopicId, int newPartitions, List<Origin> newOrigins, List<Long> newStartOffsets) {
        return new MirrorStatus(
                definition,
                generation,
                incarnation,
                null,
                newSourceTopicId,
                newPartitions,
                state,
                failure,
                stopping,
                reversal,
                sourceFence,
                newOrigins,
                newStartOffsets,
                sinceMs);
    }

    /** The source has got topic ids. */
    public MirrorStatus pinnedTo(Uuid newSourceTopicId) {
        return with(definition, generation, incarnation, obsoleteTopicId, newSourceTopicId, partitions, stopping);
    }

    /** The first offset of a partition that is wanted; 0 for all that the source has. */
    public long startOffset(int partition) {
        return partition < startOffsets.size() ? startOffsets.get(partition) : 0;
    }

    public MirrorStatus withPartitions(int newPartitions) {
        return with(definition, generation, incarnation, obsoleteTopicId, sourceTopicId, newPartitions, stopping);
    }

    /** Not established any more: the topic that is there is deleted first, then the mirror is created anew. */
    public MirrorStatus recreated(Uuid newIncarnation, Uuid topicId) {
        return with(definition, generation, newIncarnation, topicId, null, 0, null);
    }

    public MirrorStatus withoutObsoleteTopic() {
        return with(definition, generation, incarnation, null, sourceTopicId, partitions, stopping);
    }

    public MirrorStatus reversing(@Nullable MirrorReversal newReversal) {
        return with(stopping, newReversal, sourceFence);
    }

    public MirrorStatus withSourceFence(@Nullable SourceFence newSourceFence) {
        return with(stopping, reversal, newSourceFence);
    }

    /** What leaders reported of the topic in its former role is void. */
    public MirrorStatus reincarnated(Uuid newIncarnation) {
        return with(definition, generation, newIncarnation, obsoleteTopicId, sourceTopicId, partitions, stopping);
    }

    private MirrorStatus with(
            @Nullable MirrorStopping newStopping,
            @Nullable MirrorReversal newReversal,
            @Nullable SourceFence newSourceFence) {
        return new MirrorStatus(
                definition,
                generation,
                incarnation,
                obsoleteTopicId,
                sourceTopicId,
                partitions,
                state,
                failure,
                newStopping,
                newReversal,
                newSourceFence,
                origins,
                startOffsets,
                sinceMs);
    }

    private MirrorStatus with(
            MirrorDefinition newDefinition,
            long newGeneration,
            Uuid newIncarnation,
            @Nullable Uuid newObsoleteTopicId,
            @Nullable Uuid newSourceTopicId,
            int newPartitions,
            @Nullable MirrorStopping newStopping) {
        return new MirrorStatus(
                newDefinition,
                newGeneration,
                newIncarnation,
                newObsoleteTopicId,
                newSourceTopicId,
                newPartitions,
                state,
                failure,
                newStopping,
                reversal,
                sourceFence,
                origins,
                startOffsets,
                sinceMs);
    }
}
