/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import io.hawser.systemtests.records.SegmentComparison;
import io.hawser.systemtests.records.TopicReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A source broker restarts, and all that it leads has a new leader epoch at once. */
class SourceRestartIT {

    private static final String TOPIC = "many";
    private static final String STATE_TOPIC = "__hawser_state";
    private static final int PARTITIONS = 300;
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
        assertThat(batches).isLessThan(records / 5);
        assertThat(CLUSTERS.equality().awaitReplicas(TOPIC).ranges()).hasSize(PARTITIONS);
    }

    @Test
    void takesNothingOfANewEpochBeforeTheEpochIsKept() throws Exception {
        Mirrored waiting = mirror("waiting");
        Mirrored known = mirror("known");
        CLUSTERS.source().restart(1);
        known.produce(10, "of the new epoch");
        known.awaitEnd(20);

        refuseWritesToState(true);
        waiting.produce(10, "of the new epoch");
        known.produce(10, "of the new epoch, which is kept");
        known.awaitEnd(30);
        Awaitility.await()
                .during(Duration.ofSeconds(1))
                .atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(waiting.mirrorOffset(OffsetSpec.latest())).isEqualTo(10));

        refuseWritesToState(false);
        waiting.awaitEnd(20);
        waiting.awaitEqual();
    }

    private static Mirrored mirror(String topic) {
        CLUSTERS.source().topics().create(topic, 1);
        CLUSTERS.mirror(topic);
        Mirrored mirrored = new Mirrored(CLUSTERS, topic);
        mirrored.produce(10, "of the first epoch");
        mirrored.awaitEnd(10);
        return mirrored;
    }

    /** No batch is as small as what the state topic takes then. */
    private static void refuseWritesToState(boolean refused) throws Exception {
        ConfigEntry largest = new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, refused ? "1" : "1048588");
        try (Admin admin = CLUSTERS.destination().admin()) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, STATE_TOPIC),
                            List.of(new AlterConfigOp(largest, AlterConfigOp.OpType.SET))))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
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
