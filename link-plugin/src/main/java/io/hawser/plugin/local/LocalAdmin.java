/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.local;

import io.hawser.definition.Definitions;
import io.hawser.definition.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the plugin asks of the cluster that it runs in.
 *
 * <p>Thread-safe. Calls block for a bounded time, so no thread of the broker's own may make them; what goes wrong comes as a
 * {@link KafkaException} with Kafka's own message.
 */
public final class LocalAdmin implements AutoCloseable {

    private static final int TIMEOUT_MS = 15_000;
    private static final int REQUEST_TIMEOUT_MS = 5_000;
    private static final int MAX_STATE_REPLICAS = 3;
    private static final String STATE_SEGMENT_BYTES = Integer.toString(16 * 1024 * 1024);
    private static final String STATE_SEGMENT_MS = Long.toString(TimeUnit.HOURS.toMillis(1));

    private static final Set<TransactionState> NOT_ENDED =
            Set.of(TransactionState.ONGOING, TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT);

    private static final Logger LOG = LoggerFactory.getLogger(LocalAdmin.class);

    private final Admin admin;

    public LocalAdmin(LocalCluster local) {
        Map<String, Object> properties = local.clientProperties("admin");
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        this.admin = Admin.create(properties);
    }

    public LocalGroups groups() {
        return new LocalGroups(admin);
    }

    public LocalAcls acls() {
        return new LocalAcls(admin);
    }

