/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kafka.tools.StorageTool;

/** Formats a node's storage by Kafka's own tool, within this JVM because that saves a JVM start for each node. */
final class StorageFormat {

    private StorageFormat() {}

    static void format(Path propertiesFile, String clusterId, List<String> options) {
        List<String> arguments =
                new ArrayList<>(List.of("format", "--config", propertiesFile.toString(), "--cluster-id", clusterId));
        arguments.addAll(options);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        int code = StorageTool.execute(
                arguments.toArray(String[]::new), new PrintStream(answer, true, StandardCharsets.UTF_8));
        if (code != 0) {
            throw new IllegalStateException("kafka-storage " + arguments + " ended with code " + code + ": "
                    + answer.toString(StandardCharsets.UTF_8));
        }
    }
}
