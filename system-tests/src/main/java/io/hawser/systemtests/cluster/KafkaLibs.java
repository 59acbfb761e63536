/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A broker's {@code libs/} folder. Immutable.
 *
 * <p>Clusters without extra jars share the folder of the build. A cluster with extra jars has a folder of its own, so
 * that a plugin lies beside Kafka's jars as it does in an installation and is seen by no other cluster.
 *
 * @param jars in the order of the class path: Kafka's own by name, then the extra ones. The JVM takes classes from its
 *     shared archive only while the class path begins as it did when the archive was made.
 */
record KafkaLibs(List<Path> jars) {

    KafkaLibs {
        jars = List.copyOf(jars);
    }

    /** Kafka's jars, and the given ones beside them in a new folder if there are any. */
    static KafkaLibs with(List<Path> extraJars, Path newFolder) throws IOException {
        List<Path> all = new ArrayList<>(kafkaJars());
        if (extraJars.isEmpty()) {
            return new KafkaLibs(all);
        }
        all.addAll(extraJars);
        Files.createDirectories(newFolder);
        List<Path> links = new ArrayList<>();
        for (Path jar : all) {
            links.add(Files.createSymbolicLink(newFolder.resolve(fileName(jar)), jar.toAbsolutePath()));
        }
        return new KafkaLibs(links);
    }

    /** The class path as {@code java -cp} takes it. */
    String classPath() {
        return jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static List<Path> kafkaJars() throws IOException {
        try (Stream<Path> files = Files.list(BuiltArtifacts.kafkaLibs())) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    private static String fileName(Path jar) {
        Path name = jar.getFileName();
        if (name == null) {
            throw new IllegalArgumentException(jar + " is not a jar");
        }
        return name.toString();
    }
}
