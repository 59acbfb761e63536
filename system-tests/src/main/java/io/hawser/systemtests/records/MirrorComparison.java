/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The proof that a mirror topic is what its source is, for every replica on both sides:
 *
 * <ul>
 *   <li>every replica of the source has the same bytes;
 *   <li>every replica of the mirror has the source's batches, equal in all but partitionLeaderEpoch, producerId and crc; the
 *       crc is right, the producer id is the one that the link's rule makes of the source's, and the leader epoch is the one
 *       that the mirror's replica itself keeps for that offset and never falls;
 *   <li>the lineage in {@code __hawser_state} knows each batch's epoch at the source, and the epochs that the source keeps
 *       say the same;
 *   <li>aborted transactions and the state of all producers are the same;
 *   <li>both sides end at the same offset.
 * </ul>
 *
 * <p>What one side has deleted at its beginning is passed over; {@link Range} tells how much that is. Of compacted topics
 * what both sides have is compared, since each side compacts on its own.
 *
 * <p>Immutable; works on the caller's thread. Nothing may be written to the source meanwhile. Every broker with a replica must be up.
 */
public final class MirrorComparison {

    private final ReplicatedTopic source;
    private final ReplicatedTopic mirror;
    private final boolean compacted;
    private final boolean returned;

    private MirrorComparison(ReplicatedTopic source, ReplicatedTopic mirror, boolean compacted, boolean returned) {
        this.source = source;
        this.mirror = mirror;
        this.compacted = compacted;
        this.returned = returned;
    }

    public static MirrorComparison between(ReplicatedTopic source, ReplicatedTopic mirror) {
        return new MirrorComparison(source, mirror, false, false);
    }

    /** For a mirror that was the source before: of what it had by then its lineage knows nothing. */
    public static MirrorComparison betweenReturned(ReplicatedTopic source, ReplicatedTopic mirror) {
        return new MirrorComparison(source, mirror, false, true);
    }

    /** For topics of which either side may have dropped batches and records from the midst. */
    public static MirrorComparison betweenCompacted(ReplicatedTopic source, ReplicatedTopic mirror) {
        return new MirrorComparison(source, mirror, true, false);
    }

    /**
     * What of a partition was compared.
     *
     * @param sourceStart where the source's log starts
     * @param mirrorStart where the mirror's log starts; what lies below either was not compared
     * @param end where the source's log ends, exclusive
     * @param batches of the source's first replica
     * @param headerOnlyBatches of the mirror's first replica, of which compaction left no record
     * @param replicas on both sides together
     */
    public record Range(
            long sourceStart, long mirrorStart, long end, long batches, long headerOnlyBatches, int replicas) {

        long from() {
            return Math.max(sourceStart, mirrorStart);
        }
    }

    /**
     * @param ranges by partition of the source
     * @param differences the first one of each replica and kind; empty if the mirror is what the source is
     */
    public record Result(SortedMap<Integer, Range> ranges, List<Difference> differences) {

        public Result {
            ranges = Collections.unmodifiableSortedMap(new TreeMap<>(ranges));
            differences = List.copyOf(differences);
        }

        public long batches() {
            return ranges.values().stream().mapToLong(Range::batches).sum();
        }
    }

    /** Reads and compares. */
    public Result compare() {
        try (TopicQuestions askSource = new TopicQuestions(source, compacted);
                TopicQuestions askMirror = new TopicQuestions(mirror, compacted)) {
            Lineages lineages = Lineages.read(mirror);
            SortedMap<Integer, Range> ranges = new TreeMap<>();
            List<Difference> differences = new ArrayList<>();
            for (int partition = 0; partition < askSource.partitions(); partition++) {
                var comparison = new PartitionComparison(partition, askSource, askMirror, lineages.of(partition));
                ranges.put(partition, comparison.compare(differences));
            }
            return new Result(ranges, differences);
        }
    }

    /** One partition. Confined to the caller's thread. */
    private final class PartitionComparison {
        private final int partition;
        private final TopicQuestions askSource;
        private final TopicQuestions askMirror;
        private final EpochStarts lineage;
        private final SortedMap<Integer, Path> sources;
        private final SortedMap<Integer, Path> mirrors;
        private final Path reference;
        private final BatchRules rules = BatchRules.mirrorOf(source.clusterId(), mirror.clusterId());

