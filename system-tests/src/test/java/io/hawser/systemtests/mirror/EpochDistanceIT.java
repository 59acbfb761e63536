/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.TestCluster;
import io.hawser.systemtests.link.LinkedClusters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Leader epochs that are far apart on the two sides: mirroring goes on, and so do consumers that come over. */
class EpochDistanceIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int MOVES = 12;
    /** A session that lapses is a move of the other side, and one that a broker had not heard of is none. */
    private static final int LOST_MOVES = 5;

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(2, 2);

    @Test
    void followsASourceWhoseEpochIsFarAbove() throws Exception {
        TopicPartition partition = new TopicPartition("above", 0);
        CLUSTERS.source().topics().create("above", 1, 2, Map.of());
        for (int move = 0; move < MOVES; move++) {
            produce("above", 2);
            moveLeader(CLUSTERS.source(), partition);
        }
        produce("above", 2);
        mirror("above");
        CLUSTERS.equality().await("above", 1);
        assertThat(epoch(CLUSTERS.source(), partition))
                .isGreaterThanOrEqualTo(epoch(CLUSTERS.destination(), partition) + MOVES - LOST_MOVES);

        requireConsumersToGoOn(partition, "above");
    }

    @Test
    void followsASourceWhoseEpochIsFarBelow() throws Exception {
        TopicPartition partition = new TopicPartition("below", 0);
        CLUSTERS.source().topics().create("below", 1, 2, Map.of());
        mirror("below");
        for (int move = 0; move < MOVES; move++) {
            produce("below", 2);
            moveLeader(CLUSTERS.destination(), partition);
        }
        produce("below", 2);
        CLUSTERS.equality().await("below", 1);
        assertThat(epoch(CLUSTERS.destination(), partition))
                .isGreaterThanOrEqualTo(epoch(CLUSTERS.source(), partition) + MOVES - LOST_MOVES);

        requireConsumersToGoOn(partition, "below");
    }

    /**
     * A group read and committed half on the source. It goes on from the same offset on the mirror, committed there without a
     * leader epoch or with one of the destination's; then mirroring goes on, with both groups reading.
     */
    private static void requireConsumersToGoOn(TopicPartition partition, String topic) throws Exception {
        long end = offset(CLUSTERS.source(), partition).offset();
        long half = end / 2;
        try (KafkaConsumer<byte[], byte[]> onSource = consumer(CLUSTERS.source(), topic + "-group")) {
            onSource.assign(List.of(partition));
            onSource.seek(partition, 0);
            assertThat(read(onSource, half)).startsWith(0L);
            onSource.commitSync(Map.of(partition, new OffsetAndMetadata(half)));
        }
        commit(partition, topic + "-without", new OffsetAndMetadata(half));
        commit(
                partition,
                topic + "-with",
                new OffsetAndMetadata(half, Optional.of(epochOfRecord(partition, half - 1)), "moved by hand"));

        produce(topic, 5);
        for (String group : List.of(topic + "-without", topic + "-with")) {
            try (KafkaConsumer<byte[], byte[]> onMirror = consumer(CLUSTERS.destination(), group)) {
                onMirror.subscribe(List.of(topic));
                assertThat(read(onMirror, end + 5 - half))
                        .as("offsets that %s reads on the mirror", group)
                        .containsExactlyElementsOf(
                                LongStream.range(half, end + 5).boxed().toList());
                onMirror.commitSync();
            }
        }
    }

    /** The epoch that the destination's log gives the record, as a consumer there would commit it. */
    private static int epochOfRecord(TopicPartition partition, long offset) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(CLUSTERS.destination(), "peek")) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, offset);
            long deadlineNs = System.nanoTime() + LIMIT.toNanos();
            while (System.nanoTime() < deadlineNs) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    return record.leaderEpoch().orElseThrow();
                }
            }
            throw new AssertionError("no record at " + offset + " of " + partition);
        }
    }

    private static List<Long> read(KafkaConsumer<byte[], byte[]> consumer, long records) {
        List<Long> offsets = new ArrayList<>();
        long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        while (offsets.size() < records) {
            assertThat(System.nanoTime())
                    .as("read only %s of %d records", offsets, records)
                    .isLessThan(deadlineNs);
            consumer.poll(Duration.ofMillis(200)).forEach(record -> offsets.add(record.offset()));
        }
        return offsets;
    }

    private static KafkaConsumer<byte[], byte[]> consumer(TestCluster cluster, String group) {
        Map<String, Object> properties = new HashMap<>(cluster.adminProperties());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static void commit(TopicPartition partition, String group, OffsetAndMetadata offset) throws Exception {
        try (Admin admin = CLUSTERS.destination().admin()) {
            admin.alterConsumerGroupOffsets(group, Map.of(partition, offset))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    /** Puts the follower first among the replicas, and lets it lead as the preferred one. */
    private static void moveLeader(TestCluster cluster, TopicPartition partition) throws Exception {
        int leader = cluster.topics().leader(partition.topic(), 0).orElseThrow();
        int follower = leader == 1 ? 2 : 1;
        try (Admin admin = cluster.admin()) {
            admin.alterPartitionReassignments(
                            Map.of(partition, Optional.of(new NewPartitionReassignment(List.of(follower, leader)))))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        cluster.topics().electPreferredLeader(partition.topic(), 0);
        cluster.topics().awaitLeaderOtherThan(leader, partition.topic(), 0);
    }

    private static int epoch(TestCluster cluster, TopicPartition partition) throws Exception {
        return offset(cluster, partition).leaderEpoch().orElseThrow();
    }

    private static ListOffsetsResultInfo offset(TestCluster cluster, TopicPartition partition) throws Exception {
        try (Admin admin = cluster.admin()) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static void produce(String topic, int records) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                CLUSTERS.source().adminProperties(), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(topic, 0, null, "value".getBytes(StandardCharsets.UTF_8)))
                        .get(30, TimeUnit.SECONDS);
            }
        }
    }

    private static void mirror(String topic) {
        CLUSTERS.mirror(topic, "--wait");
    }
}
