/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.verify;

import io.hawser.fetch.ByteRateLimit;
import io.hawser.fetch.MirrorReader;
import io.hawser.source.SourceException;
import io.hawser.status.FailureCode;
import io.hawser.verify.Side;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * The two logs of one partition, read piece by piece: the source's over the network, at the pace that is allowed, the mirror's from the
 * disk of this broker. A piece stays as it is until the next one of its side is read.
 *
 * <p>Confined to the link's verifying thread.
 */
final class PartitionLogs {

    private static final int SOURCE_PIECE_BYTES = 4 * 1024 * 1024;
    private static final int MIRROR_PIECE_BYTES = 1024 * 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Due due;
    private final SourceLog source;
    private final MirrorReader mirror;
    private final ByteRateLimit limit;
    private final Time time;
    private final ByteBuffer buffer = ByteBuffer.allocate(MIRROR_PIECE_BYTES);
    private @Nullable ByteBuffer secondBuffer;
    private long sourceBytes;

    PartitionLogs(Due due, SourceLog source, MirrorReader mirror, ByteRateLimit limit, Time time) {
        this.due = due;
        this.source = source;
        this.mirror = mirror;
        this.limit = limit;
        this.time = time;
    }

    /** What came of a read. */
    enum Found {
        BYTES,
        /** Nothing is there, or nothing was given. */
        NOTHING,
        /** The source's quotas hold back what is there; its connection waits by itself. */
        HELD_BACK,
        /** The log begins above the offset by now, or ends below it. */
        OUT_OF_RANGE,
        /** This broker does not lead the mirror partition any more. */
        NOT_LEADING
    }

    /** @param highWatermark exclusive; -1 when not told */
    record Piece(Found found, ByteBuffer bytes, long highWatermark) {
        static Piece without(Found found) {
            return new Piece(found, NOTHING, -1);
        }
    }

    /** What can be compared, by what both logs hold now. */
    record Range(long logStartOffset, long endOffset, boolean compacted) {}

    /** Empty if this broker does not lead the mirror partition any more. */
    Optional<Range> range() throws SourceException {
        // The mirror's end comes after the source's, since it follows: the other way round there would be less to
        // compare.
        SourceLog.Extent there = source.extent(due.assignment().source());
        boolean compactedThere = source.isCompacted(due.assignment().source());
        return mirror.extent(due.assignment())
                .map(here -> new Range(
                        Math.max(due.startOffset(), Math.max(here.logStartOffset(), there.logStartOffset())),
                        Math.min(there.highWatermark(), mirroredEnd(here)),
                        here.compacted() || compactedThere));
    }

    /** Where one of the logs ends now, exclusive; -1 if this broker does not lead the mirror partition any more. */
    long endOffset(Side side) throws SourceException {
        return side == Side.SOURCE
                ? source.extent(due.assignment().source()).highWatermark()
                : mirror.extent(due.assignment())
                        .map(MirrorReader.Extent::highWatermark)
                        .orElse(-1L);
    }

    /** For how long nothing may be read of the source, in milliseconds. */
    long delayMs() {
        return limit.delayMs(time.milliseconds());
    }

    Piece read(Side side, long offset) throws SourceException {
        return side == Side.SOURCE ? readSource(offset) : readMirror(offset, buffer);
    }

    /** That were read of the source so far. */
    long sourceBytes() {
        return sourceBytes;
    }

    private Piece readSource(long offset) throws SourceException {
        SourceLog.Read read;
        try {
            read = source.read(due.assignment().source(), offset, limit.slice(SOURCE_PIECE_BYTES));
        } catch (SourceException e) {
            if (e.failure().code() == FailureCode.GAP) {
                return Piece.without(Found.OUT_OF_RANGE);
            }
            throw e;
        }
        int bytes = read.records().remaining();
        sourceBytes += bytes;
        limit.took(bytes, time.milliseconds());
        Found without = read.throttled() ? Found.HELD_BACK : Found.NOTHING;
        return new Piece(bytes > 0 ? Found.BYTES : without, read.records(), read.highWatermark());
    }

    /** As {@link #read} of the mirror; the last piece that it gave stays as it is. */
    Piece readMirrorAgain(long offset) {
        ByteBuffer own = secondBuffer == null ? ByteBuffer.allocate(MIRROR_PIECE_BYTES) : secondBuffer;
        secondBuffer = own;
        return readMirror(offset, own);
    }

    private Piece readMirror(long offset, ByteBuffer into) {
        try {
            Optional<MirrorReader.Extent> extent = mirror.extent(due.assignment());
            Optional<ByteBuffer> read = mirror.read(due.assignment(), offset, into);
            if (extent.isEmpty() || read.isEmpty()) {
                return Piece.without(Found.NOT_LEADING);
            }
            return new Piece(
                    read.get().hasRemaining() ? Found.BYTES : Found.NOTHING,
                    read.get(),
                    extent.get().highWatermark());
        } catch (OffsetOutOfRangeException e) {
            return Piece.without(Found.OUT_OF_RANGE);
        }
    }

    /** What was written here after the topic became writable is not of the source. */
    private long mirroredEnd(MirrorReader.Extent extent) {
        Long last = due.lastMirroredOffset();
        return last == null ? extent.highWatermark() : Math.min(last, extent.highWatermark());
    }
}
