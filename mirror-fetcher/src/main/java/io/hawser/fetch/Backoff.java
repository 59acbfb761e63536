/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import java.util.random.RandomGenerator;

/**
 * How long to wait after failures in a row: doubling, capped, with full jitter above the base, so that many that failed
 * together do not come back together.
 *
 * <p>Confined to the thread that owns the generator.
 */
final class Backoff {

    private static final int MAX_DOUBLINGS = 16;

    private final long baseMs;
    private final long capMs;
    private final RandomGenerator random;

    Backoff(long baseMs, long capMs, RandomGenerator random) {
        this.baseMs = Math.max(1, baseMs);
        this.capMs = Math.max(this.baseMs, capMs);
        this.random = random;
    }

    /** @param failuresBefore 0 for the first failure in a row */
    long delayMs(int failuresBefore) {
        long ceilingMs = Math.min(capMs, baseMs << Math.min(failuresBefore, MAX_DOUBLINGS));
        return baseMs + (ceilingMs > baseMs ? random.nextLong(ceilingMs - baseMs + 1) : 0);
    }
}
