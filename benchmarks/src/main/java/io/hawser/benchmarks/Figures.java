/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;

/** What a benchmark has measured, for other programs. */
public final class Figures {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Figures() {}

    /**
     * Writes figures as JSON.
     *
     * @param arguments of the benchmark's command: the file to write to; nothing is written if there is none
     * @param figures records, maps and lists of them
     */
    public static void write(String[] arguments, Object figures) throws IOException {
        if (arguments.length > 0) {
            JSON.writeValue(Path.of(arguments[0]).toFile(), figures);
        }
    }
}
