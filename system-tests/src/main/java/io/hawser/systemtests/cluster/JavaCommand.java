/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** The command that starts a node's JVM, up to the main class. */
final class JavaCommand {

    private static final String LOG_CONFIG = "broker-log4j2.properties";
    private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use[A-Za-z0-9]*GC");

    private JavaCommand() {}

    /** Options of the spec come last, so they win; a garbage collector named there replaces ours. */
    static List<String> of(ClusterSpec spec, KafkaLibs libs, Path clusterFolder) throws IOException {
        List<String> command = new ArrayList<>(spec.commandPrefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + spec.heapMb() + "m");
        command.add("-Xlog:cds=error,cds+dynamic=error");
        SharedClasses.option(spec).ifPresent(command::add);
        command.add("-XX:+ExitOnOutOfMemoryError");
        if (spec.jvmOptions().stream().noneMatch(COLLECTOR.asMatchPredicate())) {
            command.add("-XX:+UseSerialGC");
        }
        command.add("-Dlog4j2.configurationFile=" + logConfig(clusterFolder).toUri());
        command.addAll(spec.jvmOptions());
        command.add("-cp");
        command.add(libs.classPath());
        return List.copyOf(command);
    }

    private static Path logConfig(Path clusterFolder) throws IOException {
        Path file = clusterFolder.resolve(LOG_CONFIG);
        try (InputStream resource = JavaCommand.class.getResourceAsStream(LOG_CONFIG)) {
            Files.copy(Objects.requireNonNull(resource, LOG_CONFIG), file);
        }
        return file;
    }
}
