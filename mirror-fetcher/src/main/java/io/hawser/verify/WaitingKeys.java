/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.verify;

import io.hawser.status.VerificationDifference;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys of which the two sides may not have the same last record, as far as they have been read.
 *
 * <p>The law: two compacted logs are equal if each key's last record is the same one on both, or is a tombstone or nothing on both;
 * what comes before it, and the tombstone, a cleaner may take away at any time. A key is kept here only while that does not hold, or
 * is not known: a tombstone that only one side has means nothing if the key was deleted before, and much if it lives on the other
 * side. That the mirror's own log tells, read again up to there.
 *
 * <p>Takes about 160 bytes for each key. Confined to the thread that compares.
 */
final class WaitingKeys {

    private static final long NOTHING = -1;

    private final int limit;
    private boolean overLimit;
    private int doubtful;

    /** In the order of {@link Waiting#sinceOffset}. */
    private final Map<KeyHash, Waiting> keys = new LinkedHashMap<>();

    /** What only one side has of a key, the last on each. */
    private static final class Waiting {
        /** Before it both sides had the same last record of the key, or none. */
        final long sinceOffset;

        /** That last record; {@link #NOTHING} if there was none, or a tombstone, or it is not known. */
        long commonOffset = NOTHING;

        boolean commonIsKnown;
        long sourceOffset = NOTHING;
        boolean sourceIsLive;
        long mirrorOffset = NOTHING;
        boolean mirrorIsLive;

        Waiting(long sinceOffset) {
            this.sinceOffset = sinceOffset;
        }

        void last(Side side, long offset, boolean live) {
            if (side == Side.SOURCE) {
                sourceOffset = offset;
                sourceIsLive = live;
            } else {
                mirrorOffset = offset;
                mirrorIsLive = live;
            }
        }

        boolean isLive() {
            return sourceIsLive || mirrorIsLive;
        }

        boolean isDeletedOnBoth() {
            return !isLive() && sourceOffset != NOTHING && mirrorOffset != NOTHING;
        }

        /** One side has a tombstone, and the other what both had before, which is not known. */
        boolean isDoubtful() {
            return !isLive() && !isDeletedOnBoth() && !commonIsKnown;
        }

        /** The later one of the two, which is what the other side lacks. */
        long lackedOffset() {
            return Math.max(sourceOffset, mirrorOffset);
        }

        Side having() {
            return sourceOffset > mirrorOffset ? Side.SOURCE : Side.MIRROR;
        }

        String why() {
            return commonIsKnown
                    ? "it deletes a key that lives on there, since offset " + commonOffset
                    : "no later record of its key is there, so no cleaner has taken it away";
        }
    }

    /** @param limit of the keys that are kept, 1 or more */
    WaitingKeys(int limit) {
        this.limit = limit;
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** Whether a key has been left out since there were too many; what is concluded means nothing then. */
    boolean isOverLimit() {
        return overLimit;
    }

    /** Of the keys, those that the mirror's log before {@link #doubtfulEndOffset} decides about. */
    int doubtful() {
        return doubtful;
    }

    /** Exclusive; 0 if nothing is doubtful. */
    long doubtfulEndOffset() {
        return keys.values().stream()
                .filter(Waiting::isDoubtful)
                .mapToLong(waiting -> Math.max(1, waiting.sinceOffset))
                .max()
                .orElse(0);
    }

    /** The offset of the oldest record that something is still wanted for; {@code otherwise} if nothing waits. */
    long oldestOffset(long otherwise) {
        return keys.isEmpty() ? otherwise : keys.values().iterator().next().sinceOffset;
    }

    /** A record that both sides have. */
    void onBoth(ByteBuffer key) {
        if (!keys.isEmpty()) {
            remove(KeyHash.of(key));
        }
    }

    /** A record that only one side has. */
    void onlyOn(Side side, ByteBuffer key, long offset, boolean tombstone) {
        KeyHash hash = KeyHash.of(key);
        Waiting waiting = keys.get(hash);
        if (waiting == null) {
            if (keys.size() >= limit) {
                overLimit = true;
                return;
            }
            waiting = new Waiting(offset);
            keys.put(hash, waiting);
        } else if (waiting.isDoubtful()) {
            doubtful--;
        }
        waiting.last(side, offset, !tombstone);
        if (waiting.isDeletedOnBoth()) {
            keys.remove(hash);
        } else if (waiting.isDoubtful()) {
            doubtful++;
        }
    }

    /** A record of the mirror's log before {@link #doubtfulEndOffset}, in the order of the log. */
    void earlierOnMirror(ByteBuffer key, long offset, boolean tombstone) {
        Waiting waiting = keys.get(KeyHash.of(key));
        if (waiting != null && waiting.isDoubtful() && offset < waiting.sinceOffset) {
            waiting.commonOffset = tombstone ? NOTHING : offset;
        }
    }

    /** All of the mirror's log before {@link #doubtfulEndOffset} has been seen. */
    void settleDoubts() {
        keys.values().removeIf(waiting -> waiting.isDoubtful() && waiting.commonOffset == NOTHING);
        keys.values().stream().filter(Waiting::isDoubtful).forEach(waiting -> waiting.commonIsKnown = true);
        doubtful = 0;
    }

    /**
     * A record behind all that is compared. The cleaner of its side may have removed the one before for it; and for a tombstone that of
     * the other side may have removed both.
     */
    void laterOn(Side side, ByteBuffer key, boolean tombstone) {
        KeyHash hash = KeyHash.of(key);
        Waiting waiting = keys.get(hash);
        if (waiting != null && (tombstone || waiting.having() != side)) {
            remove(hash);
        }
    }

    /** The first record that a side lacks, of those that neither has deleted at its beginning. */
    @Nullable
    VerificationDifference firstLacked(long logStart) {
        return keys.values().stream()
                .filter(waiting -> waiting.lackedOffset() >= logStart)
                .filter(waiting -> !waiting.commonIsKnown || waiting.commonOffset >= logStart)
                .min(Comparator.comparingLong(Waiting::lackedOffset))
                .map(waiting -> VerificationDifference.of(
                        waiting.having().alone(), waiting.lackedOffset(), waiting.lackedOffset(), waiting.why()))
                .orElse(null);
    }

    private void remove(KeyHash hash) {
        Waiting removed = keys.remove(hash);
        if (removed != null && removed.isDoubtful()) {
            doubtful--;
        }
    }
}
