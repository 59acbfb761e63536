/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.TestCluster;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.records.TopicContents;
import io.hawser.systemtests.records.TopicReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Topics that are out of the ordinary: their times, their sizes, their format. */
class ContentIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
                    ClusterSpec.named("source").shortLived(),
                    ClusterSpec.named("destination").shortLived())
            .link(LinkedClusters.LINK, "replica.fetch.max.bytes=1024");

    @Test
    void keepsTimesFromLongAgoAndFromTheFuture() throws Exception {
        long nowMs = System.currentTimeMillis();
        mirror(
                "times",
                1,
                Map.of("message.timestamp.after.max.ms", String.valueOf(Long.MAX_VALUE), "retention.ms", "-1"));
        List<Long> times = List.of(nowMs, 1L, nowMs + 400 * DAY_MS, nowMs - 9_000 * DAY_MS, nowMs + 1, 5L);
        for (long time : times) {
            produce("times", 0, time, "k", new byte[100]);
        }

        awaitEqual("times");
        for (long time : times) {
            for (long asked : List.of(time - 1, time, time + 1)) {
                assertThat(offsetAt(CLUSTERS.destination(), "times", asked))
                        .as("offset for time %d", asked)
                        .isEqualTo(offsetAt(CLUSTERS.source(), "times", asked));
            }
        }
    }

    @Test
    void keepsTheTimesThatTheSourcesLogGave() throws Exception {
        mirror("log-times", 1, Map.of("message.timestamp.type", "LogAppendTime"));
        for (int i = 0; i < 20; i++) {
            produce("log-times", 0, 1L, "k", new byte[10]);
        }

        awaitEqual("log-times");
        TopicContents mirrored = read(CLUSTERS.destination(), "log-times");
        assertThat(mirrored.records())
                .allMatch(record -> record.timestampType() == TimestampType.LOG_APPEND_TIME && record.timestamp() > 1);
        long middle = mirrored.records().toList().get(10).timestamp();
        assertThat(offsetAt(CLUSTERS.destination(), "log-times", middle))
                .isEqualTo(offsetAt(CLUSTERS.source(), "log-times", middle));
    }

    @Test
    void followsTheSourceToLargerBatchesAndHoldsUpOnlyThePartitionThatWaits() throws Exception {
        mirror("sizes", 2, Map.of("max.message.bytes", "900000", "segment.bytes", "1048576"));
        produce("sizes", 0, System.currentTimeMillis(), "within", new byte[500_000]);
        awaitEqual("sizes");

        alter("sizes", Map.of("max.message.bytes", "4000000", "segment.bytes", "8388608"));
        produce("sizes", 0, System.currentTimeMillis(), "beyond", new byte[3_000_000]);
        produce("sizes", 1, System.currentTimeMillis(), "other", new byte[10]);

        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(read(CLUSTERS.destination(), "sizes")
                                .partitions()
                                .get(1))
                        .hasSize(1));
        awaitEqual("sizes");

        alter("sizes", Map.of("max.message.bytes", "900000", "segment.bytes", "1048576"));
        produce("sizes", 0, System.currentTimeMillis(), "within again", new byte[500_000]);
        awaitEqual("sizes");
    }

    @Test
    void takesBatchesThatTheSourceItselfWouldRefuseByNow() throws Exception {
        CLUSTERS.source()
                .topics()
                .create("shrunk", 2, 1, Map.of("max.message.bytes", "4000000", "segment.bytes", "8388608"));
        produce("shrunk", 0, System.currentTimeMillis(), "of larger days", new byte[3_000_000]);
        alter("shrunk", Map.of("max.message.bytes", "900000", "segment.bytes", "1048576"));

        createMirror("shrunk");
        produce("shrunk", 1, System.currentTimeMillis(), "other", new byte[10]);

        awaitEqual("shrunk");
    }

    @Test
    void saysSoWhenTheSourceHoldsAFormatOfLongAgoAndMirrorsTheOthers() throws Exception {
        CLUSTERS.source().topics().create("old-format", 1);
        CLUSTERS.source().topics().create("new-format", 1);
        writeOldFormat("old-format");
        createMirror("old-format");
        createMirror("new-format");
        produce("new-format", 0, System.currentTimeMillis(), "k", new byte[10]);

        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(CLUSTERS.linkAdmin()
                                .run("describe", "--mirror-topic", "old-format")
                                .out())
                        .contains("FAILED", "UNSUPPORTED_MESSAGE_FORMAT"));
        awaitEqual("new-format");
    }

    private static void writeOldFormat(String topic) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(4_096);
        try (MemoryRecordsBuilder builder = MemoryRecords.builder(
                buffer, RecordBatch.MAGIC_VALUE_V1, Compression.NONE, TimestampType.CREATE_TIME, 0L)) {
            builder.append(1L, "old".getBytes(StandardCharsets.UTF_8), "old".getBytes(StandardCharsets.UTF_8));
            builder.build();
        }
        buffer.flip();
        CLUSTERS.source().stop(1);
        Path segment = CLUSTERS.source().dataDirectory(1).resolve(topic + "-0").resolve("00000000000000000000.log");
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            file.write(buffer);
        }
        CLUSTERS.source().start(1);
    }

    private static void mirror(String topic, int partitions, Map<String, String> configs) {
        CLUSTERS.source().topics().create(topic, partitions, 1, configs);
        createMirror(topic);
    }

    private static void createMirror(String topic) {
        CLUSTERS.mirror(topic);
    }

    private static void alter(String topic, Map<String, String> configs) throws Exception {
        List<AlterConfigOp> changes = configs.entrySet().stream()
                .map(each ->
                        new AlterConfigOp(new ConfigEntry(each.getKey(), each.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        try (Admin admin = CLUSTERS.source().admin()) {
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), changes))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static void produce(String topic, int partition, long timestamp, String key, byte[] value)
            throws Exception {
        Map<String, Object> properties = new HashMap<>(CLUSTERS.source().adminProperties());
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 16_000_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            topic, partition, timestamp, key.getBytes(StandardCharsets.UTF_8), value))
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static long offsetAt(TestCluster cluster, String topic, long timestamp) throws Exception {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Admin admin = cluster.admin()) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.forTimestamp(timestamp)))
                    .partitionResult(partition)
                    .get(30, TimeUnit.SECONDS)
                    .offset();
        }
    }

    private static void awaitEqual(String topic) {
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
            TopicContents expected = read(CLUSTERS.source(), topic);
            assertThat(expected.count()).isPositive();
            assertThat(read(CLUSTERS.destination(), topic)).isEqualTo(expected);
        });
    }

    private static TopicContents read(TestCluster cluster, String topic) {
        return new TopicReader(cluster.adminProperties()).read(topic, IsolationLevel.READ_UNCOMMITTED);
    }
}
