/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.link.LinkAdmin;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Transactions, a third of them aborted, while leaders on both sides are killed. */
class TransactionsIT {

    private static final int PARTITIONS = 3;

    @RegisterExtension
    static final TestClusters CLUSTERS = new TestClusters();

    private static ProcessCluster source;
    private static ProcessCluster destination;
    private static LinkAdmin linkAdmin;

    @BeforeAll
    static void startBothClusters() {
        source = CLUSTERS.start(
                ClusterSpec.named("source").brokers(2).dedicatedController().shortLived());
        destination = CLUSTERS.start(ClusterSpec.named("destination")
                .brokers(2)
                .dedicatedController()
                .plugin()
                .shortLived());
        linkAdmin = new LinkAdmin(destination, CLUSTERS.folder());
        linkAdmin.createLink("east", source).orFail();
    }

    @Test
    void showsAtEachMomentABeginningOfWhatTheSourceCommitted() {
        mirror("transfers");
        WorkloadSpec spec = WorkloadSpec.of("transfers", Mode.TRANSACTIONAL, Codec.LZ4, 1)
                .abortPercent(30)
                .recordsPerSecond(400);
        try (Workload workload = Workload.start(spec, source.adminProperties())) {
            workload.awaitProgress(200);
            requireBeginning("transfers");

            int destinationLeader = destination.topics().leader("transfers", 0).orElseThrow();
            destination.kill(destinationLeader);
            workload.awaitProgress(200);
            destination.start(destinationLeader);
            requireBeginning("transfers");

            int sourceLeader = source.topics().leader("transfers", 1).orElseThrow();
            source.kill(sourceLeader);
            source.topics().awaitLeaderOtherThan(sourceLeader, "transfers", 1);
            workload.awaitProgress(100);
            requireBeginning("transfers");
            source.start(sourceLeader);
            workload.awaitProgress(100);
            workload.stop();
        }

        source.topics().awaitInSync("transfers");
        destination.topics().awaitInSync("transfers");
        new MirrorEquality(source, destination).await("transfers", PARTITIONS);
    }

    @Test
    void neverShowsWhatWasOpenAtTheFailover() throws Exception {
        mirror("open");
        Map<String, Object> properties = new HashMap<>(source.adminProperties());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "over-all-partitions");
        KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
        try {
            producer.initTransactions();
            transact(producer, "committed");
            producer.commitTransaction();
            transact(producer, "open");
            TopicReader mirror = new TopicReader(destination.adminProperties());
            mirror.readTo("open", IsolationLevel.READ_UNCOMMITTED, Map.of(0, 3L, 1, 3L, 2, 3L));
            requireNoneOpen(mirror);

            linkAdmin.run("failover", "--mirror-topic", "open", "--wait").orFail();

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
                new TopicReader(destination.adminProperties()).read(topic, IsolationLevel.READ_COMMITTED);
        TopicContents written = new TopicReader(source.adminProperties()).read(topic, IsolationLevel.READ_COMMITTED);
        mirrored.partitions().forEach((partition, records) -> {
            List<TopicRecord> all = written.partitions().get(partition);
            assertThat(records)
                    .as("partition %d", partition)
                    .isEqualTo(all.subList(0, Math.min(all.size(), records.size())));
        });
    }

    private static void mirror(String topic) {
        source.topics().create(topic, PARTITIONS, 2, Map.of());
        linkAdmin
                .run("create", "--mirror-topic", topic, "--link", "east", "--replication-factor", "2")
                .orFail();
    }
}
