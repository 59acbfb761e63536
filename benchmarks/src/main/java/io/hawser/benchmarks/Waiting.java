/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Waits between measurements. Thread-safe: no state. */
public final class Waiting {

    private Waiting() {}

    public static void until(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(100))
                .until(condition);
    }

    /** Waits until a broker has removed its files of a topic too, which takes time from whatever runs meanwhile. */
    public static void untilGone(Path dataDirectory, String topic) {
        until(topic + " is gone from " + dataDirectory, () -> {
            try (Stream<Path> folders = Files.list(dataDirectory)) {
                return folders.map(folder -> String.valueOf(folder.getFileName()))
                        .noneMatch(name -> name.startsWith(topic + "-") || name.startsWith(topic + "."));
            }
        });
    }
}
