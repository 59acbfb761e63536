/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the build left what the clusters are made of, told by system properties. Immutable. */
public final class BuiltArtifacts {

    private BuiltArtifacts() {}

    /** Folder with Kafka's own jars, as in the {@code libs/} of its distribution. */
    public static Path kafkaLibs() {
        return existing("hawser.kafka.libs");
    }

    /** The one jar that is dropped into a broker's {@code libs/}. */
    public static Path pluginJar() {
        return existing("hawser.plugin.jar");
    }

    /** The {@code link-admin} script. */
    public static Path linkAdmin() {
        return existing("hawser.link-admin");
    }

    /** The Java agent of jmx_exporter. */
    public static Path metricsAgent() {
        return existing("hawser.metrics.agent");
    }

    /** Folder below which clusters keep their data and logs; need not exist. */
    public static Path clustersFolder() {
        return Path.of(System.getProperty("hawser.clusters", "target/clusters")).toAbsolutePath();
    }

    private static Path existing(String property) {
        String value = System.getProperty(property);
        if (value == null) {
            throw new IllegalStateException(
                    "System property " + property + " is not set: run through Maven, or pass -D" + property);
        }
        Path path = Path.of(value).toAbsolutePath().normalize();
        if (!Files.exists(path)) {
            throw new IllegalStateException(path + " (system property " + property
                    + ") does not exist: build it with 'mvn -DskipTests package'");
        }
        return path;
    }
}
