/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.verify;

import io.hawser.status.VerificationDifference;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keys of which the two sides do not have the same last record, as far as they have been read.
 *
 * <p>The law: two compacted logs are equal if each key's last record is the same one on both, or is a tombstone or nothing on both;
 * what comes before it, and the tombstone, a cleaner may take away at any time. A key is kept here only while that does not hold.
 *
 * <p>Takes about 150 bytes for each key. Confined to the thread that compares.
 */
final class WaitingKeys {

    private static final long NOT_LIVE = -1;

    private final int limit;
    private boolean overLimit;

    /** In the order of {@link Waiting#sinceOffset}. */
    private final Map<KeyHash, Waiting> keys = new LinkedHashMap<>();

    /** The last record of a key on each side, or none. */
    private static final class Waiting {
        final long sinceOffset;
        long sourceOffset = NOT_LIVE;
        long mirrorOffset = NOT_LIVE;

        Waiting(long sinceOffset) {
            this.sinceOffset = sinceOffset;
        }

        void last(Side side, long offset) {
            if (side == Side.SOURCE) {
                sourceOffset = offset;
            } else {
                mirrorOffset = offset;
            }
        }

        boolean isNowhereLive() {
            return sourceOffset == NOT_LIVE && mirrorOffset == NOT_LIVE;
        }

        /** The later one of the two, which is what the other side lacks. */
        long lackedOffset() {
            return Math.max(sourceOffset, mirrorOffset);
        }

        Side having() {
            return sourceOffset > mirrorOffset ? Side.SOURCE : Side.MIRROR;
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

    /** The offset of the oldest record that something is still wanted for; {@code otherwise} if nothing waits. */
    long oldestOffset(long otherwise) {
        return keys.isEmpty() ? otherwise : keys.values().iterator().next().sinceOffset;
    }

    /** A record that both sides have. */
    void onBoth(ByteBuffer key) {
        if (!keys.isEmpty()) {
            keys.remove(KeyHash.of(key));
        }
    }

    /** A record that only one side has. */
    void onlyOn(Side side, ByteBuffer key, long offset, boolean tombstone) {
        if (tombstone && keys.isEmpty()) {
            return;
        }
        KeyHash hash = KeyHash.of(key);
        Waiting waiting = keys.get(hash);
        if (waiting == null) {
            if (tombstone) {
                return;
            }
            if (keys.size() >= limit) {
                overLimit = true;
                return;
            }
            waiting = new Waiting(offset);
            keys.put(hash, waiting);
        }
        waiting.last(side, tombstone ? NOT_LIVE : offset);
        if (waiting.isNowhereLive()) {
            keys.remove(hash);
        }
    }

    /**
     * A record behind all that is compared. The cleaner of its side may have removed the one before for it; and for a tombstone that of
     * the other side may have removed both.
     */
    void laterOn(Side side, ByteBuffer key, boolean tombstone) {
        KeyHash hash = KeyHash.of(key);
        Waiting waiting = keys.get(hash);
        if (waiting != null && (tombstone || waiting.having() != side)) {
            keys.remove(hash);
        }
    }

    /** The first record that a side lacks, of those that neither has deleted at its beginning. */
    @Nullable
    VerificationDifference firstLacked(long logStart) {
        return keys.values().stream()
                .filter(waiting -> waiting.lackedOffset() >= logStart)
                .min(Comparator.comparingLong(Waiting::lackedOffset))
                .map(waiting -> VerificationDifference.of(
                        waiting.having().alone(),
                        waiting.lackedOffset(),
                        waiting.lackedOffset(),
                        "no later record of its key is there, so no cleaner has taken it away"))
                .orElse(null);
    }
}
