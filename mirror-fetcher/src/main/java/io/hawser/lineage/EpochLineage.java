/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.lineage;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The source leader epochs of one partition, each with the first offset that was written under it; what Kafka's own
 * replicas call the leader epoch cache (KIP-101), kept for a foreign log.
 *
 * <p>Law: an epoch is recorded in the state topic before its first batch is appended. So the lineage may name an epoch
 * of which nothing was mirrored, and never misses one of which something was.
 *
 * <p>Immutable. Epochs and start offsets both grow strictly.
 */
public final class EpochLineage {

    public static final EpochLineage EMPTY = new EpochLineage(List.of());

    private final List<EpochStart> entries;

    /**
     * One epoch.
     *
     * @param epoch source leader epoch
     * @param startOffset first offset written under it, inclusive
     */
    public record EpochStart(int epoch, long startOffset) {}

    private EpochLineage(List<EpochStart> entries) {
        this.entries = List.copyOf(entries);
    }

    /** Reads pairs of epoch and start offset, as {@link #toPairs} writes them. */
    @JsonCreator
    public static EpochLineage of(List<List<Long>> pairs) {
        EpochLineage lineage = EMPTY;
        for (List<Long> pair : pairs) {
            lineage = lineage.startingAt(pair.get(0).intValue(), pair.get(1));
        }
        return lineage;
    }

    @JsonValue
    public List<List<Long>> toPairs() {
        return entries.stream()
                .map(entry -> List.of((long) entry.epoch(), entry.startOffset()))
                .toList();
    }

    /** Sorted by epoch, ascending. */
    public List<EpochStart> entries() {
        return entries;
    }

    /** The epoch that batches at the end of the log were written under. */
    public OptionalInt lastEpoch() {
        return entries.isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(entries.get(entries.size() - 1).epoch());
    }

    /**
     * The epoch of the record before {@code endOffsetExclusive}: what a fetch from there sends as its last fetched
     * epoch (Fetch 12, KIP-595).
     */
    public OptionalInt epochBefore(long endOffsetExclusive) {
        for (int i = entries.size() - 1; i >= 0; i--) {
            if (entries.get(i).startOffset() < endOffsetExclusive) {
                return OptionalInt.of(entries.get(i).epoch());
            }
        }
        return OptionalInt.empty();
    }

    /** Whether batches of this epoch may be appended. */
    public boolean knows(int epoch) {
        return !entries.isEmpty() && epoch <= entries.get(entries.size() - 1).epoch();
    }

    /**
     * With one more epoch. An epoch that was recorded but of which nothing was mirrored, so that the next starts at or
     * below its start, gives way to it.
     *
     * @throws IllegalArgumentException if the epoch is not above the last
     */
    public EpochLineage startingAt(int epoch, long startOffset) {
        if (knows(epoch)) {
            throw new IllegalArgumentException("Epoch " + epoch + " does not lie above the lineage's last, "
                    + lastEpoch().getAsInt());
        }
        List<EpochStart> grown = new ArrayList<>(entries);
        grown.removeIf(entry -> entry.startOffset() >= startOffset);
        grown.add(new EpochStart(epoch, startOffset));
        return new EpochLineage(grown);
    }

    /**
     * Where this log and the source's part, given what the source answers to a fetch that does not fit its log (KIP-595):
     * the largest epoch that it knows, not above the one that it was asked about, and where that ends in its log.
     *
     * @param endOffset of this log, exclusive
     * @return end of what both may have in common, exclusive; at most {@code endOffset}
     */
    public long commonEnd(int sourceEpoch, long sourceEndOffset, long endOffset) {
        long endOfEpoch = endOffset;
        for (int i = entries.size() - 1; i >= 0; i--) {
            EpochStart entry = entries.get(i);
            if (entry.epoch() <= sourceEpoch) {
                return Math.min(sourceEndOffset, endOfEpoch);
            }
            endOfEpoch = Math.min(endOfEpoch, entry.startOffset());
        }
        return Math.min(sourceEndOffset, endOfEpoch);
    }

    /** The lineage of the log that is left when everything from an offset on is dropped. */
    public EpochLineage truncatedTo(long endOffsetExclusive) {
        return new EpochLineage(entries.stream()
                .filter(entry -> entry.startOffset() < endOffsetExclusive)
                .toList());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EpochLineage that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return entries.toString();
    }
}
