/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.verify;

import io.hawser.batch.BatchHeader;
import io.hawser.batch.BatchMismatch;
import io.hawser.batch.BatchRewriter;
import io.hawser.batch.BatchStep;
import io.hawser.batch.BatchWalk;
import io.hawser.source.LogRecord;
import io.hawser.source.LogRecords;
import io.hawser.status.VerificationDifference;
import io.hawser.status.VerificationDifference.Kind;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What two cleaners have left of the same log, each in its own time. A record that both sides have must be the same one; for
 * what only one has, {@link WaitingKeys} says what must hold. Transaction markers and records without a key a cleaner may remove.
 *
 * <p>Batches that are equal byte by byte are not decompressed, unless a key waits. Confined to the thread that compares.
 */
final class SurvivorRule implements ComparisonRule {

    private static final String NOT_INTACT = "the batch does not fit its checksum";

    private final BatchPairs pairs;
    private final LogRecords.Reader reader;
    private final WaitingKeys keys;

    /** @param keyLimit how many keys may wait for a later record at one time */
    SurvivorRule(BatchPairs pairs, LogRecords.Reader reader, int keyLimit) {
        this.pairs = pairs;
        this.reader = reader;
        this.keys = new WaitingKeys(keyLimit);
    }

    @Override
    public @Nullable VerificationDifference both(Cursor source, Cursor mirror) {
        Optional<BatchMismatch> mismatch = pairs.mismatch(source, mirror);
        if (mismatch.isEmpty()) {
            if (!keys.isEmpty() && !isControl(source)) {
                each(source.batch(), (key, record) -> keys.onBoth(key));
            }
            return null;
        }
        Optional<BatchMismatch> ofBatch = BatchMismatch.betweenCompacted(
                source.records(), source.position(), mirror.records(), mirror.position());
        if (ofBatch.isPresent() || !source.isIntact() || !mirror.isIntact()) {
            return pairs.difference(source, mirror, ofBatch.orElse(mismatch.get()));
        }
        return records(source, mirror);
    }

    @Override
    public @Nullable VerificationDifference alone(Cursor only) {
        if (!only.isIntact()) {
            return VerificationDifference.of(
                    only.side().unreadable(), only.baseOffset(), only.baseOffset(), NOT_INTACT);
        }
        if (!isControl(only)) {
            each(only.batch(), (key, record) -> alone(only.side(), record));
        }
        return null;
    }

    @Override
    public boolean waits() {
        return !keys.isEmpty();
    }

    @Override
    public boolean isOverLimit() {
        return keys.isOverLimit();
    }

    @Override
    public long resumeOffset(long nextOffset) {
        return keys.oldestOffset(nextOffset);
    }

    @Override
    public long doubtfulEndOffset(int enough) {
        return keys.doubtful() < enough ? 0 : keys.doubtfulEndOffset();
    }

    @Override
    public long seeEarlier(ByteBuffer read) {
        return see(read, (key, record) -> keys.earlierOnMirror(key, record.offset(), record.value() == null));
    }

    @Override
    public void settleDoubts() {
        keys.settleDoubts();
    }

    @Override
    public long seeLater(Side side, ByteBuffer read) {
        return see(read, (key, record) -> keys.laterOn(side, key, record.value() == null));
    }

    private long see(ByteBuffer read, BiConsumer<ByteBuffer, LogRecord> seen) {
        BatchWalk walk = new BatchWalk();
        walk.start(read);
        while (walk.next() == BatchStep.BATCH) {
            if (!BatchHeader.isControl(read, walk.position()) && BatchRewriter.isIntact(read, walk.position())) {
                each(read.slice(walk.position(), walk.sizeInBytes()), seen);
            }
        }
        return walk.lastOffset() < 0 ? -1 : walk.lastOffset() + 1;
    }

    private void each(ByteBuffer batch, BiConsumer<ByteBuffer, LogRecord> seen) {
        try (LogRecords records = reader.open(batch)) {
            for (LogRecord record = records.next(); record != null; record = records.next()) {
                if (record.key() != null) {
                    seen.accept(record.key(), record);
                }
            }
        }
    }

    @Override
    public @Nullable VerificationDifference conclude(long logStart) {
        return keys.firstLacked(logStart);
    }

    /** Two batches with the same offsets, of which each may lack some records. */
    private @Nullable VerificationDifference records(Cursor source, Cursor mirror) {
        boolean control = isControl(source);
        try (LogRecords ofSource = reader.open(source.batch());
                LogRecords ofMirror = reader.open(mirror.batch())) {
            LogRecord one = ofSource.next();
            LogRecord other = ofMirror.next();
            while (one != null || other != null) {
                if (other == null || (one != null && one.offset() < other.offset())) {
                    alone(Side.SOURCE, one, control);
                    one = ofSource.next();
                } else if (one == null || other.offset() < one.offset()) {
                    alone(Side.MIRROR, other, control);
                    other = ofMirror.next();
                } else if (!one.equals(other)) {
                    return VerificationDifference.of(Kind.RECORD, one.offset(), one.offset(), null);
                } else {
                    if (!control && one.key() != null) {
                        keys.onBoth(one.key());
                    }
                    one = ofSource.next();
                    other = ofMirror.next();
                }
            }
        }
        return null;
    }

    private void alone(Side side, @Nullable LogRecord record, boolean control) {
        if (!control && record != null) {
            alone(side, record);
        }
    }

    private void alone(Side side, LogRecord record) {
        if (record.key() != null) {
            keys.onlyOn(side, record.key(), record.offset(), record.value() == null);
        }
    }

    private static boolean isControl(Cursor cursor) {
        return BatchHeader.isControl(cursor.records(), cursor.position());
    }
}
