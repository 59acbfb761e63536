/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.verify;

import io.hawser.batch.ProducerIdSpace;
import io.hawser.source.LogRecords;
import io.hawser.status.VerificationDifference;
import io.hawser.status.VerificationDifference.Kind;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Compares a range of a source's log with the same range of its mirror's, in whatever pieces the two are read.
 *
 * <pre>
 *   while ((need = comparison.compare()) != Need.NOTHING) {
 *       comparison.offer(need.side(), read(need.side(), comparison.wantedOffset(need.side())));
 *   }
 *   comparison.difference();   // null: equal, unless something waits
 * </pre>
 *
 * <p>The law: nothing within the range is passed over in silence. It is equal only if each batch of either side that touches the range
 * was seen and met its counterpart, or the rule of compacted logs excuses that it has none.
 *
 * <p>Each byte is handed in once, but for a batch that a piece cuts. Holds the last piece of each side. Confined to one thread.
 */
public final class LogComparison {

    /** One in so many keys may be doubtful before the mirror's log is read again for them. */
    private static final int DOUBTFUL_SHARE = 4;

    /** How many keys may wait for a later record at one time: about 40 MB. */
    public static final int KEY_LIMIT = 250_000;

    private final ComparisonRule rule;
    private final int doubtfulLimit;
    private final Cursor source;
    private final Cursor mirror;
    private @Nullable VerificationDifference difference;

    /** What is lacking to go on. */
    public enum Need {
        SOURCE,
        MIRROR,
        /** The mirror's log again, from where the range begins to {@link LogComparison#doubtfulEndOffset}. */
        MIRROR_AGAIN,
        /** Done, one way or the other. */
        NOTHING;

        /** @throws IllegalStateException for {@link #MIRROR_AGAIN} and {@link #NOTHING} */
        public Side side() {
            return switch (this) {
                case SOURCE -> Side.SOURCE;
                case MIRROR -> Side.MIRROR;
                case MIRROR_AGAIN, NOTHING -> throw new IllegalStateException("nothing is lacking");
            };
        }
    }

    private LogComparison(ComparisonRule rule, int keyLimit, long fromOffset, long endOffset) {
        this.rule = rule;
        this.doubtfulLimit = Math.max(1, keyLimit / DOUBTFUL_SHARE);
        this.source = new Cursor(Side.SOURCE, fromOffset, endOffset);
        this.mirror = new Cursor(Side.MIRROR, fromOffset, endOffset);
    }

    /**
     * Of logs of which neither side drops anything but at the beginning.
     *
     * @param fromOffset not below where either log begins
     * @param endOffset exclusive; not above either high watermark
     */
    public static LogComparison ofBatches(
            ProducerIdSpace source, ProducerIdSpace destination, long fromOffset, long endOffset) {
        return new LogComparison(new ExactRule(new BatchPairs(source, destination)), KEY_LIMIT, fromOffset, endOffset);
    }

    /** As {@link #ofBatches}, of logs that either side compacts. */
    public static LogComparison ofSurvivors(
            ProducerIdSpace source,
            ProducerIdSpace destination,
            LogRecords.Reader reader,
            int keyLimit,
            long fromOffset,
            long endOffset) {
        return new LogComparison(
                new SurvivorRule(new BatchPairs(source, destination), reader, keyLimit),
                keyLimit,
                fromOffset,
                endOffset);
    }

    /**
     * Compares as far as both sides have been read.
     *
     * @return the side of which more has to be read, from {@link #wantedOffset} on
     */
    public Need compare() {
        while (difference == null && !rule.isOverLimit()) {
            if (source.damage() != null || mirror.damage() != null) {
                difference = source.damage() != null ? source.damage() : mirror.damage();
            } else if (doubtfulEndOffset() > 0) {
                return Need.MIRROR_AGAIN;
            } else if (source.needsBytes()) {
                return Need.SOURCE;
            } else if (mirror.needsBytes()) {
                return Need.MIRROR;
            } else if (source.isAtEnd() && mirror.isAtEnd()) {
                return Need.NOTHING;
            } else {
                difference = next();
            }
        }
        return Need.NOTHING;
    }

