/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.link;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** Waits for what clusters come to by themselves. Thread-safe: no state. */
public final class Eventually {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Eventually() {}

    /** Returns when the assertion holds; one that throws anything is tried again, a minute at most. */
    public static void holds(ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .untilAsserted(assertion);
    }
}
