/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.GroupCommits;
import io.hawser.systemtests.cluster.ProcessCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/** One partition on both sides: what tests about losses do to it and wait for. Confined to the test's thread. */
public final class Mirrored {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final LinkedClusters clusters;
    private final TopicPartition partition;

    public Mirrored(LinkedClusters clusters, String topic) {
        this.clusters = clusters;
        this.partition = new TopicPartition(topic, 0);
    }

    /** A topic of one partition with so many records in one batch, and its mirror, which has them. */
    public static Mirrored filled(LinkedClusters clusters, String topic, int records) {
        clusters.source().topics().create(topic, 1);
        Mirrored mirrored = new Mirrored(clusters, topic);
        mirrored.produce(records, "record");
        clusters.mirror(topic);
        mirrored.awaitEnd(records);
        return mirrored;
    }

    public String topic() {
        return partition.topic();
    }

    /** Writes one batch to the source. */
    public void produce(int records, String content) {
        produce(records, 1 << 20, content);
    }

    /** Writes batches of that size to the source. */
    public void produce(int records, int batchBytes, String content) {
        Map<String, Object> properties = new HashMap<>(clusters.source().adminProperties());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 1_000);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, batchBytes);
        // A broker that is paused takes a connection and says nothing.
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                byte[] value = (content + " " + i).getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(topic(), 0, value, value));
            }
            producer.flush();
        }
    }

    public void deleteOnSource(long beforeOffset) throws Exception {
        try (Admin admin = clusters.source().admin()) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(beforeOffset)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    public void awaitEnd(long offset) {
        await(
                "end " + offset + " of the mirror",
                () -> assertThat(mirrorOffset(OffsetSpec.latest())).isEqualTo(offset));
    }

    public void awaitStart(long offset) {
        await(
                "start " + offset + " of the mirror",
                () -> assertThat(mirrorOffset(OffsetSpec.earliest())).isEqualTo(offset));
    }

    public long mirrorOffset(OffsetSpec spec) {
        try (Admin admin = clusters.destination().topics().watcher()) {
            return admin.listOffsets(Map.of(partition, spec))
                    .partitionResult(partition)
                    .get(10, TimeUnit.SECONDS)
                    .offset();
        } catch (Exception e) {
            throw new AssertionError("no offset of " + partition, e);
        }
    }

    /** For a group without members, on either side. */
    public void commit(ProcessCluster cluster, String group, long offset, String metadata) {
        GroupCommits.commit(cluster, group, partition, new OffsetAndMetadata(offset, metadata));
    }

    /** What a group has committed on either side; null if nothing. */
    public @Nullable OffsetAndMetadata committed(ProcessCluster cluster, String group) {
        return GroupCommits.committed(cluster, group, partition);
    }

    /** Waits until an operator would read these words about the topic. */
    public String awaitDescribed(String... words) {
        String[] last = {""};
        await("'describe' with " + List.of(words), () -> {
            last[0] = clusters.linkAdmin()
                    .run("describe", "--mirror-topic", topic())
                    .out();
            assertThat(last[0]).contains(words);
        });
        return last[0];
    }

    /** Waits until records are fetched from that broker of the source. */
    public void awaitSourceBroker(int broker) {
        awaitFigure("sourceBroker", broker);
    }

    /** Waits until an operator would read of that lag, in records. */
    public void awaitLag(long records) {
        awaitFigure("lagRecords", records);
    }

    private void awaitFigure(String name, long value) {
        await(
                name + " " + value,
                () -> assertThat(clusters.linkAdmin()
                                .run("describe", "--mirror-topic", topic(), "-o", "json")
                                .out())
                        .contains("\"" + name + "\" : " + value + ","));
    }

    /** Waits until the mirror is assigned to that many brokers. */
    public void awaitReplicas(int replicas) {
        await(
                replicas + " replicas of the mirror",
                () -> assertThat(replicasOfMirror()).isEqualTo(replicas));
    }

    private int replicasOfMirror() {
        try (Admin admin = clusters.destination().topics().watcher()) {
            return admin.describeTopics(List.of(topic()))
                    .allTopicNames()
                    .get(10, TimeUnit.SECONDS)
                    .get(topic())
                    .partitions()
                    .get(0)
                    .replicas()
                    .size();
        } catch (Exception e) {
            throw new AssertionError("no replicas of " + partition, e);
        }
    }

    /** Waits until every replica on both sides is what it must be. */
    public void awaitEqual() {
        clusters.equality().awaitReplicas(topic());
    }

    private static void await(String what, ThrowingRunnable condition) {
        Awaitility.await(what)
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(condition);
    }
}