    /**
     * Hands in what was read of a side from {@link #wantedOffset} on: whole batches, and perhaps a part of one more; the first may begin
     * before that offset. The bytes are this comparison's to change until it needs more of that side.
     */
    public void offer(Side side, ByteBuffer records) {
        cursor(side).offer(records);
    }

    /** Tells that a side, read from {@link #wantedOffset} on, holds nothing before an offset. */
    public void nothingBefore(Side side, long offset) {
        cursor(side).nothingBefore(offset);
    }

    /**
     * Leaves out what one of the sides has deleted at its beginning meanwhile.
     *
     * @param logStart where the later of the two logs begins
     * @return how many offsets are not compared for it
     */
    public long skipTo(long logStart) {
        long before = nextOffset();
        source.skipTo(logStart);
        mirror.skipTo(logStart);
        return Math.max(0, logStart - before);
    }

    public long wantedOffset(Side side) {
        return cursor(side).nextOffset();
    }

    /** From where another comparison has to begin that shall come to the same result. */
    public long resumeOffset() {
        return rule.resumeOffset(nextOffset());
    }

    /** The first one; null if there is none so far. */
    public @Nullable VerificationDifference difference() {
        return difference;
    }

    /** Whether it cannot be told, since too many keys waited for a later record at one time. */
    public boolean isOverLimit() {
        return rule.isOverLimit();
    }

    /**
     * Whether a side lacks something that its cleaner may have removed for a record behind the range. Then what either side holds
     * there, up to where it ends now, goes to {@link #seeLater} before {@link #conclude}.
     */
    public boolean waits() {
        return difference == null && rule.waits();
    }

    /**
     * How far the mirror's log has to be read again, for {@link #seeEarlier} and then {@link #settleDoubts}: a tombstone that only one side
     * has means nothing if its key was deleted before, and much if it lives on the other side.
     *
     * @return exclusive; 0 if it does not have to be, yet or at all
     */
    public long doubtfulEndOffset() {
        boolean atEnd = source.isAtEnd() && mirror.isAtEnd();
        return rule.doubtfulEndOffset(atEnd ? 1 : doubtfulLimit);
    }

    /** @return the offset behind the last whole batch in {@code records}; -1 if there is none */
    public long seeEarlier(ByteBuffer records) {
        return rule.seeEarlier(records);
    }

    /** The mirror's log has been read again, as far as it had to be. */
    public void settleDoubts() {
        rule.settleDoubts();
    }

    /** @return the offset behind the last whole batch in {@code records}; -1 if there is none */
    public long seeLater(Side side, ByteBuffer records) {
        return rule.seeLater(side, records);
    }

    /**
     * Takes what still waits for a difference.
     *
     * @param logStart where the later of the two logs begins now
     */
    public void conclude(long logStart) {
        if (difference == null) {
            difference = rule.conclude(logStart);
        }
    }

    private @Nullable VerificationDifference next() {
        if (!mirror.hasBatch()) {
            return alone(source);
        }
        if (!source.hasBatch()) {
            return alone(mirror);
        }
        if (source.baseOffset() == mirror.baseOffset()) {
            VerificationDifference found = rule.both(source, mirror);
            if (found == null) {
                source.consume();
                mirror.consume();
            }
            return found;
        }
        Cursor first = source.baseOffset() < mirror.baseOffset() ? source : mirror;
        Cursor second = first == source ? mirror : source;
        if (second.baseOffset() <= first.lastOffset()) {
            return new VerificationDifference(
                    Kind.BATCH,
                    first.baseOffset(),
                    first.lastOffset(),
                    "baseOffset",
                    null,
                    null,
                    source.isIntact(),
                    mirror.isIntact(),
                    null);
        }
        return alone(first);
    }

    private @Nullable VerificationDifference alone(Cursor only) {
        VerificationDifference found = rule.alone(only);
        if (found == null) {
            only.consume();
        }
        return found;
    }

    /** A batch that differs is not passed. */
    private long nextOffset() {
        return Math.min(source.nextOffset(), mirror.nextOffset());
    }

    private Cursor cursor(Side side) {
        return side == Side.SOURCE ? source : mirror;
    }
}
