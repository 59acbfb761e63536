/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.verify;

import io.hawser.status.VerificationDifference;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The same batches, byte by byte, on both sides. Nothing is decompressed. Confined to the thread that compares. */
final class ExactRule implements ComparisonRule {

    private final BatchPairs pairs;

    ExactRule(BatchPairs pairs) {
        this.pairs = pairs;
    }

    @Override
    public @Nullable VerificationDifference both(Cursor source, Cursor mirror) {
        return pairs.mismatch(source, mirror)
                .map(mismatch -> pairs.difference(source, mirror, mismatch))
                .orElse(null);
    }

    @Override
    public VerificationDifference alone(Cursor only) {
        return VerificationDifference.of(only.side().alone(), only.baseOffset(), only.lastOffset(), null);
    }

    @Override
    public boolean waits() {
        return false;
    }

    @Override
    public boolean isOverLimit() {
        return false;
    }

    @Override
    public long resumeOffset(long nextOffset) {
        return nextOffset;
    }

    @Override
    public long doubtfulEndOffset(int enough) {
        return 0;
    }

    @Override
    public long seeEarlier(ByteBuffer read) {
        throw new IllegalStateException("Whole batches are compared: nothing is doubtful");
    }

    @Override
    public void settleDoubts() {
        // There are none.
    }

    @Override
    public long seeLater(Side side, ByteBuffer read) {
        throw new IllegalStateException("Whole batches are compared: nothing later excuses that one is missing");
    }

    @Override
    public @Nullable VerificationDifference conclude(long logStart) {
        return null;
    }
}
