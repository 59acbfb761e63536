/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Waits between measurements. Thread-safe: no state. */
final class Waiting {

    private Waiting() {}

    static void until(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(condition);
    }
}
