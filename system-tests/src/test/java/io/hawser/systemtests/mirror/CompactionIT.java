/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.TestCluster;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import io.hawser.systemtests.records.MirrorComparison;
import io.hawser.systemtests.records.TopicContents;
import io.hawser.systemtests.records.TopicReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A topic of which each side keeps the latest record of every key, each by a cleaner of its own. */
class CompactionIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String TOPIC = "compacted";

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
            twoBrokers("source").property("log.cleaner.backoff.ms", "100"), twoBrokers("destination"));

    private final Mirrored topic = new Mirrored(CLUSTERS, TOPIC);

    @Test
    void keepsOffsetsAndTheLastStateOfEachKeyAndWarnsOfTombstonesThatItMayMiss() throws Exception {
        CLUSTERS.source()
                .topics()
                .create(
                        TOPIC,
                        1,
                        2,
                        Map.of(
                                "cleanup.policy", "compact",
                                "segment.ms", "50",
                                "min.cleanable.dirty.ratio", "0.01",
                                "delete.retention.ms", "100"));
        overwrite(1);
        awaitCompaction();

        CLUSTERS.mirror(TOPIC);
        overwrite(2);
        topic.awaitEnd(read(CLUSTERS.source()).endOffsets().get(0));

        assertThat(latest(CLUSTERS.destination()))
                .isEqualTo(latest(CLUSTERS.source()))
                .hasSize(5)
                .doesNotContainKey("key-0");
        MirrorComparison.Result replicas = CLUSTERS.equality().awaitCompactedReplicas(TOPIC);
        assertThat(replicas.ranges().get(0).headerOnlyBatches()).isPositive();
        assertThat(replicas.ranges().get(0).replicas()).isEqualTo(4);

        CLUSTERS.admin("pause", "--mirror-topic", TOPIC);
        awaitInALogOfTheDestination("compacted-0: the mirror is", "delete.retention.ms", "may live on here");
    }

    private static ClusterSpec.Builder twoBrokers(String name) {
        return ClusterSpec.named(name).brokers(2).shortLived().dedicatedController();
    }

    /** A producer for each record: of every one its last batch stays, be it empty. */
    private static void overwrite(int round) throws Exception {
        for (int i = 0; i < 200; i++) {
            produce("key-" + i % 6, ("round " + round + " " + i).getBytes(StandardCharsets.UTF_8));
        }
        produce("key-0", null);
    }

    /** Until the source's cleaner has been there: most of the records are gone. */
    private static void awaitCompaction() {
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
            produce("key-5", "again".getBytes(StandardCharsets.UTF_8));
            assertThat(read(CLUSTERS.source()).count()).isLessThan(100);
        });
    }

    private static void produce(String key, byte[] value)
            throws ExecutionException, InterruptedException, java.util.concurrent.TimeoutException {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                CLUSTERS.source().adminProperties(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, 0, key.getBytes(StandardCharsets.UTF_8), value))
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static void awaitInALogOfTheDestination(String... words) {
        Awaitility.await("a warning with " + List.of(words))
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(CLUSTERS.destination().nodeIds())
                        .anySatisfy(node -> assertThat(
                                        Files.readString(CLUSTERS.destination().logFile(node)))
                                .contains(words)));
    }

    private static Map<String, Bytes> latest(TestCluster cluster) {
        Map<String, Bytes> latest = new TreeMap<>();
        read(cluster).records().forEach(record -> {
            if (record.value() == null) {
                latest.remove(String.valueOf(record.key()));
            } else {
                latest.put(String.valueOf(record.key()), record.value());
            }
        });
        return latest;
    }

    private static TopicContents read(TestCluster cluster) {
        return new TopicReader(cluster.adminProperties()).read(TOPIC, IsolationLevel.READ_UNCOMMITTED);
    }
}
