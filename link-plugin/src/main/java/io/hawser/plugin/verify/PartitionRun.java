/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.verify;

import io.hawser.batch.ProducerIdSpace;
import io.hawser.plugin.verify.PartitionLogs.Found;
import io.hawser.plugin.verify.PartitionLogs.Piece;
import io.hawser.plugin.verify.PartitionLogs.Range;
import io.hawser.source.SourceException;
import io.hawser.source.kafka.KafkaLogRecords;
import io.hawser.status.VerificationDifference;
import io.hawser.verify.LogComparison;
import io.hawser.verify.LogComparison.Need;
import io.hawser.verify.Side;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One partition's comparison, a read at a time.
 *
 * <p>Confined to the link's verifying thread.
 */
final class PartitionRun {

    private static final long SHORT_WAIT_MS = 500;
    private static final long EMPTY_WAIT_MS = 100;

    /** So often nothing was there, though there is something behind: then nothing is. */
    private static final int EMPTY_LIMIT = 20;

    /** A new leader may not know at once how far it may show its log; after that long it does not have more. */
    private static final int SHORT_LIMIT = 60;

    private final PartitionLogs logs;
    private final LogComparison comparison;
    private final long startOffset;
    private final long endOffset;
    private Phase phase = Phase.COMPARING;
    private long deletedOffsets;
    private @Nullable Side lastSide;
    private long lastOffset = -1;
    private int repeated;
    private long earlierOffset;
    private long laterOffset;
    private long laterEndOffset;

    /** What it is doing; all but the first three are ends. */
    enum Phase {
        COMPARING,
        /** Only of compacted logs: reading the mirror again for what decides about lone tombstones; then it goes on. */
        LOOKING_EARLIER,
        /** Only of compacted logs: looking behind the range, on one side and then on the other, for what excuses gaps within it. */
        LOOKING_LATER,
        EQUAL,
        DIFFERENT,
        /** More keys wait than there is memory for. */
        TOO_MANY_KEYS,
        /** A log has become shorter than the range: it has to begin anew. */
        SHORTENED,
        /** This broker does not lead the partition any more. */
        NOT_LEADING;

        boolean isEnd() {
            return this != COMPARING && this != LOOKING_EARLIER && this != LOOKING_LATER;
        }
    }

    /**
     * @param fromOffset the first that has not been compared
     * @param range the end of which is the one that was fixed when the comparison began
     */
    PartitionRun(
            PartitionLogs logs, ProducerIdSpace source, ProducerIdSpace destination, long fromOffset, Range range) {
        this.logs = logs;
        this.startOffset = range.logStartOffset();
        this.endOffset = range.endOffset();
        long from = Math.min(fromOffset, endOffset);
        this.comparison = range.compacted()
                ? LogComparison.ofSurvivors(
                        source, destination, KafkaLogRecords::open, LogComparison.KEY_LIMIT, from, endOffset)
                : LogComparison.ofBatches(source, destination, from, endOffset);
        passOver(range.logStartOffset());
    }

    /**
     * Reads a piece and compares it.
     *
     * @return for how long to wait before the next step, in milliseconds
     */
    long step() throws SourceException {
        if (phase == Phase.LOOKING_LATER) {
            return lookLater();
        }
        if (phase == Phase.LOOKING_EARLIER) {
            return lookEarlier();
        }
        Need need = comparison.compare();
        if (need == Need.MIRROR_AGAIN) {
            phase = Phase.LOOKING_EARLIER;
            earlierOffset = startOffset;
            return 0;
        }
        if (need == Need.NOTHING) {
            return compared();
        }
        Side side = need.side();
        long delayMs = side == Side.SOURCE ? logs.delayMs() : 0;
        if (delayMs > 0) {
            return delayMs;
        }
        long offset = comparison.wantedOffset(side);
        repeated = side == lastSide && offset == lastOffset ? repeated + 1 : 0;
        lastSide = side;
        lastOffset = offset;
        Piece piece = logs.read(side, offset);
        return switch (piece.found()) {
            case BYTES -> taken(side, piece);
            case NOTHING -> nothing(side, piece.highWatermark());
            case HELD_BACK -> heldBack();
            case OUT_OF_RANGE -> outOfRange(side, offset);
            case NOT_LEADING -> end(Phase.NOT_LEADING);
        };
    }

    Phase phase() {
        return phase;
    }

    /** From where another leader has to go on. */
    long resumeOffset() {
        return Math.min(comparison.resumeOffset(), endOffset);
    }

    long deletedOffsets() {
        return deletedOffsets;
    }

