/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

/**
 * The first batch of a partition that is not to be taken yet. Only this is kept of it: its bytes are fetched when it is due.
 *
 * <p>Immutable.
 *
 * @param lastOffset inclusive
 * @param maxTimestampMs as its header has it; -1 when it has none
 * @param bornMs by what it is told how old it is: its own time, or when the source was first known to have it, if that is
 *     earlier, as it is for a batch that is stamped ahead of the clock
 * @param lookedMs when it was last fetched
 */
record HeldBatch(long lastOffset, long maxTimestampMs, long bornMs, long lookedMs) {

    static final long FOR_EVER = Long.MAX_VALUE;

    /** So that not each batch of a source that is written to all the time is fetched for itself once it is due. */
    private static final int LOOKS_PER_DELAY = 100;

    private static final long SHORTEST_PAUSE_MS = 20;
    private static final long LONGEST_PAUSE_MS = 1_000;

    /** When it is as old as it has to be; {@link #FOR_EVER} for one that is never taken. */
    long dueMs(HoldBack rule, int partition) {
        HoldBack.Stop stop = rule.stop();
        return stop != null && stop.isBefore(partition, this) ? FOR_EVER : bornMs + rule.delayMs();
    }

    /** When to fetch it: when it is due, but never right after it was looked at. */
    long fetchAtMs(HoldBack rule, int partition) {
        long pauseMs = Math.max(SHORTEST_PAUSE_MS, Math.min(LONGEST_PAUSE_MS, rule.delayMs() / LOOKS_PER_DELAY));
        return Math.max(dueMs(rule, partition), lookedMs + pauseMs);
    }
}
