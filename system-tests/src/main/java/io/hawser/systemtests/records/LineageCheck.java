/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a mirror's batch must be in beside its bytes: written under the leader epoch that its replica keeps for that offset,
 * never below the batch before; and known, with its epoch at the source, to the lineage and to the source.
 *
 * <p>Confined to the thread of one comparison, and good for one replica.
 */
final class LineageCheck implements ReplicaComparison.BatchCheck {

    static final ReplicaComparison.BatchCheck NONE = (wanted, found) -> Optional.empty();

    private final EpochStarts lineage;
    private final long lineageFrom;
    private final EpochStarts ofSource;
    private final EpochStarts ofMirror;
    private long epochBefore;

    /** @param lineageFrom first offset of which the lineage has to know */
    LineageCheck(EpochStarts lineage, long lineageFrom, EpochStarts ofSource, EpochStarts ofMirror) {
        this.lineage = lineage;
        this.lineageFrom = lineageFrom;
        this.ofSource = ofSource;
        this.ofMirror = ofMirror;
    }

    @Override
    public Optional<Difference> difference(StoredBatch wanted, StoredBatch found) {
        return lineageDifference(wanted, found).or(() -> leaderEpochDifference(found));
    }

    private Optional<Difference> lineageDifference(StoredBatch wanted, StoredBatch found) {
        if (wanted.baseOffset() < lineageFrom) {
            return Optional.empty();
        }
        int epoch = (int) wanted.value(BatchField.PARTITION_LEADER_EPOCH);
        OptionalInt known = lineage.epochAt(wanted.baseOffset());
        if (!known.equals(OptionalInt.of(epoch))) {
            return Optional.of(Difference.inBatch(found, "epoch in the lineage", known, epoch, wanted.where()));
        }
        OptionalInt kept = ofSource.epochAt(wanted.baseOffset());
        return kept.isEmpty() || kept.equals(known)
                ? Optional.empty()
                : Optional.of(Difference.inBatch(found, "epoch in the lineage", known, kept, "the source's epochs"));
    }

    private Optional<Difference> leaderEpochDifference(StoredBatch found) {
        long epoch = found.value(BatchField.PARTITION_LEADER_EPOCH);
        String field = BatchField.PARTITION_LEADER_EPOCH.label();
        if (epoch < epochBefore) {
            return Optional.of(Difference.inBatch(found, field, epoch, epochBefore + " or more", "the batch before"));
        }
        epochBefore = epoch;
        OptionalInt kept = ofMirror.epochAt(found.baseOffset());
        return kept.isEmpty() || kept.getAsInt() == epoch
                ? Optional.empty()
                : Optional.of(Difference.inBatch(found, field, epoch, kept.getAsInt(), "its own replica's epochs"));
    }
}
