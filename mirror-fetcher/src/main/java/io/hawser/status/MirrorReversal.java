/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import io.hawser.lineage.EpochLineage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the coordinator has taken a topic on its way from being written here to being a mirror of the cluster that it was
 * promoted on.
 *
 * <p>CHECKED: it can be reversed; nothing has changed. FENCE: the topic is read-only, and every leader reports where its log
 * ends and up to where it is what the other cluster has. SAVE: what lies beyond is copied to a topic of its own. DROP: every
 * leader drops it from every replica. FOLLOW: none has it any more; only the definition is left to be flipped. Each step may
 * be repeated; another coordinator goes on from what stands here.
 *
 * <p>Immutable.
 *
 * @param lastMirroredOffsets by partition, exclusive: what the other cluster had when it was made writable, by its own word
 * @param lineages by partition, leader epochs of this cluster under which the other one had mirrored
 * @param ends by partition, exclusive: where the logs end here; as last seen, and from SAVE on as all leaders have reported
 * @param keptUpTo by partition, exclusive: from where on records are dropped; empty before SAVE
 * @param savedTo topic that has what is dropped; null before SAVE, and where nothing is dropped
 * @param saved by partition, how many records were copied there; empty before they all were
 */
public record MirrorReversal(
        Step step,
        List<Long> lastMirroredOffsets,
        List<EpochLineage> lineages,
        List<Long> ends,
        List<Long> keptUpTo,
        @Nullable String savedTo,
        List<Long> saved) {

    /** What is done next. */
    public enum Step {
        CHECKED,
        FENCE,
        SAVE,
        DROP,
        FOLLOW
    }

    public MirrorReversal {
        lastMirroredOffsets = List.copyOf(lastMirroredOffsets);
        lineages = List.copyOf(lineages);
        ends = List.copyOf(ends);
        keptUpTo = keptUpTo == null ? List.of() : List.copyOf(keptUpTo);
        saved = saved == null ? List.of() : List.copyOf(saved);
    }

    /** One that was found possible. */
    public static MirrorReversal checked(List<Long> lastMirroredOffsets, List<EpochLineage> lineages, List<Long> ends) {
        return new MirrorReversal(Step.CHECKED, lastMirroredOffsets, lineages, ends, List.of(), null, List.of());
    }

    public MirrorReversal fencing() {
        return new MirrorReversal(Step.FENCE, lastMirroredOffsets, lineages, ends, List.of(), null, List.of());
    }

    /** @param newSavedTo null where nothing is dropped */
    public MirrorReversal saving(List<Long> newEnds, List<Long> newKeptUpTo, @Nullable String newSavedTo) {
        return new MirrorReversal(
                Step.SAVE, lastMirroredOffsets, lineages, newEnds, newKeptUpTo, newSavedTo, List.of());
    }

    public MirrorReversal dropping(List<Long> newSaved) {
        return new MirrorReversal(Step.DROP, lastMirroredOffsets, lineages, ends, keptUpTo, savedTo, newSaved);
    }

    public MirrorReversal following() {
        return new MirrorReversal(Step.FOLLOW, lastMirroredOffsets, lineages, ends, keptUpTo, savedTo, saved);
    }

    /** How many offsets of a partition are dropped; control records and those of aborted transactions count, too. */
    public long dropped(int partition) {
        List<Long> kept = keptUpTo.isEmpty() ? lastMirroredOffsets : keptUpTo;
        return Math.max(0, ends.get(partition) - kept.get(partition));
    }
}
