/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Since when the source is known to hold what the mirror does not have yet: bounds how long a batch is held back whose
 * timestamp lies ahead of the clock.
 *
 * <p>Law: what was seen is never taken for younger than it is by more than a sixteenth of the delay; so the sightings that are
 * kept are few.
 *
 * <p>Confined to one fetcher thread at a time, with a hand-over between them.
 */
final class Sightings {

    private static final int PER_DELAY = 16;
    private static final long CLOSEST_MS = 1_000;

    private final Deque<Sighting> sightings = new ArrayDeque<>();

    /**
     * @param end of the source's log, exclusive
     */
    private record Sighting(long end, long atMs) {}

    void saw(long end, long nextOffset, long delayMs, long nowMs) {
        while (!sightings.isEmpty() && sightings.getFirst().end() <= nextOffset) {
            sightings.removeFirst();
        }
        Sighting last = sightings.peekLast();
        if (last == null || (end > last.end() && nowMs - last.atMs() >= Math.max(CLOSEST_MS, delayMs / PER_DELAY))) {
            sightings.addLast(new Sighting(end, nowMs));
        }
    }

    /** When the source was first known to have an offset; {@code nowMs} if it was not until now. */
    long firstSeenMs(long offset, long nowMs) {
        for (Sighting sighting : sightings) {
            if (sighting.end() > offset) {
                return sighting.atMs();
            }
        }
        return nowMs;
    }
}
