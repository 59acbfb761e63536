/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Topics of a cluster: made, and watched while their leaders move.
 *
 * <p>Thread-safe: each call uses an admin client of its own. Errors of the cluster come as {@link KafkaException}.
 */
public final class Topics {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    private static final int WATCH_REQUEST_TIMEOUT_MS = 1_500;

    private final Map<String, Object> adminProperties;

    Topics(Map<String, Object> adminProperties) {
        this.adminProperties = Map.copyOf(adminProperties);
    }

    /** Makes a topic with the replication factor that the brokers default to (1), and waits for its leaders. */
    public void create(String topic, int partitions) {
        create(topic, partitions, 1, Map.of());
    }

    /** Makes a topic and waits until every partition has a leader and all its replicas in sync. */
    public void create(String topic, int partitions, int replicationFactor, Map<String, String> configs) {
        create(new NewTopic(topic, partitions, (short) replicationFactor).configs(configs), partitions);
    }

    /** As {@link #create(String, int)}, of one partition. Its replicas are on these brokers, the one to lead it first. */
    public void createOn(String topic, List<Integer> brokers, Map<String, String> configs) {
        create(new NewTopic(topic, Map.of(0, brokers)).configs(configs), 1);
    }

    private void create(NewTopic fresh, int partitions) {
        try (Admin client = Admin.create(adminProperties)) {
            await(() -> client.createTopics(List.of(fresh)).all().get());
        }
        try (Admin client = watcher()) {
            poll(client, fresh.name(), found -> found.size() == partitions && inSync(found));
        }
    }

    /** Sets configs of a topic, and unsets those that are null. */
    public void changeConfigs(String topic, Map<String, @Nullable String> changes) {
        List<AlterConfigOp> operations = changes.entrySet().stream()
                .map(change -> new AlterConfigOp(
                        new ConfigEntry(change.getKey(), change.getValue()),
                        change.getValue() == null ? AlterConfigOp.OpType.DELETE : AlterConfigOp.OpType.SET))
                .toList();
        try (Admin client = Admin.create(adminProperties)) {
            await(() -> client.incrementalAlterConfigs(
                            Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), operations))
                    .all()
                    .get());
        }
    }

    /** What is set on the topic itself. */
    public Map<String, String> configs(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin client = watcher()) {
            Config config = await(() ->
                            client.describeConfigs(List.of(resource)).all().get())
                    .get(resource);
            return Objects.requireNonNull(config).entries().stream()
                    .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                    .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
        }
    }

    /** Gives a topic so many partitions, more than it had. */
    public void grow(String topic, int partitions) {
        try (Admin client = Admin.create(adminProperties)) {
            await(() -> client.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                    .all()
                    .get());
        }
    }

    public Set<String> names() {
        try (Admin client = watcher()) {
            return await(() -> client.listTopics().names().get());
        }
    }

    public int partitions(String topic) {
        try (Admin client = watcher()) {
            return describe(client, topic).size();
        }
    }

    /** The partition's leader, or empty while it has none. */
    public Optional<Integer> leader(String topic, int partition) {
        try (Admin client = watcher()) {
            return leaderOf(partition, describe(client, topic));
        }
    }

    /** Waits until the partition has a leader that is not the given one, half a minute at most; returns its id. */
    public int awaitLeaderOtherThan(int formerLeader, String topic, int partition) {
        try (Admin client = watcher()) {
            List<TopicPartitionInfo> found = poll(
                    client,
                    topic,
                    partitions -> leaderOf(partition, partitions)
                            .filter(id -> id != formerLeader)
                            .isPresent());
            return leaderOf(partition, found).orElseThrow();
        }
    }

    /** Waits until the first of the partition's replicas is in sync, and lets it lead; half a minute at most. */
    public void electPreferredLeader(String topic, int partition) {
        Set<TopicPartition> partitions = Set.of(new TopicPartition(topic, partition));
        try (Admin client = watcher()) {
            Awaitility.await("preferred leader of " + topic)
                    .atMost(TIMEOUT)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(POLL_INTERVAL)
                    .ignoreExceptionsInstanceOf(KafkaException.class)
                    .until(() -> isElected(client, partitions));
        }
    }

    private static boolean isElected(Admin client, Set<TopicPartition> partitions) {
        try {
            await(() -> client.electLeaders(ElectionType.PREFERRED, partitions)
                    .all()
                    .get());
        } catch (ElectionNotNeededException e) {
            // It leads.
        }
        return true;
    }

    /** Waits until every replica of every partition is in sync, half a minute at most. */
    public void awaitInSync(String topic) {
        try (Admin client = watcher()) {
            poll(client, topic, Topics::inSync);
        }
    }

    /** Waits until each partition has that many replicas in sync, half a minute at most. */
    public void awaitInSync(String topic, int replicas) {
        try (Admin client = watcher()) {
            poll(
                    client,
                    topic,
                    found -> found.stream().allMatch(each -> each.isr().size() == replicas));
        }
    }

    /** An admin client that soon turns from a node that is paused to another one; the caller closes it. */
    public Admin watcher() {
        Map<String, Object> properties = new HashMap<>(adminProperties);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, WATCH_REQUEST_TIMEOUT_MS);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 4 * WATCH_REQUEST_TIMEOUT_MS);
        return Admin.create(properties);
    }

    private static List<TopicPartitionInfo> poll(
            Admin client, String topic, Predicate<List<TopicPartitionInfo>> condition) {
        return Awaitility.await("topic " + topic)
                .atMost(TIMEOUT)
                .pollDelay(Duration.ZERO)
                .pollInterval(POLL_INTERVAL)
                .ignoreExceptionsInstanceOf(KafkaException.class)
                .until(() -> describe(client, topic), condition);
    }

    private static List<TopicPartitionInfo> describe(Admin client, String topic) {
        var answer = client.describeTopics(List.of(topic)).topicNameValues().get(topic);
        return await(Objects.requireNonNull(answer)::get).partitions();
    }

    private static Optional<Integer> leaderOf(int partition, List<TopicPartitionInfo> partitions) {
        return partitions.stream()
                .filter(each -> each.partition() == partition)
                .map(TopicPartitionInfo::leader)
                .filter(leader -> leader != null && !leader.isEmpty())
                .map(Node::id)
                .findFirst();
    }

    private static boolean inSync(List<TopicPartitionInfo> partitions) {
        return partitions.stream()
                .allMatch(each -> each.leader() != null
                        && each.isr().size() == each.replicas().size());
    }

    private interface Answer<T> {
        T get() throws ExecutionException, InterruptedException;
    }

    private static <T> T await(Answer<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Interrupted while waiting for the cluster", e);
        }
    }
}