    long sourceBytes() {
        return logs.sourceBytes();
    }

    @Nullable
    VerificationDifference difference() {
        return comparison.difference();
    }

    /** What was read at the same place before has brought nothing on. */
    private long taken(Side side, Piece piece) throws SourceException {
        if (repeated >= EMPTY_LIMIT) {
            return nothing(side, piece.highWatermark());
        }
        comparison.offer(side, piece.bytes());
        return 0;
    }

    private long heldBack() {
        repeated = 0;
        lastSide = null;
        return EMPTY_WAIT_MS;
    }

    private long nothing(Side side, long highWatermark) throws SourceException {
        long end = highWatermark < 0 ? logs.endOffset(side) : highWatermark;
        if (end < endOffset) {
            return repeated >= SHORT_LIMIT ? end(Phase.SHORTENED) : SHORT_WAIT_MS;
        }
        if (repeated >= EMPTY_LIMIT) {
            comparison.nothingBefore(side, endOffset);
            return 0;
        }
        return EMPTY_WAIT_MS;
    }

    private long outOfRange(Side side, long offset) throws SourceException {
        Optional<Range> range = logs.range();
        if (range.isEmpty()) {
            return end(Phase.NOT_LEADING);
        }
        if (range.get().logStartOffset() > offset) {
            passOver(range.get().logStartOffset());
            return 0;
        }
        return nothing(side, logs.endOffset(side));
    }

    private void passOver(long logStart) {
        deletedOffsets += comparison.skipTo(Math.min(logStart, endOffset));
    }

    private long lookEarlier() throws SourceException {
        Piece piece = earlierOffset < comparison.doubtfulEndOffset()
                ? logs.readMirrorAgain(earlierOffset)
                : Piece.without(Found.NOTHING);
        if (piece.found() == Found.NOT_LEADING) {
            return end(Phase.NOT_LEADING);
        }
        if (piece.found() == Found.OUT_OF_RANGE) {
            long logStart = logs.range().map(Range::logStartOffset).orElse(endOffset);
            earlierOffset = Math.max(earlierOffset + 1, logStart);
            return 0;
        }
        long behind = piece.found() == Found.BYTES ? comparison.seeEarlier(piece.bytes()) : -1;
        if (behind <= earlierOffset) {
            comparison.settleDoubts();
            phase = Phase.COMPARING;
        }
        earlierOffset = behind;
        return 0;
    }

    private long compared() throws SourceException {
        if (comparison.isOverLimit()) {
            return end(Phase.TOO_MANY_KEYS);
        }
        if (comparison.difference() != null) {
            return end(Phase.DIFFERENT);
        }
        if (!comparison.waits()) {
            return end(Phase.EQUAL);
        }
        phase = Phase.LOOKING_LATER;
        return lookLater(Side.SOURCE);
    }

    private long lookLater(Side side) throws SourceException {
        lastSide = side;
        repeated = 0;
        laterOffset = endOffset;
        laterEndOffset = logs.endOffset(side);
        return 0;
    }

    private long lookLater() throws SourceException {
        Side side = lastSide == null ? Side.SOURCE : lastSide;
        if (laterOffset >= laterEndOffset || !comparison.waits()) {
            return side == Side.SOURCE ? lookLater(Side.MIRROR) : conclude();
        }
        long delayMs = side == Side.SOURCE ? logs.delayMs() : 0;
        if (delayMs > 0) {
            return delayMs;
        }
        Piece piece = logs.read(side, laterOffset);
        if (piece.found() == Found.NOT_LEADING) {
            return end(Phase.NOT_LEADING);
        }
        if (piece.found() == Found.HELD_BACK) {
            return EMPTY_WAIT_MS;
        }
        long behind = piece.found() == Found.BYTES ? comparison.seeLater(side, piece.bytes()) : -1;
        repeated = behind > laterOffset ? 0 : repeated + 1;
        laterOffset = Math.max(laterOffset, behind);
        if (repeated >= EMPTY_LIMIT) {
            laterOffset = laterEndOffset;
        }
        return repeated == 0 ? 0 : EMPTY_WAIT_MS;
    }

    private long conclude() throws SourceException {
        Optional<Range> range = logs.range();
        if (range.isEmpty()) {
            return end(Phase.NOT_LEADING);
        }
        comparison.conclude(range.get().logStartOffset());
        return end(comparison.difference() == null ? Phase.EQUAL : Phase.DIFFERENT);
    }

    private long end(Phase how) {
        phase = how;
        return 0;
    }
}
