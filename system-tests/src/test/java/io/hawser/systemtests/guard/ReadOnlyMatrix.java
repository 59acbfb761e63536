/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.StringSerializer;

/** Every change of a mirror topic that a client can ask for, and the same of another topic. */
public final class ReadOnlyMatrix {

    private ReadOnlyMatrix() {}

    /**
     * Whoever may do anything with the other topic may change nothing of the mirror.
     *
     * @param client properties of its clients
     * @param other a topic of one partition; is deleted and made anew, and has two afterwards
     */
    public static void assertRefused(Map<String, Object> client, String mirror, String other) throws Exception {
        for (Map<String, Object> kind : List.of(
                Map.<String, Object>of(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false),
                Map.<String, Object>of(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                Map.<String, Object>of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "guard"))) {
            assertProduceRefused(client, kind, mirror, other);
        }
        try (Admin admin = Admin.create(client)) {
            Uuid id = get(admin.describeTopics(List.of(mirror)).allTopicNames())
                    .get(mirror)
                    .topicId();
            TopicPartition partition = new TopicPartition(mirror, 0);
            refused(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(0)))
                    .all());
            refused(admin.createPartitions(Map.of(mirror, NewPartitions.increaseTo(3)))
                    .all());
            refused(admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all());
            refused(admin.incrementalAlterConfigs(Map.of(topic(mirror), List.of(retention())))
                    .all());
            refused(admin.deleteTopics(List.of(mirror)).all());
            var mixed = admin.deleteTopics(List.of(mirror, other)).topicNameValues();
            refused(mixed.get(mirror));
            get(mixed.get(other));
            var created = admin.createTopics(
                            List.of(new NewTopic(mirror, 1, (short) 1), new NewTopic(other, 1, (short) 1)))
                    .values();
            refused(created.get(mirror));
            get(created.get(other));
            get(admin.createPartitions(Map.of(other, NewPartitions.increaseTo(2)))
                    .all());
            get(admin.incrementalAlterConfigs(Map.of(topic(other), List.of(retention())))
                    .all());
            assertThat(get(admin.describeTopics(List.of(mirror)).allTopicNames())
                            .get(mirror)
                            .partitions())
                    .hasSize(1);
        }
    }

    private static void assertProduceRefused(
            Map<String, Object> client, Map<String, Object> kind, String mirror, String other) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.putAll(kind);
        boolean transactional = kind.containsKey(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
        try {
            if (transactional) {
                producer.initTransactions();
                producer.beginTransaction();
            }
            assertThatThrownBy(() ->
                            producer.send(new ProducerRecord<>(mirror, "no")).get(20, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(AuthorizationException.class);
            if (transactional) {
                producer.abortTransaction();
                producer.beginTransaction();
            }
            assertThatCode(() ->
                            producer.send(new ProducerRecord<>(other, "yes")).get(20, TimeUnit.SECONDS))
                    .doesNotThrowAnyException();
            if (transactional) {
                producer.commitTransaction();
            }
        } finally {
            producer.close(Duration.ofSeconds(5));
        }
    }

    private static ConfigResource topic(String name) {
        return new ConfigResource(ConfigResource.Type.TOPIC, name);
    }

    private static AlterConfigOp retention() {
        return new AlterConfigOp(new ConfigEntry("retention.ms", "1000000"), AlterConfigOp.OpType.SET);
    }

    private static void refused(KafkaFuture<?> change) {
        assertThatThrownBy(() -> get(change)).isInstanceOf(AuthorizationException.class);
    }

    private static <T> T get(KafkaFuture<T> future) throws Exception {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
