/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.records.SegmentComparison;
import io.hawser.systemtests.records.TopicReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A source broker restarts, and all that it leads has a new leader epoch at once. */
class SourceRestartIT {

    private static final String TOPIC = "many";
    private static final String STATE_TOPIC = "__hawser_state";
    private static final int PARTITIONS = 150;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(1, 1);

    @Test
    void keepsAllNewEpochsInFewWrites() {
        CLUSTERS.source().topics().create(TOPIC, PARTITIONS);
        CLUSTERS.mirror(TOPIC);
        writeToEachPartition();
        awaitRecords(PARTITIONS);
        long batchesBefore = batchesOfState();
        long recordsBefore = records(STATE_TOPIC);

        CLUSTERS.source().restart(1);
        long restartedNs = System.nanoTime();
        writeToEachPartition();
        awaitRecords(2 * PARTITIONS);

        long ms = (System.nanoTime() - restartedNs) / 1_000_000;
        long batches = batchesOfState() - batchesBefore;
        long records = records(STATE_TOPIC) - recordsBefore;
        System.out.printf(
                "%d partitions with a new source epoch: %d records in %d batches of the state topic, all mirrored after %d ms%n",
                PARTITIONS, records, batches, ms);
        assertThat(records).isGreaterThanOrEqualTo(PARTITIONS);
        assertThat(batches).isLessThan(records / 3);
        assertThat(CLUSTERS.equality().awaitReplicas(TOPIC).ranges()).hasSize(PARTITIONS);
    }

    private static void writeToEachPartition() {
        Map<String, Object> properties = new HashMap<>(CLUSTERS.source().adminProperties());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                producer.send(new ProducerRecord<>(TOPIC, partition, null, "value".getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    private static void awaitRecords(long count) {
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(records(TOPIC)).isEqualTo(count));
    }

    private static long records(String topic) {
        return new TopicReader(CLUSTERS.destination().adminProperties())
                .read(topic, IsolationLevel.READ_UNCOMMITTED)
                .count();
    }

    private static long batchesOfState() {
        List<Path> data = List.of(CLUSTERS.destination().dataDirectory(1));
        return SegmentComparison.ofReplicas(STATE_TOPIC, 0, data).compare().batches();
    }
}
