/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * A topic of the source that every contender copies. Immutable.
 *
 * @param compression as a producer names it
 * @param batchBytes size of the batches, before compression
 * @param bytes about how much the source keeps of it on disk
 */
record DataSet(int partitions, int recordBytes, String compression, int batchBytes, long bytes) {

    /** Name of the topic. */
    String topic() {
        return "data-" + partitions + "p-" + recordBytes + "b-" + compression + "-" + batchBytes + "-" + (bytes >> 20);
    }

    /** The same in a topic of its own, with that many times less of it. */
    DataSet dividedBy(int divisor) {
        return new DataSet(partitions, recordBytes, compression, batchBytes, bytes / divisor);
    }

    /** Segment files of the topic in a broker's data directory, in the order of partitions and offsets. */
    List<Path> segments(Path dataDirectory) {
        return segments(dataDirectory, topic());
    }

    List<Path> segments(Path dataDirectory, String topicThere) {
        return IntStream.range(0, partitions)
                .mapToObj(partition -> dataDirectory.resolve(topicThere + "-" + partition))
                .flatMap(DataSet::segmentsIn)
                .toList();
    }

    /** What to ask a broker for, to be told where each partition of a copy ends. */
    Map<TopicPartition, OffsetSpec> ends(String topicThere) {
        return IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topicThere, partition))
                .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
    }

    /** Bytes of the topic in a broker's data directory; what is being made or deleted meanwhile counts as not there. */
    long storedBytes(Path dataDirectory, String topicThere) {
        return segments(dataDirectory, topicThere).stream()
                .mapToLong(DataSet::size)
                .sum();
    }

    @Override
    public String toString() {
        return partitions + (partitions == 1 ? " partition, " : " partitions, ") + recordBytes + " B, " + compression;
    }

    private static Stream<Path> segmentsIn(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".log")).sorted().toList().stream();
        } catch (NoSuchFileException e) {
            return Stream.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
