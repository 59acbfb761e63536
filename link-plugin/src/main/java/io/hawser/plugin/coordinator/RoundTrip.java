/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * How long the way to the source and back is: the shortest of the last questions, since others waited for something on their
 * way. Confined to the thread of a link's tasks.
 */
final class RoundTrip {

    private static final int SAMPLES = 10;
    private static final double NEWS = 0.2;
    private static final double LEAST_NEWS_MS = 1;
    private static final double NS_PER_MS = 1e6;

    private final Deque<Long> lastNs = new ArrayDeque<>();

    void took(long ns) {
        if (lastNs.size() == SAMPLES) {
            lastNs.remove();
        }
        lastNs.add(ns);
    }

    /** Not before it has seen more than one; the first one has made a connection. */
    boolean isNews(@Nullable Double toldMs) {
        if (lastNs.size() < 2) {
            return false;
        }
        return toldMs == null || Math.abs(shortestMs() - toldMs) > Math.max(LEAST_NEWS_MS, NEWS * toldMs);
    }

    /** In milliseconds, to a tenth; to be called after {@link #took} only. */
    double shortestMs() {
        return Math.max(1, Math.round(10 * Collections.min(lastNs) / NS_PER_MS)) / 10.0;
    }
}
