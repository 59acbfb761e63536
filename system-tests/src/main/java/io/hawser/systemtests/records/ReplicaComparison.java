/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Walks two replicas of a partition side by side, batch by batch, up to the first difference. Confined to the caller's
 * thread.
 */
final class ReplicaComparison {

    private final Path expected;
    private final Path actual;
    private final BatchRules rules;
    private final long fromOffset;
    private final BatchCheck further;

    /** What is checked of a pair of batches beyond their bytes. */
    @FunctionalInterface
    interface BatchCheck {
        Optional<Difference> difference(StoredBatch wanted, StoredBatch found);
    }

    /**
     * @param fromOffset what lies wholly below is passed over, as one of the two may have deleted it
     * @param further checked of every pair
     */
    ReplicaComparison(Path expected, Path actual, BatchRules rules, long fromOffset, BatchCheck further) {
        this.expected = expected;
        this.actual = actual;
        this.rules = rules;
        this.fromOffset = fromOffset;
        this.further = further;
    }

    /** Every batch of the one must be there in the other. */
    Optional<Difference> firstDifference() {
        try (ReplicaLog expectedLog = ReplicaLog.open(expected);
                ReplicaLog actualLog = ReplicaLog.open(actual)) {
            while (true) {
                StoredBatch wanted = expectedLog.nextEndingFrom(fromOffset);
                StoredBatch found = actualLog.nextEndingFrom(fromOffset);
                if (wanted == null && found == null) {
                    return Optional.empty();
                }
                if (wanted == null || found == null) {
                    return Optional.of(end(wanted, found));
                }
                Optional<Difference> difference = difference(wanted, found);
                if (difference.isPresent()) {
                    return difference;
                }
            }
        }
    }

    /**
     * Batches, and records within them, may lack on either side, because each side compacts on its own. What both have must be
     * equal.
     */
    Optional<Difference> firstDifferenceOfWhatBothHave() {
        try (ReplicaLog expectedLog = ReplicaLog.open(expected);
                ReplicaLog actualLog = ReplicaLog.open(actual)) {
            StoredBatch wanted = expectedLog.nextEndingFrom(fromOffset);
            StoredBatch found = actualLog.nextEndingFrom(fromOffset);
            while (wanted != null && found != null) {
                int order = Long.compare(wanted.baseOffset(), found.baseOffset());
                if (order == 0) {
                    Optional<Difference> difference =
                            CompactedBatch.difference(wanted, found, rules).or(furtherOf(wanted, found));
                    if (difference.isPresent()) {
                        return difference;
                    }
                }
                wanted = order <= 0 ? expectedLog.nextEndingFrom(fromOffset) : wanted;
                found = order >= 0 ? actualLog.nextEndingFrom(fromOffset) : found;
            }
            return Optional.empty();
        }
    }

    private Optional<Difference> difference(StoredBatch wanted, StoredBatch found) {
        return rules.difference(wanted, found)
                .or(() -> recordDifference(wanted, found))
                .or(() -> checksum(wanted))
                .or(() -> checksum(found))
                .or(furtherOf(wanted, found));
    }

    private Supplier<Optional<Difference>> furtherOf(StoredBatch wanted, StoredBatch found) {
        return () -> further.difference(wanted, found);
    }

    private static Optional<Difference> recordDifference(StoredBatch wanted, StoredBatch found) {
        int position = wanted.firstDifferentRecordByte(found);
        return position < 0
                ? Optional.empty()
                : Optional.of(Difference.inBatch(
                        found,
                        "byte " + position + " of the batch, in its records,",
                        found.byteAt(position),
                        wanted.byteAt(position),
                        wanted.where()));
    }

    private static Optional<Difference> checksum(StoredBatch batch) {
        return batch.isValid()
                ? Optional.empty()
                : Optional.of(Difference.inBatch(
                        batch, BatchField.CRC.label(), "wrong", "right", "the bytes that it covers"));
    }

    private Difference end(@Nullable StoredBatch wanted, @Nullable StoredBatch found) {
        long offset = wanted != null ? wanted.baseOffset() : found == null ? -1 : found.baseOffset();
        return new Difference(
                actual,
                offset,
                "the batch",
                found == null ? "missing, as the log ends before it" : "there",
                wanted == null ? "missing, as the log ends before it" : "there",
                expected.toString());
    }
}
