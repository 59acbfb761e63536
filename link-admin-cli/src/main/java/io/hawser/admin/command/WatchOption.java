/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** {@code --watch}: what is shown is shown again and again, until the command is interrupted. */
final class WatchOption {

    private static final String USUAL = "2s";
    private static final Duration SHORTEST = Duration.ofMillis(100);
    /** To the upper left corner, and nothing below it. */
    private static final String CLEAR = "\u001b[H\u001b[2J";

    @Option(
            names = {"-w", "--watch"},
            arity = "0..1",
            paramLabel = "<time>",
            fallbackValue = USUAL,
            description = "Shows it again each time that so much has passed (by default " + USUAL
                    + "), until Ctrl-C; on a terminal in the same place.")
    private String interval = "";

    void checkUsage() {
        if (!interval.isEmpty() && Verb.duration(interval).compareTo(SHORTEST) < 0) {
            throw CommandFailure.wrongUsage(
                    "--watch: '" + interval + "' is shorter than " + SHORTEST.toMillis() + "ms");
        }
    }

    /**
     * Brokers that do not answer for a while end it only if they have not answered once.
     *
     * @param show prints once
     * @return the exit code of the last time
     */
    int run(PrintWriter out, IntSupplier show) {
        if (interval.isEmpty()) {
            return show.getAsInt();
        }
        int exitCode = 0;
        boolean shown = false;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                out.print(Ansi.AUTO.enabled() ? CLEAR : "");
                out.flush();
                try {
                    exitCode = show.getAsInt();
                    shown = true;
                } catch (KafkaException | CommandFailure e) {
                    if (!shown) {
                        throw e;
                    }
                    out.println("Not known at the moment: " + e.getMessage());
                    out.flush();
                }
                Thread.sleep(Verb.duration(interval).toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return exitCode;
    }
}
