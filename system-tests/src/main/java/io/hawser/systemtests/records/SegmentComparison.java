/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares what replicas of a partition have on disk, batch by batch and byte by byte. Replicas of one cluster must be
 * equal in every byte; a mirror's may differ from the source's in partitionLeaderEpoch, producerId and crc, and every
 * CRC must be right. Where segments begin does not matter, only the row of batches.
 *
 * <p>Brokers may run meanwhile: followers that lag show as a difference at the end of a log, so a test awaits the result.
 *
 * <p>Immutable.
 */
public final class SegmentComparison {

    private final String partitionFolder;
    private final List<Path> sourceDataDirectories;
    private final List<Path> mirrorDataDirectories;

    private SegmentComparison(
            String topic, int partition, List<Path> sourceDataDirectories, List<Path> mirrorDataDirectories) {
        this.partitionFolder = topic + "-" + partition;
        this.sourceDataDirectories = List.copyOf(sourceDataDirectories);
        this.mirrorDataDirectories = List.copyOf(mirrorDataDirectories);
    }

    /** Compares the replicas of a partition within one cluster. */
    public static SegmentComparison ofReplicas(String topic, int partition, List<Path> dataDirectories) {
        return new SegmentComparison(topic, partition, dataDirectories, List.of());
    }

    /**
     * Compares a mirror's replicas with the source's, and those of each side with each other. Directories of nodes that
     * have no replica of the partition are passed over.
     */
    public static SegmentComparison ofMirror(
            String topic, int partition, List<Path> sourceDataDirectories, List<Path> mirrorDataDirectories) {
        return new SegmentComparison(topic, partition, sourceDataDirectories, mirrorDataDirectories);
    }

    /**
     * What was compared and where it differs.
     *
     * @param replicas how many replicas were found, on both sides
     * @param batches how many batches the first replica of the source has
     * @param differences the first one of each replica that differs, in plain words; empty if all are equal
     */
    public record Result(int replicas, long batches, List<String> differences) {

        public Result {
            differences = List.copyOf(differences);
        }
    }

    /** Reads and compares; {@link IllegalStateException} if a side has no replica at all. */
    public Result compare() {
        List<Path> sources = replicasIn(sourceDataDirectories);
        List<Path> mirrors = mirrorDataDirectories.isEmpty() ? List.of() : replicasIn(mirrorDataDirectories);
        List<String> differences = new ArrayList<>();
        compareEach(sources, differences);
        if (!mirrors.isEmpty()) {
            firstDifference(sources.get(0), mirrors.get(0), BatchRules.MIRROR).ifPresent(differences::add);
            compareEach(mirrors, differences);
        }
        return new Result(
                sources.size() + mirrors.size(), ReplicaLog.count(sources.get(0), batch -> true), differences);
    }

    private List<Path> replicasIn(List<Path> dataDirectories) {
        List<Path> replicas = dataDirectories.stream()
                .map(data -> data.resolve(partitionFolder))
                .filter(Files::isDirectory)
                .toList();
        if (replicas.isEmpty()) {
            throw new IllegalStateException("No replica of " + partitionFolder + " in " + dataDirectories);
        }
        return replicas;
    }

    private static void compareEach(List<Path> replicas, List<String> differences) {
        for (Path replica : replicas.subList(1, replicas.size())) {
            firstDifference(replicas.get(0), replica, BatchRules.EXACT).ifPresent(differences::add);
        }
    }

    private static Optional<String> firstDifference(Path expected, Path actual, BatchRules rules) {
        return new ReplicaComparison(expected, actual, rules, 0, (wanted, found) -> Optional.empty())
                .firstDifference()
                .map(Difference::toString);
    }
}
