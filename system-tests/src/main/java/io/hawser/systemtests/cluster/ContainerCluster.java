/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.Uuid;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;

/**
 * A KRaft cluster of containers of Kafka's official image, with the spec's jars copied into the image's {@code libs/}.
 * Every node is broker and controller and listens in plain text.
 *
 * <p>It cannot do all that a {@link ProcessCluster} can: a container that is started again gets another port from
 * Docker, so nodes that are down stay down; data directories and CPU times lie within the engine.
 *
 * <p>Confined to the caller's thread, but for the accessors.
 */
public final class ContainerCluster implements TestCluster {

    private final ClusterSpec spec;
    private final String clusterId = Uuid.randomUuid().toString();
    private final Path folder;
    private final Network network = Network.newNetwork();
    private final SortedMap<Integer, KafkaContainer> nodes = new TreeMap<>();
    private final Set<Integer> down = new HashSet<>();

    private ContainerCluster(ClusterSpec spec, Path folder) {
        this.spec = spec;
        this.folder = folder;
    }

    /** Whether a Docker engine answers. */
    public static boolean isPossible() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    /**
     * Starts a new cluster and returns when all nodes serve.
     *
     * @param folder where the cluster makes a folder of its name for the logs; what lies there is deleted
     */
    public static ContainerCluster start(ClusterSpec spec, Path folder) {
        requirePossible(spec);
        Path clusterFolder = folder.resolve(spec.name()).toAbsolutePath();
        try {
            Folders.deleteRecursively(clusterFolder);
            Files.createDirectories(clusterFolder);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot prepare " + clusterFolder, e);
        }
        ContainerCluster cluster = new ContainerCluster(spec, clusterFolder);
        try {
            cluster.launch();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private static void requirePossible(ClusterSpec spec) {
        if (spec.dedicatedController()
                || !spec.listeners().equals(List.of(Listener.PLAINTEXT))
                || !spec.formatOptions().isEmpty()) {
            throw new UnsupportedOperationException("Cluster " + spec.name() + " wants a dedicated controller, other"
                    + " listeners or format options: use a ProcessCluster");
        }
    }

    private void launch() {
        for (int id = 1; id <= spec.brokers(); id++) {
            nodes.put(id, NodeContainer.of(spec, clusterId, id, network, logFile(id)));
        }
        // All at once: none is ready before a majority is.
        Startables.deepStart(nodes.values()).join();
        awaitReady();
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public String bootstrapServers() {
        return nodes.values().stream().map(KafkaContainer::getBootstrapServers).collect(Collectors.joining(","));
    }

    @Override
    public String clusterId() {
        return clusterId;
    }

    @Override
    public List<Integer> nodeIds() {
        return List.copyOf(nodes.keySet());
    }

    @Override
    public List<Integer> controllerIds() {
        return nodeIds();
    }

    @Override
    public boolean isRunning(int nodeId) {
        return node(nodeId).isRunning() && !down.contains(nodeId);
    }

    @Override
    public void start() {
        if (!down.isEmpty()) {
            throw unsupported("start nodes that were stopped");
        }
    }

    @Override
    public void start(int nodeId) {
        throw unsupported("start a node that was stopped");
    }

    @Override
    public void stop() {
        nodeIds().stream().filter(this::isRunning).forEach(this::stop);
    }

    @Override
    public void stop(int nodeId) {
        act(nodeId, DockerClient::stopContainerCmd).exec();
        down.add(nodeId);
    }

    @Override
    public void kill(int nodeId) {
        act(nodeId, DockerClient::killContainerCmd).exec();
        down.add(nodeId);
    }

    @Override
    public void pause(int nodeId) {
        act(nodeId, DockerClient::pauseContainerCmd).exec();
    }

    @Override
    public void resume(int nodeId) {
        act(nodeId, DockerClient::unpauseContainerCmd).exec();
    }

    @Override
    public void restart(int nodeId) {
        throw unsupported("restart a node");
    }

    @Override
    public void awaitReady() {
        Set<Integer> expected = nodeIds().stream().filter(this::isRunning).collect(Collectors.toSet());
        expected.forEach(id -> ClusterReadiness.awaitLive(
                expected, withBootstrap(node(id).getBootstrapServers()), () -> "see " + logFile(id)));
    }

    @Override
    public Path dataDirectory(int nodeId) {
        throw unsupported("show a data directory");
    }

    @Override
    public Path logFile(int nodeId) {
        return folder.resolve("node-" + nodeId + ".log");
    }

    @Override
    public Duration cpuTime(int nodeId) {
        throw unsupported("tell the CPU time");
    }

    @Override
    public Map<String, Object> adminProperties() {
        return withBootstrap(bootstrapServers());
    }

    @Override
    public void close() {
        nodes.values().forEach(KafkaContainer::stop);
        network.close();
    }

    private Map<String, Object> withBootstrap(String servers) {
        Map<String, Object> properties = new HashMap<>(spec.adminProperties());
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers);
        return properties;
    }

    private <C> C act(int nodeId, BiFunction<DockerClient, String, C> command) {
        KafkaContainer node = node(nodeId);
        if (down.contains(nodeId)) {
            throw new IllegalStateException("Node " + nodeId + " is not running");
        }
        return command.apply(DockerClientFactory.instance().client(), node.getContainerId());
    }

    private KafkaContainer node(int nodeId) {
        KafkaContainer node = nodes.get(nodeId);
        if (node == null) {
            throw new IllegalArgumentException(
                    "Cluster " + spec.name() + " has no node " + nodeId + ", only " + nodes.keySet());
        }
        return node;
    }

    private static UnsupportedOperationException unsupported(String what) {
        return new UnsupportedOperationException("A cluster of containers cannot " + what + ": use a ProcessCluster");
    }
}
