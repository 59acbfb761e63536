/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.verify;

import io.hawser.status.VerificationDifference;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What two logs may differ in. Asked in the order of the offsets. Confined to the thread that compares. */
interface ComparisonRule {

    /** Both sides have a batch that begins at the same offset; the bytes are the rule's to change. */
    @Nullable
    VerificationDifference both(Cursor source, Cursor mirror);

    /** One side has a batch, and the other has none that touches its offsets. */
    @Nullable
    VerificationDifference alone(Cursor only);

    /** Whether something that only one side has may be excused by what comes later. */
    boolean waits();

    /** Whether more waits than there is memory for. */
    boolean isOverLimit();

    /**
     * From where a comparison has to be begun again that shall come to the same result, knowing nothing of this one.
     *
     * @param nextOffset the first that has not been compared
     */
    long resumeOffset(long nextOffset);

    /**
     * How far the mirror's own log has to be read again before it is known what the other side's lack of a tombstone means.
     *
     * @param enough how many of these there have to be, that it is worth while
     * @return exclusive; 0 if there are fewer
     */
    long doubtfulEndOffset(int enough);

    /**
     * Looks for what decides about lone tombstones.
     *
     * @param read of the mirror, whole batches and perhaps a part of one more
     * @return the offset behind the last whole batch; -1 if there is none
     */
    long seeEarlier(ByteBuffer read);

    /** All before {@link #doubtfulEndOffset} has been seen. */
    void settleDoubts();

    /**
     * Looks for excuses behind the end of the range.
     *
     * @param read of that side, whole batches and perhaps a part of one more
     * @return the offset behind the last whole batch; -1 if there is none
     */
    long seeLater(Side side, ByteBuffer read);

    /**
     * The first of what is not excused.
     *
     * @param logStart what lies before it, one of the sides has deleted
     */
    @Nullable
    VerificationDifference conclude(long logStart);
}
