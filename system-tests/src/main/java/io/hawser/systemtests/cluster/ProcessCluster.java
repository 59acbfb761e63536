/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.Uuid;

/**
 * A KRaft cluster whose nodes are processes of this machine, each a JVM of its own with Kafka's jars as they are
 * published and, if the spec says so, a plugin beside them. Ports come from the operating system and stay with the node.
 *
 * <p>Below the folder given at the start lie, for each node, {@code node-<id>/server.properties}, {@code server.log}
 * and {@code data/}. They stay after {@link #close()}: whoever gave the folder decides what becomes of it.
 *
 * <p>Confined to the caller's thread, but for the accessors.
 */
public final class ProcessCluster implements TestCluster {

    private static final Duration STOP_GRACE = Duration.ofSeconds(20);
    private static final int START_ATTEMPTS = 3;

    private final ClusterSpec spec;
    private final String clusterId;
    private final SortedMap<Integer, ProcessNode> nodes;
    private final List<String> javaCommand;

    private ProcessCluster(
            ClusterSpec spec, String clusterId, SortedMap<Integer, ProcessNode> nodes, List<String> javaCommand) {
        this.spec = spec;
        this.clusterId = clusterId;
        this.nodes = nodes;
        this.javaCommand = javaCommand;
    }

    /**
     * Formats and starts a new cluster, and returns when all nodes serve.
     *
     * @param folder where the cluster makes a folder of its name; what lies there under that name is deleted
     */
    public static ProcessCluster start(ClusterSpec spec, Path folder) {
        Path clusterFolder = folder.resolve(spec.name()).toAbsolutePath();
        for (int attempt = 1; ; attempt++) {
            ProcessCluster cluster = prepare(spec, clusterFolder);
            try {
                cluster.start();
                return cluster;
            } catch (NodeEndedException e) {
                cluster.close();
                if (!e.portLost() || attempt == START_ATTEMPTS) {
                    throw e;
                }
            } catch (RuntimeException e) {
                cluster.close();
                throw e;
            }
        }
    }

    private static ProcessCluster prepare(ClusterSpec spec, Path clusterFolder) {
        try {
            Folders.deleteRecursively(clusterFolder);
            Files.createDirectories(clusterFolder);
            KafkaLibs libs = KafkaLibs.with(spec.libs(), clusterFolder.resolve("libs"));
            SortedMap<Integer, ProcessNode> nodes = new TreeMap<>();
            nodeIdsOf(spec)
                    .forEach(id ->
                            nodes.put(id, new ProcessNode(id, clusterFolder.resolve("node-" + id), portsOf(spec, id))));
            List<String> java = JavaCommand.of(spec, libs, clusterFolder);
            ProcessCluster cluster = new ProcessCluster(spec, Uuid.randomUuid().toString(), nodes, java);
            cluster.format();
            return cluster;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot prepare cluster " + spec.name() + " in " + clusterFolder, e);
        }
    }

    private static Stream<Integer> nodeIdsOf(ClusterSpec spec) {
        Stream<Integer> brokers = IntStream.rangeClosed(1, spec.brokers()).boxed();
        return spec.dedicatedController()
                ? Stream.concat(brokers, Stream.of(ClusterSpec.DEDICATED_CONTROLLER_ID))
                : brokers;
    }

    private static NodePorts portsOf(ClusterSpec spec, int nodeId) {
        List<String> names = new ArrayList<>();
        if (nodeId != ClusterSpec.DEDICATED_CONTROLLER_ID) {
            spec.listeners().forEach(each -> names.add(each.name()));
            if (spec.properties().containsKey(ClusterSpec.REVERSE_LISTENERS)) {
                names.add(ClusterSpec.REVERSE_LISTENER);
            }
        }
        if (!spec.dedicatedController() || nodeId == ClusterSpec.DEDICATED_CONTROLLER_ID) {
            names.add(Listener.CONTROLLER);
        }
        return NodePorts.acquire(spec.host(), names);
    }

    private void format() throws IOException {
        Map<Integer, NodePorts> ports =
                nodes.values().stream().collect(Collectors.toMap(ProcessNode::id, ProcessNode::ports));
        for (ProcessNode node : nodes.values()) {
            String data = node.dataDirectory().toString();
            node.writeProperties(new NodeProperties(spec, node.id(), ports, data).toMap());
            StorageFormat.format(node.propertiesFile(), clusterId, spec.formatOptions());
        }
    }

