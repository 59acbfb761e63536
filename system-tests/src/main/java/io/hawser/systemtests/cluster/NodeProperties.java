/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The {@code server.properties} of one node of a cluster: Kafka's own defaults but for what makes a node small and a
 * failover short; what the spec says is stronger. Immutable.
 *
 * @param spec what the cluster shall be like
 * @param nodeId the node
 * @param ports ports of every node of the cluster
 * @param dataDirectory where the node keeps its logs
 */
record NodeProperties(ClusterSpec spec, int nodeId, Map<Integer, NodePorts> ports, String dataDirectory) {

    private static final int MAX_REPLICAS = 3;

    Map<String, String> toMap() {
        Map<String, String> all = new LinkedHashMap<>();
        all.putAll(identity());
        all.putAll(listeners());
        if (isBroker()
                && spec.listeners().stream()
                        .anyMatch(each -> each.advertisedPorts().containsKey(nodeId))) {
            all.put("advertised.listeners", advertisedListeners());
        }
        all.putAll(tuning(spec));
        all.putAll(spec.properties());
        all.putAll(spec.nodeProperties().getOrDefault(nodeId, Map.of()));
        if (all.containsKey(ClusterSpec.REVERSE_LISTENERS)) {
            all.put(ClusterSpec.REVERSE_LISTENERS, isBroker() ? ownPorts().endpoint(ClusterSpec.REVERSE_LISTENER) : "");
        }
        return all;
    }

    /** What makes nodes small and failovers short, wherever they run. */
    static Map<String, String> tuning(ClusterSpec spec) {
        Map<String, String> all = new LinkedHashMap<>();
        all.putAll(timings(spec.timings()));
        all.putAll(internalTopics(spec.brokers()));
        all.putAll(smallFootprint());
        return all;
    }

    private Map<String, String> identity() {
        return Map.of("node.id", String.valueOf(nodeId), "process.roles", roles(), "log.dirs", dataDirectory);
    }

    private String roles() {
        if (!spec.dedicatedController()) {
            return "broker,controller";
        }
        return isController() ? "controller" : "broker";
    }

    private boolean isController() {
        return !spec.dedicatedController() || nodeId == ClusterSpec.DEDICATED_CONTROLLER_ID;
    }

    private boolean isBroker() {
        return nodeId != ClusterSpec.DEDICATED_CONTROLLER_ID;
    }

    private Map<String, String> listeners() {
        Stream<String> broker = isBroker()
                ? spec.listeners().stream()
                        .map(each -> each.name() + "://" + ownPorts().endpoint(each.name()))
                : Stream.of();
        Stream<String> controller = isController()
                ? Stream.of(Listener.CONTROLLER + "://" + ownPorts().endpoint(Listener.CONTROLLER))
                : Stream.of();
        Stream<String> protocols = spec.listeners().stream().map(each -> each.name() + ":" + each.securityProtocol());
        return Map.of(
                "listeners",
                Stream.concat(broker, controller).collect(Collectors.joining(",")),
                "listener.security.protocol.map",
                Stream.concat(protocols, Stream.of(Listener.CONTROLLER + ":PLAINTEXT"))
                        .collect(Collectors.joining(",")),
                "inter.broker.listener.name",
                spec.listeners().get(0).name(),
                "controller.listener.names",
                Listener.CONTROLLER,
                "controller.quorum.voters",
                voters());
    }

    private String advertisedListeners() {
        return spec.listeners().stream()
                .map(each -> each.name() + "://"
                        + Optional.ofNullable(each.advertisedPorts().get(nodeId))
                                .map(port -> "localhost:" + port)
                                .orElseGet(() -> ownPorts().endpoint(each.name())))
                .collect(Collectors.joining(","));
    }

    private NodePorts ownPorts() {
        return Objects.requireNonNull(ports.get(nodeId));
    }

    private String voters() {
        return ports.entrySet().stream()
                .filter(node -> node.getValue().has(Listener.CONTROLLER))
                .map(node -> node.getKey() + "@" + node.getValue().endpoint(Listener.CONTROLLER))
                .sorted()
                .collect(Collectors.joining(","));
    }

    private static Map<String, String> timings(Timings timings) {
        return Map.of(
                "broker.session.timeout.ms", String.valueOf(timings.brokerSessionMs()),
                "broker.heartbeat.interval.ms", String.valueOf(timings.brokerHeartbeatMs()),
                "controller.quorum.fetch.timeout.ms", String.valueOf(timings.quorumFetchMs()),
                "controller.quorum.election.timeout.ms", String.valueOf(timings.quorumElectionMs()),
                "controller.quorum.election.backoff.max.ms", String.valueOf(timings.quorumElectionMs()));
    }

    private static Map<String, String> internalTopics(int brokers) {
        String replicas = String.valueOf(Math.min(MAX_REPLICAS, brokers));
        Map<String, String> topics = new LinkedHashMap<>();
        for (String prefix : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            topics.put(prefix + ".num.partitions", "4");
            topics.put(prefix + ".replication.factor", replicas);
        }
        topics.put("transaction.state.log.min.isr", "1");
        topics.put("share.coordinator.state.topic.min.isr", "1");
        return topics;
    }

    private static Map<String, String> smallFootprint() {
        return Map.of(
                "auto.create.topics.enable", "false",
                "group.initial.rebalance.delay.ms", "0",
                "num.network.threads", "2",
                "num.io.threads", "4",
                "background.threads", "2",
                "log.cleaner.dedupe.buffer.size", "4194304",
                "log.cleaner.io.buffer.size", "65536");
    }
}
