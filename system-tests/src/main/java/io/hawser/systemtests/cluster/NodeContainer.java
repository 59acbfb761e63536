/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.MountableFile;

/** Builds the container of one node of a {@link ContainerCluster}; nothing is started here. */
final class NodeContainer {

    private static final String IMAGE = "apache/kafka:4.3.1";
    private static final int CONTROLLER_PORT = 9094;

    private NodeContainer() {}

    static KafkaContainer of(ClusterSpec spec, String clusterId, int nodeId, Network network, Path logFile) {
        String host = hostName(nodeId);
        KafkaContainer container = new KafkaContainer(IMAGE)
                .withNetwork(network)
                .withNetworkAliases(host)
                .withCreateContainerCmdModifier(command -> command.withHostName(host))
                .withEnv("CLUSTER_ID", clusterId)
                .withEnv("KAFKA_NODE_ID", String.valueOf(nodeId))
                .withEnv("KAFKA_CONTROLLER_QUORUM_VOTERS", voters(spec.brokers()))
                .withEnv("KAFKA_HEAP_OPTS", "-Xmx" + spec.heapMb() + "m")
                .withEnv("KAFKA_OPTS", String.join(" ", spec.jvmOptions()))
                .withLogConsumer(frame -> append(logFile, frame))
                .waitingFor(
                        Wait.forLogMessage(".*Kafka Server started.*", 1).withStartupTimeout(Duration.ofMinutes(2)));
        setAll(container, NodeProperties.tuning(spec));
        setAll(container, spec.properties());
        setAll(container, spec.nodeProperties().getOrDefault(nodeId, Map.of()));
        spec.libs()
                .forEach(jar -> container.withCopyFileToContainer(
                        MountableFile.forHostPath(jar),
                        "/opt/kafka/libs/" + Objects.requireNonNull(jar.getFileName())));
        return container;
    }

    private static String hostName(int nodeId) {
        return "node-" + nodeId;
    }

    private static String voters(int nodes) {
        return IntStream.rangeClosed(1, nodes)
                .mapToObj(id -> id + "@" + hostName(id) + ":" + CONTROLLER_PORT)
                .collect(Collectors.joining(","));
    }

    private static void setAll(KafkaContainer container, Map<String, String> properties) {
        properties.forEach((key, value) -> container.withEnv(environmentName(key), value));
    }

    /** The image's spelling of a server property: dot becomes _, underscore __, hyphen ___ (KIP-975). */
    static String environmentName(String property) {
        return "KAFKA_"
                + property.replace("_", "__")
                        .replace("-", "___")
                        .replace(".", "_")
                        .toUpperCase(Locale.ROOT);
    }

    private static void append(Path logFile, OutputFrame frame) {
        byte[] bytes = frame.getBytes();
        if (bytes != null) {
            try {
                Files.write(logFile, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot write " + logFile, e);
            }
        }
    }
}