    @Override
    public String name() {
        return spec.name();
    }

    public ClusterSpec spec() {
        return spec;
    }

    @Override
    public String bootstrapServers() {
        return bootstrapServers(spec.listeners().get(0).name());
    }

    /** The named listener of every broker, up or down, as {@code host:port} separated by commas. */
    public String bootstrapServers(String listenerName) {
        return brokers().map(node -> node.ports().endpoint(listenerName)).collect(Collectors.joining(","));
    }

    /** All that its nodes listen on. */
    public List<Integer> ports() {
        return nodes.values().stream()
                .flatMap(node -> node.ports().numbers().stream())
                .toList();
    }

    @Override
    public String clusterId() {
        return clusterId;
    }

    @Override
    public List<Integer> nodeIds() {
        return brokers().map(ProcessNode::id).toList();
    }

    @Override
    public List<Integer> controllerIds() {
        return spec.dedicatedController() ? List.of(ClusterSpec.DEDICATED_CONTROLLER_ID) : nodeIds();
    }

    @Override
    public boolean isRunning(int nodeId) {
        return node(nodeId).isRunning();
    }

    @Override
    public void start() {
        List<ProcessNode> down =
                nodes.values().stream().filter(node -> !node.isRunning()).toList();
        down.forEach(node -> node.launch(javaCommand));
        awaitReady();
    }

    @Override
    public void start(int nodeId) {
        node(nodeId).launch(javaCommand);
        awaitReady();
    }

    @Override
    public void stop() {
        List<ProcessNode> up =
                nodes.values().stream().filter(ProcessNode::isRunning).toList();
        up.forEach(node -> node.live().terminate());
        up.forEach(node -> node.awaitExit(STOP_GRACE));
    }

    @Override
    public void stop(int nodeId) {
        node(nodeId).live().terminate();
        node(nodeId).awaitExit(STOP_GRACE);
    }

    @Override
    public void kill(int nodeId) {
        node(nodeId).kill();
    }

    @Override
    public void pause(int nodeId) {
        node(nodeId).live().pause();
    }

    @Override
    public void resume(int nodeId) {
        node(nodeId).live().resume();
    }

    @Override
    public void restart(int nodeId) {
        stop(nodeId);
        start(nodeId);
    }

    @Override
    public void awaitReady() {
        ClusterReadiness.await(
                nodes.values().stream().filter(ProcessNode::isRunning).toList(), this::brokerClient);
    }

    @Override
    public Path dataDirectory(int nodeId) {
        return node(nodeId).dataDirectory();
    }

    @Override
    public Path logFile(int nodeId) {
        return node(nodeId).logFile();
    }

    /** Id of the node's process, for tools that look into it; {@link IllegalStateException} if it is down. */
    public long processId(int nodeId) {
        return node(nodeId).live().processId();
    }

    @Override
    public Duration cpuTime(int nodeId) {
        return node(nodeId).cpuTime();
    }

    @Override
    public Map<String, Object> adminProperties() {
        return withBootstrap(bootstrapServers());
    }

    @Override
    public void close() {
        nodes.values().stream()
                .filter(ProcessNode::isRunning)
                .forEach(node -> node.live().killSoon());
        nodes.values().forEach(ProcessNode::close);
    }

    @Override
    public String toString() {
        return spec.name() + " (" + bootstrapServers() + ")";
    }

    private Map<String, Object> brokerClient(ProcessNode broker) {
        return withBootstrap(broker.ports().endpoint(spec.listeners().get(0).name()));
    }

    private Map<String, Object> withBootstrap(String servers) {
        Map<String, Object> properties = new HashMap<>(spec.adminProperties());
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers);
        return properties;
    }

    private Stream<ProcessNode> brokers() {
        return nodes.values().stream().filter(node -> node.id() != ClusterSpec.DEDICATED_CONTROLLER_ID);
    }

    private ProcessNode node(int nodeId) {
        ProcessNode node = nodes.get(nodeId);
        if (node == null) {
            throw new IllegalArgumentException(
                    "Cluster " + spec.name() + " has no node " + nodeId + ", only " + nodes.keySet());
        }
        return node;
    }
}
