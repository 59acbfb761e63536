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
import java.util.function.Supplier;
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
 * <p>Thread-safe: no state.
 */
final class ClusterReadiness {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
    private static final int REQUEST_TIMEOUT_MS = 5_000;

    private ClusterReadiness() {}

    /** @param clientProperties how to reach one broker alone */
    static void await(List<ProcessNode> running, Function<ProcessNode, Map<String, Object>> clientProperties) {
        running.forEach(node ->
                until("Node " + node.id() + " did not say that it has started", node::hasStarted, node::endOfLog));
        List<ProcessNode> brokers = running.stream()
                .filter(node -> node.id() != ClusterSpec.DEDICATED_CONTROLLER_ID)
                .toList();
        Set<Integer> ids = brokers.stream().map(ProcessNode::id).collect(Collectors.toSet());
        brokers.forEach(node -> awaitLive(ids, clientProperties.apply(node), node::endOfLog));
    }

    /**
     * Waits until the broker that the client reaches names the given brokers, and no other, as live.
     *
     * @param log what to say of the broker's log if it does not
     */
    static void awaitLive(Set<Integer> brokers, Map<String, Object> clientProperties, Supplier<String> log) {
        try (Admin admin = Admin.create(quickly(clientProperties))) {
            String servers = String.valueOf(clientProperties.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
            until(servers + " did not see brokers " + brokers + " live", () -> brokers.equals(liveBrokers(admin)), log);
        }
    }

    private static void until(String failure, Callable<Boolean> condition, Supplier<String> log) {
        try {
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(POLL_INTERVAL)
                    .pollInSameThread()
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            throw new IllegalStateException(failure + " within " + TIMEOUT.toSeconds() + " s\n" + log.get(), e);
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