    /** Begins to create the state topic; returns at once. One that exists is left as it is. */
    public void createStateTopic(int liveBrokers) {
        short replicas = (short) Math.max(1, Math.min(MAX_STATE_REPLICAS, liveBrokers));
        NewTopic topic = new NewTopic(TopicNames.STATE_TOPIC, 1, replicas)
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT,
                        TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                        replicas == MAX_STATE_REPLICAS ? "2" : "1",
                        TopicConfig.SEGMENT_BYTES_CONFIG,
                        STATE_SEGMENT_BYTES,
                        TopicConfig.SEGMENT_MS_CONFIG,
                        STATE_SEGMENT_MS,
                        TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
                        "0.1",
                        TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG,
                        "false"));
        admin.createTopics(List.of(topic));
    }

    /**
     * Creates topics; one that exists is left as it is.
     *
     * @return why topics were not created, by name
     */
    public Map<String, KafkaException> createTopics(Collection<NewTopic> topics) {
        Map<String, KafkaException> failures = new HashMap<>();
        admin.createTopics(topics).values().forEach((name, created) -> {
            try {
                await(created);
            } catch (TopicExistsException e) {
                // An earlier coordinator was here before.
            } catch (KafkaException e) {
                failures.put(name, e);
            }
        });
        return failures;
    }

    /** Deletes a topic; one that is not there is as good as deleted. */
    public void deleteTopic(String name) {
        try {
            await(admin.deleteTopics(List.of(name)).all());
        } catch (UnknownTopicOrPartitionException e) {
            // An earlier coordinator was here before.
        }
    }

    /** High watermarks, by partition in order. */
    public List<Long> endOffsets(String topic, int partitions) {
        return endOffsets(Map.of(topic, partitions)).of(topic);
    }

    /**
     * High watermarks of many topics.
     *
     * @param partitions how many each has, by name
     */
    public Offsets endOffsets(Map<String, Integer> partitions) {
        return offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
    }

    /** Log start offsets of many topics. */
    public Offsets startOffsets(Map<String, Integer> partitions) {
        return offsets(partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
    }

    /** Where the first open transactions of many topics begin; their high watermarks where there are none. */
    Offsets stableOffsets(Map<String, Integer> partitions) {
        return offsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
    }

    /** What the cluster tells about many topics; what it does not tell about one holds up no other. */
    public static final class Offsets {
        private final Map<String, Integer> partitions;
        private final ListOffsetsResult answer;

        private Offsets(Map<String, Integer> partitions, ListOffsetsResult answer) {
            this.partitions = partitions;
            this.answer = answer;
        }

        /**
         * Waits for those of one topic.
         *
         * @return by partition in order
         * @throws KafkaException if any of them is not to be had
         */
        public List<Long> of(String topic) {
            List<Long> offsets = new ArrayList<>();
            for (int number = 0; number < partitions.getOrDefault(topic, 0); number++) {
                offsets.add(await(answer.partitionResult(new TopicPartition(topic, number)))
                        .offset());
            }
            return offsets;
        }
    }

    private Offsets offsets(Map<String, Integer> partitions, OffsetSpec spec, IsolationLevel isolation) {
        Map<TopicPartition, OffsetSpec> request = new HashMap<>();
        partitions.forEach((topic, count) ->
                IntStream.range(0, count).forEach(number -> request.put(new TopicPartition(topic, number), spec)));
        return new Offsets(Map.copyOf(partitions), admin.listOffsets(request, new ListOffsetsOptions(isolation)));
    }

    /**
     * Changes definitions in the metadata log.
     *
     * @param wanted all definitions as they are to be, at a higher generation
     * @param changedKeys config keys that are written, or removed where {@code wanted} lacks them
     */
    public void changeDefinitions(Definitions wanted, Collection<String> changedKeys) {
        Map<String, String> configs = wanted.asConfigs();
        List<AlterConfigOp> changes = new ArrayList<>();
        changes.add(set(Definitions.GENERATION_KEY, Long.toString(wanted.generation())));
        for (String key : changedKeys) {
            String value = configs.get(key);
            changes.add(value == null ? unset(key) : set(key, value));
        }
        ConfigResource cluster = new ConfigResource(ConfigResource.Type.BROKER, "");
        await(admin.incrementalAlterConfigs(Map.of(cluster, changes)).all());
    }

    /** Begins to move a partition to other brokers; returns at once. What came of it shows in the cluster's metadata. */
    public void reassign(TopicPartition partition, List<Integer> replicas) {
        admin.alterPartitionReassignments(Map.of(partition, Optional.of(new NewPartitionReassignment(replicas))))
                .all()
                .whenComplete((done, error) -> {
                    if (error != null) {
                        LOG.warn("{} could not be moved to {}: {}", partition, replicas, error.toString());
                    }
                });
    }

    /**
     * Puts the committed offsets of all consumer groups that lie beyond an offset of a partition back to it; returns at once. A
     * group with members keeps its own: they notice by themselves.
     */
    public CompletionStage<Void> putGroupsBack(TopicPartition partition, long endOffset) {
        return admin.listGroups(ListGroupsOptions.forConsumerGroups())
                .valid()
                .toCompletionStage()
                .thenCompose(groups -> committed(groups, partition))
                .thenCompose(offsets -> putBack(offsets, partition, endOffset));
    }

    private CompletionStage<Map<String, Map<TopicPartition, OffsetAndMetadata>>> committed(
            Collection<GroupListing> groups, TopicPartition partition) {
        if (groups.isEmpty()) {
            return CompletableFuture.completedFuture(Map.of());
        }
        ListConsumerGroupOffsetsSpec wanted = new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(partition));
        return admin.listConsumerGroupOffsets(
                        groups.stream().collect(Collectors.toMap(GroupListing::groupId, group -> wanted)))
                .all()
                .toCompletionStage();
    }

    private CompletionStage<Void> putBack(
            Map<String, Map<TopicPartition, OffsetAndMetadata>> committed, TopicPartition partition, long endOffset) {
        List<CompletableFuture<Void>> changes = new ArrayList<>();
        committed.forEach((group, offsets) -> {
            OffsetAndMetadata offset = offsets.get(partition);
            if (offset != null && offset.offset() > endOffset) {
                changes.add(admin.alterConsumerGroupOffsets(
                                group, Map.of(partition, new OffsetAndMetadata(endOffset, offset.metadata())))
                        .all()
                        .toCompletionStage()
                        .toCompletableFuture());
            }
        });
        return CompletableFuture.allOf(changes.toArray(CompletableFuture[]::new));
    }

    /** By topic, ids of the transactions of this cluster that are not ended and may still write to it, markers too. */
    public Map<String, Set<String>> openTransactions() {
        Set<String> open =
                await(admin.listTransactions(new ListTransactionsOptions().filterStates(NOT_ENDED))
                                .all())
                        .stream()
                        .map(TransactionListing::transactionalId)
                        .collect(Collectors.toSet());
        Map<String, Set<String>> byTopic = new HashMap<>();
        await(admin.describeTransactions(open).all())
                .forEach((id, transaction) -> transaction
                        .topicPartitions()
                        .forEach(partition -> byTopic.computeIfAbsent(partition.topic(), topic -> new TreeSet<>())
                                .add(id)));
        return byTopic;
    }

    /** Deletes the topic with an id, whatever its name; one that is not there is as good as deleted. */
    public void deleteTopic(Uuid id) {
        try {
            await(admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all());
        } catch (UnknownTopicIdException e) {
            // An earlier coordinator was here before.
        }
    }

    /**
     * Sets and unsets configs of topics.
     *
     * @param wanted by topic and key, the new value, or empty to unset it; keys that are not there stay as they are
     * @return why topics were not changed, by name
     */
    public Map<String, KafkaException> changeTopicConfigs(Map<String, Map<String, Optional<String>>> wanted) {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        wanted.forEach((topic, configs) -> changes.put(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                configs.entrySet().stream()
                        .map(config -> config.getValue()
                                .map(value -> set(config.getKey(), value))
                                .orElseGet(() -> unset(config.getKey())))
                        .toList()));
        Map<String, KafkaException> failures = new HashMap<>();
        admin.incrementalAlterConfigs(changes)
                .values()
                .forEach((resource, changed) ->
                        failure(changed).ifPresent(error -> failures.put(resource.name(), error)));
        return failures;
    }

    /**
     * Adds partitions to topics.
     *
     * @param partitions how many each is to have, by name
     * @return why topics did not get them, by name
     */
    public Map<String, KafkaException> growTopics(Map<String, Integer> partitions) {
        Map<String, NewPartitions> wanted = new HashMap<>();
        partitions.forEach((topic, count) -> wanted.put(topic, NewPartitions.increaseTo(count)));
        return failures(admin.createPartitions(wanted).values());
    }

    static <K> Map<K, KafkaException> failures(Map<K, KafkaFuture<Void>> all) {
        Map<K, KafkaException> failures = new HashMap<>();
        all.forEach((name, done) -> failure(done).ifPresent(error -> failures.put(name, error)));
        return failures;
    }

    /** @return why what is done with each of them was not done */
    static <K, V> Map<K, KafkaException> failures(Map<K, V> all, BiFunction<K, V, KafkaFuture<Void>> change) {
        Map<K, KafkaFuture<Void>> futures = new HashMap<>();
        all.forEach((key, value) -> futures.put(key, change.apply(key, value)));
        return failures(futures);
    }

    private static Optional<KafkaException> failure(KafkaFuture<Void> done) {
        try {
            await(done);
            return Optional.empty();
        } catch (KafkaException e) {
            return Optional.of(e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(2));
    }

    private static AlterConfigOp unset(String key) {
        return new AlterConfigOp(new ConfigEntry(key, null), AlterConfigOp.OpType.DELETE);
    }

    private static AlterConfigOp set(String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
    }

    static <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("the local cluster did not answer within " + TIMEOUT_MS + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }
}