        PartitionComparison(int partition, TopicQuestions askSource, TopicQuestions askMirror, EpochStarts lineage) {
            this.partition = partition;
            this.askSource = askSource;
            this.askMirror = askMirror;
            this.lineage = lineage;
            this.sources = source.replicas(partition);
            this.mirrors = mirror.replicas(partition);
            this.reference = first(sources);
        }

        Range compare(List<Difference> differences) {
            long end = askSource.endOffset(partition);
            Range range = new Range(
                    askSource.startOffset(partition),
                    askMirror.startOffset(partition),
                    end,
                    ReplicaLog.count(reference, batch -> true),
                    ReplicaLog.count(first(mirrors), batch -> batch.value(BatchField.RECORD_COUNT) == 0),
                    sources.size() + mirrors.size());
            compareEnds(end, differences);
            compareLogs(range.from(), differences);
            compareProducers(range, differences);
            return range;
        }

        private void compareEnds(long end, List<Difference> differences) {
            long mirrorEnd = askMirror.endOffset(partition);
            require("high watermark", first(mirrors), mirrorEnd, mirrorEnd, end, differences);
        }

        private void compareLogs(long from, List<Difference> differences) {
            for (Path replica : sources.tailMap(sources.firstKey() + 1).values()) {
                firstDifference(replica, BatchRules.EXACT, from, LineageCheck.NONE, differences);
            }
            EpochStarts ofSource = EpochStarts.ofReplica(reference);
            for (Path replica : mirrors.values()) {
                var check = new LineageCheck(lineage, lineageFrom(), ofSource, EpochStarts.ofReplica(replica));
                firstDifference(replica, rules, from, check, differences);
            }
        }

        private long lineageFrom() {
            if (!returned) {
                return 0;
            }
            return lineage.byStartOffset().isEmpty()
                    ? Long.MAX_VALUE
                    : lineage.byStartOffset().firstKey();
        }

        private void firstDifference(
                Path replica,
                BatchRules rulesOfSide,
                long from,
                ReplicaComparison.BatchCheck check,
                List<Difference> differences) {
            var comparison = new ReplicaComparison(reference, replica, rulesOfSide, from, check);
            (compacted ? comparison.firstDifferenceOfWhatBothHave() : comparison.firstDifference())
                    .ifPresent(differences::add);
        }

        private void compareProducers(Range range, List<Difference> differences) {
            SortedMap<Long, String> expected =
                    askSource.producers(partition, sources.firstKey(), rules.producerIds()::of);
            sources.forEach((broker, folder) -> require(
                    "producers",
                    folder,
                    range.end(),
                    askSource.producers(partition, broker, rules.producerIds()::of),
                    expected,
                    differences));
            mirrors.forEach((broker, folder) -> {
                SortedMap<Long, String> found = askMirror.producers(partition, broker, id -> id);
                if (range.from() > 0 || compacted) {
                    // Of some producers the mirror never had a batch.
                    expected.keySet().retainAll(found.keySet());
                }
                require("producers", folder, range.end(), found, expected, differences);
            });
            if (!compacted) {
                compareAborted(range.from(), differences);
            }
        }

        private void compareAborted(long from, List<Difference> differences) {
            AbortedTransactions ofSource = AbortedTransactions.ofReplica(reference, from);
            AbortedTransactions expected = ofSource.moved(rules.producerIds()::of);
            sources.values()
                    .forEach(folder -> require(
                            "aborted transactions",
                            folder,
                            from,
                            AbortedTransactions.ofReplica(folder, from),
                            ofSource,
                            differences));
            mirrors.values()
                    .forEach(folder -> require(
                            "aborted transactions",
                            folder,
                            from,
                            AbortedTransactions.ofReplica(folder, from),
                            expected,
                            differences));
        }

        private void require(
                String what, Path replica, long offset, Object found, Object expected, List<Difference> differences) {
            if (!found.equals(expected)) {
                differences.add(new Difference(
                        replica, offset, what, found.toString(), expected.toString(), reference.toString()));
            }
        }

        private static Path first(Map<Integer, Path> replicas) {
            return replicas.values().iterator().next();
        }
    }
}
