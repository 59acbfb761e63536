/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The class-data-sharing archive of Kafka's classes. With it a node starts in half the CPU time, which pays for the one
 * broker that is started and stopped to make it. It lies beside Kafka's jars and is made once per build folder; a JVM
 * that finds it unfit (other JDK, other jars) ignores it. Without an archive nodes start all the same, only slower.
 *
 * <p>Thread-safe: one caller makes the archive, others wait.
 */
final class SharedClasses {

    private static final String MAKE = "-XX:ArchiveClassesAtExit=";
    private static final Object LOCK = new Object();
    private static boolean failed;

    private SharedClasses() {}

    /** The JVM option by which a node uses the archive, which is made now if it is not there. */
    static Optional<String> option(ClusterSpec spec) {
        if (spec.jvmOptions().stream().anyMatch(option -> option.startsWith(MAKE))) {
            return Optional.empty();
        }
        Path archive = BuiltArtifacts.kafkaLibs().resolveSibling("broker.jsa");
        synchronized (LOCK) {
            if (!failed && !Files.exists(archive)) {
                failed = !made(archive);
            }
            return failed ? Optional.empty() : Optional.of("-XX:SharedArchiveFile=" + archive);
        }
    }

    private static boolean made(Path archive) {
        Path folder =
                archive.resolveSibling("archiving-" + ProcessHandle.current().pid());
        Path fresh = folder.resolve("broker.jsa");
        ClusterSpec spec = ClusterSpec.named("broker").jvmOption(MAKE + fresh).build();
        try {
            try (ProcessCluster cluster = ProcessCluster.start(spec, folder)) {
                cluster.stop();
            }
            Files.move(fresh, archive, StandardCopyOption.ATOMIC_MOVE);
            Folders.deleteRecursively(folder);
            return true;
        } catch (IOException | IllegalStateException e) {
            System.err.println("Test clusters start without an archive of shared classes: " + e);
            return false;
        }
    }
}
