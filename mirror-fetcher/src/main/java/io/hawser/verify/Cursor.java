/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.verify;

import io.hawser.batch.BatchRewriter;
import io.hawser.batch.BatchStep;
import io.hawser.batch.BatchWalk;
import io.hawser.status.VerificationDifference;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A place in one side's log: before a whole batch that has been read, before something that has not been read yet, or at the end.
 *
 * <p>Confined to the thread that compares.
 */
final class Cursor {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Side side;
    private final long endOffset;
    private final BatchWalk walk = new BatchWalk();
    private ByteBuffer records = NOTHING;
    private boolean hasBatch;
    private long nextOffset;
    private @Nullable String damage;

    /** @param endOffset exclusive; a batch that begins there or behind is not looked at */
    Cursor(Side side, long fromOffset, long endOffset) {
        this.side = side;
        this.nextOffset = fromOffset;
        this.endOffset = endOffset;
    }

    Side side() {
        return side;
    }

    /** Goes on in bytes that were read from {@link #nextOffset} on; the first batch may begin before it. */
    void offer(ByteBuffer read) {
        records = read;
        walk.start(read);
        advance();
    }

    /** Nothing lies between here and that offset. */
    void nothingBefore(long offset) {
        if (!hasBatch) {
            nextOffset = Math.max(nextOffset, offset);
        }
    }

    /** Passes over what ends before an offset. */
    void skipTo(long offset) {
        nextOffset = Math.max(nextOffset, offset);
        if (hasBatch && walk.lastOffset() < nextOffset) {
            advance();
        }
    }

    /** Passes over the batch. */
    void consume() {
        nextOffset = walk.lastOffset() + 1;
        advance();
    }

    private void advance() {
        hasBatch = false;
        if (nextOffset >= endOffset) {
            return;
        }
        while (walk.next() == BatchStep.BATCH) {
            if (walk.baseOffset() >= endOffset) {
                nextOffset = Math.max(nextOffset, endOffset);
                return;
            }
            if (walk.lastOffset() >= nextOffset) {
                hasBatch = true;
                return;
            }
        }
        if (!walk.step().isNormalEnd()) {
            damage = walk.describe();
        }
    }

    boolean hasBatch() {
        return hasBatch;
    }

    boolean isAtEnd() {
        return !hasBatch && nextOffset >= endOffset;
    }

    /** Whether more has to be read before it can be told what comes next. */
    boolean needsBytes() {
        return !hasBatch && !isAtEnd() && damage == null;
    }

    /** What is wrong with the bytes from {@link #nextOffset} on; null if nothing is. */
    @Nullable
    VerificationDifference damage() {
        return damage == null ? null : VerificationDifference.of(side.unreadable(), nextOffset, nextOffset, damage);
    }

    /** The first offset of which it is not known what comes after the batches that were passed. */
    long nextOffset() {
        return nextOffset;
    }

    /** Of the batch, like all that follows. */
    long baseOffset() {
        return walk.baseOffset();
    }

    /** Inclusive. */
    long lastOffset() {
        return walk.lastOffset();
    }

    ByteBuffer records() {
        return records;
    }

    int position() {
        return walk.position();
    }

    int sizeInBytes() {
        return walk.sizeInBytes();
    }

    ByteBuffer batch() {
        return records.slice(walk.position(), walk.sizeInBytes());
    }

    boolean isIntact() {
        return BatchRewriter.isIntact(records, walk.position());
    }
}
