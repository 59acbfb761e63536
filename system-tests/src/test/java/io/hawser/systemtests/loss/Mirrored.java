/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.TestCluster;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.records.SegmentComparison;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** One partition on both sides: what tests about losses do to it and wait for. Confined to the test's thread. */
final class Mirrored {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final TestCluster source;
    private final TestCluster destination;
    private final LinkAdmin linkAdmin;
    private final TopicPartition partition;

    Mirrored(TestCluster source, TestCluster destination, LinkAdmin linkAdmin, String topic) {
        this.source = source;
        this.destination = destination;
        this.linkAdmin = linkAdmin;
        this.partition = new TopicPartition(topic, 0);
    }

    String topic() {
        return partition.topic();
    }

    /** Writes one batch to the source. */
    void produce(int records, String content) {
        Map<String, Object> properties = new HashMap<>(source.adminProperties());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 1_000);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 20);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                byte[] value = (content + " " + i).getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(topic(), 0, value, value));
            }
            producer.flush();
        }
    }

    void deleteOnSource(long beforeOffset) throws Exception {
        try (Admin admin = source.admin()) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(beforeOffset)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    void awaitEnd(long offset) {
        await(
                "end " + offset + " of the mirror",
                () -> assertThat(mirrorOffset(OffsetSpec.latest())).isEqualTo(offset));
    }

    void awaitStart(long offset) {
        await(
                "start " + offset + " of the mirror",
                () -> assertThat(mirrorOffset(OffsetSpec.earliest())).isEqualTo(offset));
    }

    long mirrorOffset(OffsetSpec spec) {
        try (Admin admin = destination.admin()) {
            return admin.listOffsets(Map.of(partition, spec))
                    .partitionResult(partition)
                    .get(10, TimeUnit.SECONDS)
                    .offset();
        } catch (Exception e) {
            throw new AssertionError("no offset of " + partition, e);
        }
    }

    /** Waits until an operator would read these words about the topic. */
    String awaitDescribed(String... words) {
        String[] last = {""};
        await("'describe' with " + List.of(words), () -> {
            last[0] = linkAdmin.run("describe", "--mirror-topic", topic()).out();
            assertThat(last[0]).contains(words);
        });
        return last[0];
    }

    /** Waits until every replica on both sides holds the same, and the nodes' folders are there to compare. */
    void awaitEqual() {
        SegmentComparison comparison =
                SegmentComparison.ofMirror(topic(), 0, directories(source), directories(destination));
        await("equal segments", () -> {
            SegmentComparison.Result result = comparison.compare();
            assertThat(result.differences()).isEmpty();
            assertThat(result.batches()).isPositive();
        });
    }

    private static List<Path> directories(TestCluster cluster) {
        return cluster.nodeIds().stream().map(cluster::dataDirectory).toList();
    }

    private static void await(String what, ThrowingRunnable condition) {
        Awaitility.await(what)
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(condition);
    }
}
