/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Node;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Tells when nodes serve: each says so in its log, and each broker, asked by itself, names every running broker as live
 * (registered and not fenced), so that it takes requests and its metadata have caught up.
 *
 * <p>Confined to the thread of the cluster.
 */
final class ClusterReadiness {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
    private static final int REQUEST_TIMEOUT_MS = 5_000;

    private final Function<ProcessNode, Map<String, Object>> clientProperties;

    /** @param clientProperties how to reach one broker alone */
    ClusterReadiness(Function<ProcessNode, Map<String, Object>> clientProperties) {
        this.clientProperties = clientProperties;
    }

    void await(List<ProcessNode> running) {
        List<ProcessNode> brokers = running.stream()
                .filter(node -> node.id() != ClusterSpec.DEDICATED_CONTROLLER_ID)
                .toList();
        Set<Integer> ids = brokers.stream().map(ProcessNode::id).collect(Collectors.toSet());
        running.forEach(node -> until(node, "say that it has started", node::hasStarted));
        for (ProcessNode broker : brokers) {
            try (Admin admin = Admin.create(quickly(clientProperties.apply(broker)))) {
                until(broker, "see brokers " + ids + " live", () -> ids.equals(liveBrokers(admin)));
            }
        }
    }

    private static void until(ProcessNode node, String expectation, Callable<Boolean> condition) {
        try {
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(POLL_INTERVAL)
                    .pollInSameThread()
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            throw new IllegalStateException(
                    "Node " + node.id() + " did not " + expectation + " within " + TIMEOUT.toSeconds() + " s\n"
                            + node.endOfLog(),
                    e);
        }
    }

    private static Set<Integer> liveBrokers(Admin admin) throws InterruptedException {
        try {
            return admin.describeCluster().nodes().get(REQUEST_TIMEOUT_MS, TimeUnit.MILLISECONDS).stream()
                    .map(Node::id)
                    .collect(Collectors.toSet());
        } catch (ExecutionException | TimeoutException notYet) {
            return Set.of();
        }
    }

    private static Map<String, Object> quickly(Map<String, Object> properties) {
        Map<String, Object> quick = new HashMap<>(properties);
        quick.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        quick.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        quick.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 100);
        return quick;
    }
}
