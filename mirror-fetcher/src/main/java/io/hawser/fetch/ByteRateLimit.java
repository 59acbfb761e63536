/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import org.jspecify.annotations.Nullable;

/**
 * How many bytes may arrive in a second. What arrives beyond is a debt that time pays off, and nothing is asked for meanwhile.
 *
 * <p>Law: within any t seconds at most rate * (t + 0.25) bytes arrive, and once what was on its way or comes as one batch. The part
 * of a batch at an answer's end, which is asked for again, counts too: it was on the wire.
 *
 * <p>Thread-safe; fetchers share it. A call takes no longer than a few arithmetic operations.
 */
public final class ByteRateLimit {

    /** A rate that bounds nothing. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private static final double SLICES_PER_SECOND = 4;
    private static final double MS_PER_SECOND = 1_000;
    private static final int SMALLEST_SLICE_BYTES = 16 * 1024;

    private final @Nullable ByteRateLimit outer;
    private long bytesPerSecond;
    private double creditBytes;
    private long countedMs;
    private double throttledMs;

    /**
     * @param bytesPerSecond 1 or more, {@link #UNLIMITED} for no bound
     * @param outer counts the same bytes too; null if there is none
     */
    public ByteRateLimit(long bytesPerSecond, @Nullable ByteRateLimit outer) {
        this.bytesPerSecond = bytesPerSecond;
        this.outer = outer;
    }

    /** Counts from now on by another rate; what was owed under the old one is forgiven. */
    public synchronized void change(long newBytesPerSecond) {
        if (newBytesPerSecond != bytesPerSecond) {
            bytesPerSecond = newBytesPerSecond;
            creditBytes = 0;
        }
    }

    /** For how many milliseconds in all the limit, or the outer one, has kept back what was to be had. */
    public double throttledMs(long nowMs) {
        return ownThrottledMs(nowMs) + (outer == null ? 0 : outer.throttledMs(nowMs));
    }

    /** The source asked to be left alone for that long (its quotas, KIP-219). */
    synchronized void throttledBySource(long millis) {
        throttledMs += millis;
    }

    boolean isUnlimited() {
        return ownRate() == UNLIMITED && (outer == null || outer.isUnlimited());
    }

    /** How long to ask for nothing, in milliseconds; 0 if something may be asked for now. */
    public long delayMs(long nowMs) {
        long outerMs = outer == null ? 0 : outer.delayMs(nowMs);
        return Math.max(outerMs, ownDelayMs(nowMs));
    }

    /** How much to ask for at once, so that the debt stays small: {@code bytes} or less, 1 or more. */
    public int slice(int bytes) {
        int own = (int) Math.min(bytes, Math.max(SMALLEST_SLICE_BYTES, ownRate() / SLICES_PER_SECOND));
        return outer == null ? own : outer.slice(own);
    }

    /** Counts what has arrived. */
    public void took(long bytes, long nowMs) {
        if (outer != null) {
            outer.took(bytes, nowMs);
        }
        synchronized (this) {
            payOff(nowMs);
            if (bytesPerSecond != UNLIMITED) {
                creditBytes -= bytes;
            }
        }
    }

    private synchronized long ownRate() {
        return bytesPerSecond;
    }

    private synchronized long ownDelayMs(long nowMs) {
        payOff(nowMs);
        return creditBytes >= 0 ? 0 : (long) Math.ceil(-creditBytes * MS_PER_SECOND / bytesPerSecond);
    }

    private synchronized double ownThrottledMs(long nowMs) {
        payOff(nowMs);
        return throttledMs;
    }

    private void payOff(long nowMs) {
        long elapsedMs = Math.max(0, nowMs - countedMs);
        countedMs = nowMs;
        if (bytesPerSecond == UNLIMITED) {
            creditBytes = 0;
            return;
        }
        double paid = (double) elapsedMs * bytesPerSecond / MS_PER_SECOND;
        if (creditBytes < 0) {
            throttledMs += Math.min((double) elapsedMs, -creditBytes * MS_PER_SECOND / bytesPerSecond);
        }
        creditBytes = Math.min(bytesPerSecond / SLICES_PER_SECOND, creditBytes + paid);
    }
}
