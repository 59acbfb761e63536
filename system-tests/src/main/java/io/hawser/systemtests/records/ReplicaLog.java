/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.common.record.internal.FileLogInputStream.FileChannelRecordBatch;
import org.apache.kafka.common.record.internal.FileRecords;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one replica in the order of the log, read from its segment files one at a time. Where the segments
 * begin and end does not matter. Confined to the caller's thread.
 */
final class ReplicaLog implements AutoCloseable {

    private final Queue<Path> segments;
    private @Nullable FileRecords open;
    private Path openSegment;
    private Iterator<FileChannelRecordBatch> batches = Collections.emptyIterator();

    private ReplicaLog(Path folder, List<Path> segments) {
        this.segments = new ArrayDeque<>(segments);
        this.openSegment = folder;
    }

    /** How many batches of a replica are of a kind. */
    static long count(Path folder, Predicate<StoredBatch> kind) {
        try (ReplicaLog log = open(folder)) {
            long batches = 0;
            for (StoredBatch batch = log.next(); batch != null; batch = log.next()) {
                batches += kind.test(batch) ? 1 : 0;
            }
            return batches;
        }
    }

    /** @param folder {@code <data directory>/<topic>-<partition>} */
    static ReplicaLog open(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return new ReplicaLog(
                    folder,
                    files.filter(file -> file.toString().endsWith(".log"))
                            .sorted()
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list the segments in " + folder, e);
        }
    }

    /** The next batch, or null at the end of the log. A batch that is still being written counts as not there. */
    @Nullable
    StoredBatch next() {
        while (!batches.hasNext()) {
            Path segment = segments.poll();
            if (segment == null) {
                return null;
            }
            advanceTo(segment);
        }
        return StoredBatch.read(openSegment, batches.next());
    }

    /** The next batch that does not lie wholly below an offset, or null. */
    @Nullable
    StoredBatch nextEndingFrom(long offset) {
        StoredBatch batch = next();
        while (batch != null && batch.lastOffset() < offset) {
            batch = next();
        }
        return batch;
    }

    @Override
    public void close() {
        FileRecords records = open;
        open = null;
        if (records != null) {
            try {
                records.closeHandlers();
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot close " + openSegment, e);
            }
        }
    }

    private void advanceTo(Path segment) {
        close();
        try {
            FileRecords records = FileRecords.open(segment.toFile(), false);
            open = records;
            openSegment = segment;
            batches = records.batches().iterator();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open " + segment, e);
        }
    }
}
