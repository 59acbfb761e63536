/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.records.TopicContents;
import io.hawser.systemtests.records.TopicReader;
import io.hawser.systemtests.records.TopicRecord;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Transactions, a third of them aborted, while leaders on both sides are killed. */
class TransactionsIT {

    private static final int PARTITIONS = 3;

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(2, 2);

    @Test
    void showsAtEachMomentABeginningOfWhatTheSourceCommitted() {
        mirror("transfers");
        WorkloadSpec spec = WorkloadSpec.of("transfers", Mode.TRANSACTIONAL, Codec.LZ4, 1)
                .abortPercent(30)
                .recordsPerSecond(400);
        try (Workload workload = Workload.start(spec, CLUSTERS.source().adminProperties())) {
            workload.awaitProgress(200);
            requireBeginning("transfers");

            int destinationLeader =
                    CLUSTERS.destination().topics().leader("transfers", 0).orElseThrow();
            CLUSTERS.destination().kill(destinationLeader);
            workload.awaitProgress(200);
            CLUSTERS.destination().start(destinationLeader);
            requireBeginning("transfers");

            int sourceLeader = CLUSTERS.source().topics().leader("transfers", 1).orElseThrow();
            CLUSTERS.source().kill(sourceLeader);
            CLUSTERS.source().topics().awaitLeaderOtherThan(sourceLeader, "transfers", 1);
            workload.awaitProgress(100);
            requireBeginning("transfers");
            CLUSTERS.source().start(sourceLeader);
            workload.awaitProgress(100);
            workload.stop();
        }

        CLUSTERS.source().topics().awaitInSync("transfers");
        CLUSTERS.destination().topics().awaitInSync("transfers");
        CLUSTERS.equality().await("transfers", PARTITIONS);
    }

    @Test
    void neverShowsWhatWasOpenAtTheFailover() throws Exception {
        mirror("open");
        Map<String, Object> properties = new HashMap<>(CLUSTERS.source().adminProperties());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "over-all-partitions");
        KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
        try {
            producer.initTransactions();
            transact(producer, "committed");
            producer.commitTransaction();
            transact(producer, "open");
            TopicReader mirror = new TopicReader(CLUSTERS.destination().adminProperties());
            mirror.readTo("open", IsolationLevel.READ_UNCOMMITTED, Map.of(0, 3L, 1, 3L, 2, 3L));
            requireNoneOpen(mirror);

            try (CommittedReader reader =
                    CommittedReader.start(CLUSTERS.destination().adminProperties(), "open", PARTITIONS)) {
                reader.awaitPositions(1);
                CLUSTERS.admin("failover", "--mirror-topic", "open", "--wait");
                // The record that was open, and the marker that ends it.
                reader.awaitPositions(4);
                assertThat(reader.values()).hasSize(PARTITIONS).containsOnly("committed");
            }

            requireNoneOpen(mirror);
            TopicContents committed = mirror.read("open", IsolationLevel.READ_COMMITTED);
            assertThat(committed.count()).isEqualTo(PARTITIONS);
            assertThat(committed.endOffsets())
                    .as("the last stable offset has reached the high watermark")
                    .isEqualTo(
                            mirror.read("open", IsolationLevel.READ_UNCOMMITTED).endOffsets());
        } finally {
            producer.close(Duration.ZERO);
        }
    }

    private static void transact(KafkaProducer<String, String> producer, String value) throws Exception {
        producer.beginTransaction();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            producer.send(new ProducerRecord<>("open", partition, value, value)).get(30, TimeUnit.SECONDS);
        }
    }

    private static void requireNoneOpen(TopicReader mirror) {
        assertThat(mirror.read("open", IsolationLevel.READ_COMMITTED).records())
                .noneMatch(record -> String.valueOf(record.value()).contains("open"));
    }

    /** The mirror is read first, so the source has at least what the mirror showed. */
    private static void requireBeginning(String topic) {
        TopicContents mirrored =
                new TopicReader(CLUSTERS.destination().adminProperties()).read(topic, IsolationLevel.READ_COMMITTED);
        TopicContents written =
                new TopicReader(CLUSTERS.source().adminProperties()).read(topic, IsolationLevel.READ_COMMITTED);
        mirrored.partitions().forEach((partition, records) -> {
            List<TopicRecord> all = written.partitions().get(partition);
            assertThat(records)
                    .as("partition %d", partition)
                    .isEqualTo(all.subList(0, Math.min(all.size(), records.size())));
        });
    }

    private static void mirror(String topic) {
        CLUSTERS.source().topics().create(topic, PARTITIONS, 2, Map.of());
        CLUSTERS.mirror(topic);
    }
}
