/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.broker.kafka43;

import io.hawser.fetch.MirrorAssignment;
import io.hawser.fetch.MirrorReader;
import io.hawser.plugin.broker.UnsupportedBrokerException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.server.storage.log.FetchIsolation;
import org.apache.kafka.storage.internals.log.FetchDataInfo;
import org.apache.kafka.storage.internals.log.LogSegment;
import org.apache.kafka.storage.internals.log.UnifiedLog;

/** Reads the replica manager's logs as a consumer would, up to the high watermark. Thread-safe. */
final class Kafka43MirrorReader implements MirrorReader {

    /** A batch that claims to be larger than this, and than the topic allows, has a damaged length; no memory is taken for it. */
    private static final int LARGEST_BATCH_BYTES = 64 * 1024 * 1024;

    private final Kafka43MirrorLog logs;

    Kafka43MirrorReader(Kafka43MirrorLog logs) {
        this.logs = logs;
    }

    /** Looks up what is called below: a method that has moved shows now, not when something is verified. */
    static void selfTest() throws UnsupportedBrokerException {
        try {
            UnifiedLog.class.getMethod("read", long.class, int.class, FetchIsolation.class, boolean.class);
            UnifiedLog.class.getMethod("localLogStartOffset");
            UnifiedLog.class.getMethod("logSegments");
            LogSegment.class.getMethod("largestTimestamp");
            LogSegment.class.getMethod("findOffsetByTimestamp", long.class, long.class);
            FileRecords.class.getMethod("readInto", ByteBuffer.class, int.class);
            if (!FetchDataInfo.class.getField("records").getType().isAssignableFrom(FileRecords.class)) {
                throw new UnsupportedBrokerException("a log does not read its records from a file");
            }
        } catch (NoSuchMethodException | NoSuchFieldException e) {
            throw new UnsupportedBrokerException("what verifying needs is not there: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<Extent> extent(MirrorAssignment assignment) {
        return logs.leaderLog(assignment)
                .map(log -> new Extent(
                        Math.max(log.logStartOffset(), log.localLogStartOffset()),
                        log.highWatermark(),
                        log.config().compact));
    }

    @Override
    public Optional<ByteBuffer> read(MirrorAssignment assignment, long offset, ByteBuffer reused) {
        return logs.leaderLog(assignment).map(log -> {
            try {
                return read(log, offset, reused);
            } catch (IOException e) {
                throw new KafkaException(assignment.mirror() + " cannot be read at offset " + offset, e);
            }
        });
    }

    @Override
    public OptionalLong batchFrom(MirrorAssignment assignment, long timestampMs) {
        return logs.leaderLog(assignment)
                .map(log -> {
                    try {
                        return OptionalLong.of(batchAt(log, firstFrom(log, timestampMs)));
                    } catch (IOException e) {
                        throw new KafkaException(assignment.mirror() + " cannot be searched for a time", e);
                    }
                })
                .orElse(OptionalLong.empty());
    }

    @Override
    public OptionalLong batchAt(MirrorAssignment assignment, long offset) {
        return logs.leaderLog(assignment)
                .map(log -> {
                    try {
                        return OptionalLong.of(batchAt(log, offset));
                    } catch (IOException e) {
                        throw new KafkaException(assignment.mirror() + " cannot be read at offset " + offset, e);
                    }
                })
                .orElse(OptionalLong.empty());
    }

    private static long firstFrom(UnifiedLog log, long timestampMs) throws IOException {
        for (LogSegment segment : log.logSegments()) {
            if (segment.largestTimestamp() >= timestampMs) {
                Optional<FileRecords.TimestampAndOffset> found =
                        segment.findOffsetByTimestamp(timestampMs, log.logStartOffset());
                if (found.isPresent()) {
                    return found.get().offset;
                }
            }
        }
        return log.logEndOffset();
    }

    private static long batchAt(UnifiedLog log, long offset) throws IOException {
        long start = log.logStartOffset();
        if (offset >= log.highWatermark()) {
            return log.logEndOffset();
        }
        FetchDataInfo found = log.read(Math.max(start, offset), 1, FetchIsolation.HIGH_WATERMARK, true);
        Iterator<? extends RecordBatch> batches = found.records.batches().iterator();
        return batches.hasNext() ? Math.max(start, batches.next().baseOffset()) : log.logEndOffset();
    }

    private static ByteBuffer read(UnifiedLog log, long offset, ByteBuffer reused) throws IOException {
        FetchDataInfo found = log.read(offset, reused.capacity(), FetchIsolation.HIGH_WATERMARK, true);
        if (!(found.records instanceof FileRecords file)) {
            return reused.clear().limit(0);
        }
        int most = Math.max(
                reused.capacity(), Math.max(LARGEST_BATCH_BYTES, log.config().maxMessageSize()));
        int bytes = Math.min(file.sizeInBytes(), most);
        ByteBuffer buffer = bytes <= reused.capacity() ? reused : ByteBuffer.allocate(bytes);
        file.readInto(buffer.clear().limit(bytes), 0);
        return buffer;
    }
}
