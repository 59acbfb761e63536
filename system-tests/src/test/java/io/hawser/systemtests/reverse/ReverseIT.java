/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.reverse;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.MirrorEquality;
import io.hawser.systemtests.records.TopicReader;
import io.hawser.systemtests.records.TopicRecord;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The old primary becomes a mirror of the new one, and back. East is the cluster that was written to first. There and back
 * many times: {@code -Pstress}, or {@code -Dhawser.reverse.trips}; once in {@link RunbookIT}.
 */
class ReverseIT {

    private static final String TRIPS = "hawser.reverse.trips";
    private static final int RECORDS = 200;

    /** So that both clusters can be written to. */
    private static final String NOT_FENCED = "source.fence.enable=false";

    @RegisterExtension
    static final LinkedClusters CLUSTERS =
            LinkedClusters.of(side("source").plugin(), side("destination")).link(LinkedClusters.LINK, NOT_FENCED);

    @TempDir
    static Path folder;

    private static LinkAdmin inEast;
    private long seed = System.nanoTime();

    @BeforeAll
    static void linkBack() {
        inEast = new LinkAdmin(CLUSTERS.source(), folder);
        inEast.createLink("west", CLUSTERS.destination(), NOT_FENCED).orFail();
    }

    @Test
    @EnabledIfSystemProperty(named = TRIPS, matches = "[1-9]\\d*")
    void goesThereAndBack() {
        String topic = "orders";
        east().topics().create(topic, 3, 2, Map.of());
        write(east(), topic);
        CLUSTERS.mirror(topic);
        for (int trip = 1; trip <= Integer.getInteger(TRIPS); trip++) {
            write(east(), topic);
            CLUSTERS.equality().awaitReturned(topic);

            CLUSTERS.admin("failover", "--mirror-topic", topic, "--wait");
            write(east(), topic);
            write(west(), topic);
            LinkAdmin.Run reversed = reverseInEast(topic).orFail();
            write(west(), topic);

            assertThat(reversed.out()).contains("ACTIVE", SideTopic.of(east(), topic));
            new MirrorEquality(west(), east()).awaitReturned(topic);

            inEast.run("promote", "--mirror-topic", topic, "--wait").orFail();
            write(east(), topic);
            CLUSTERS.admin("reverse", "--mirror-topic", topic, "--link", LinkedClusters.LINK, "--wait");
            CLUSTERS.equality().awaitReturned(topic);
        }
    }

    @Test
    void savesWhatItDropsAndEndsTransactionsThatWereOpen() throws Exception {
        String topic = "payments";
        east().topics().create(topic, 1, 2, Map.of());
        CLUSTERS.mirror(topic);
        Map<String, Object> properties = new HashMap<>(east().adminProperties());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "payer");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, topic, "half");
            CLUSTERS.equality().awaitReturned(topic);
            CLUSTERS.admin("failover", "--mirror-topic", topic, "--wait");
            send(producer, topic, "other half");
            producer.commitTransaction();
            producer.beginTransaction();
            send(producer, topic, "given up");
            producer.abortTransaction();
            producer.beginTransaction();
            send(producer, topic, "acknowledged");
            producer.commitTransaction();
        }
        write(west(), topic);

        LinkAdmin.Run planned = inEast.run(
                        "reverse", "--mirror-topic", topic, "--link", "west", "--dry-run", "-o", "json")
                .orFail();
        LinkAdmin.Run reversed = reverseInEast(topic).orFail();

        assertThat(planned.out())
                .contains("WOULD_REVERSE", "\"lastMirroredOffset\" : 1,", "\"logEndOffset\" : 7,", "\"offsets\" : 6");
        assertThat(reversed.out()).contains(SideTopic.of(east(), topic), "6 (partition 0: 1 to 6)");
        List<TopicRecord> saved = new TopicReader(east().adminProperties())
                .read(SideTopic.of(east(), topic), IsolationLevel.READ_COMMITTED)
                .records()
                .toList();
        assertThat(saved).extracting(ReverseIT::value).containsExactly("other half", "acknowledged");
        assertThat(saved)
                .extracting(record -> header(record, "hawser.original.offset"))
                .containsExactly("1", "5");
        new MirrorEquality(west(), east()).awaitReturned(topic);
        for (IsolationLevel isolation : IsolationLevel.values()) {
            assertThat(new TopicReader(east().adminProperties()).read(topic, isolation))
                    .isEqualTo(new TopicReader(west().adminProperties()).read(topic, isolation));
        }
    }

    /** Nothing comes that would make its log as long again as it was when its leader was elected. */
    @Test
    void keepsAQuietTopicUsableThatIsShorterThanBefore() throws Exception {
        String topic = "quiet";
        TopicPartition partition = new TopicPartition(topic, 0);
        east().topics().create(topic, 1, 2, Map.of("min.insync.replicas", "2"));
        CLUSTERS.mirror(topic);
        write(east(), topic);
        CLUSTERS.equality().awaitReturned(topic);
        CLUSTERS.admin("failover", "--mirror-topic", topic, "--wait");
        write(east(), topic);
        int leader = east().topics().leader(topic, 0).orElseThrow();
        int follower = 3 - leader;
        east().restart(leader);
        east().topics().awaitInSync(topic, 2);

        reverseInEast(topic).orFail();

        try (Admin admin = east().admin()) {
            assertThat(admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                            .partitionResult(partition)
                            .get(10, TimeUnit.SECONDS)
                            .offset())
                    .isPositive();
        }
        east().restart(leader == east().topics().leader(topic, 0).orElseThrow() ? follower : leader);
        east().topics().awaitInSync(topic, 2);
    }

    @Test
    void refusesWhatWasNotPromotedThereAndLeavesItWritable() throws Exception {
        east().topics().create("live", 1, 2, Map.of());
        east().topics().create("other", 1, 2, Map.of());
        east().topics().create("old", 1, 2, Map.of());
        write(east(), "live");
        write(east(), "old");
        CLUSTERS.mirror("live");
        CLUSTERS.mirror("old");
        CLUSTERS.equality().awaitReturned("old");
        CLUSTERS.admin("failover", "--mirror-topic", "old", "--wait");
        write(east(), "old");
        try (Admin admin = east().admin()) {
            TopicPartition partition = new TopicPartition("old", 0);
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(-1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }

        LinkAdmin.Run refused = reverseInEast("live,other,old,nowhere");

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.out().lines())
                .anyMatch(line -> line.startsWith("live ") && line.contains("SOURCE_READ_ONLY"))
                .anyMatch(line -> line.startsWith("other ") && line.contains("NOT_A_PAIR"))
                .anyMatch(line -> line.startsWith("old ") && line.contains("LOG_START_PASSED"))
                .anyMatch(line -> line.startsWith("nowhere ") && line.contains("There is no topic nowhere here"));
        write(east(), "live");
        write(east(), "other");
        write(east(), "old");
        assertThat(inEast.run("list").orFail().out()).doesNotContain("live", "other", "nowhere");
    }

    @Test
    void switchesOverAsPlannedAndLosesNothing() {
        String topic = "planned";
        east().topics().create(topic, 3, 2, Map.of());
        CLUSTERS.mirror(topic);
        WorkloadSpec spec = WorkloadSpec.of(topic, Mode.IDEMPOTENT, Codec.LZ4, seed++);
        try (Workload workload = Workload.start(spec, east().adminProperties())) {
            workload.awaitProgress(RECORDS);
            LinkAdmin.Run switched = inEast.run(
                            "reverse", "--mirror-topic", topic, "--link", "west", "--planned", "--wait")
                    .orFail();

            assertThat(switched.out()).contains("ACTIVE").doesNotContain("hawser-dropped");
            var acknowledged = workload.stop().committed();
            assertThat(new TopicReader(west().adminProperties())
                            .read(topic, IsolationLevel.READ_COMMITTED)
                            .lacking(acknowledged))
                    .isEmpty();
        }
        write(west(), topic);
        new MirrorEquality(west(), east()).awaitReturned(topic);
    }

    @Test
    void givesAPlannedSwitchUpWhileATransactionIsOpen() throws Exception {
        String topic = "busy";
        east().topics().create(topic, 1, 2, Map.of());
        CLUSTERS.mirror(topic);
        Map<String, Object> properties = new HashMap<>(east().adminProperties());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "long");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, topic, "open");

            LinkAdmin.Run refused =
                    inEast.run("reverse", "--mirror-topic", topic, "--link", "west", "--planned", "--wait");

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.out()).contains("OPEN_TRANSACTIONS", "writable here still", "That cluster says");
            send(producer, topic, "and on");
            producer.commitTransaction();
        }
        Eventually.holds(() -> CLUSTERS.equality().await(topic, 1));
    }

    @Test
    void waitsForTransactionsThatAreOpenAndIsTakenBackMeanwhile() throws Exception {
        String topic = "mistaken";
        east().topics().create(topic, 1, 2, Map.of());
        CLUSTERS.mirror(topic);
        write(east(), topic);
        CLUSTERS.equality().awaitReturned(topic);
        CLUSTERS.admin("failover", "--mirror-topic", topic, "--wait");
        Map<String, Object> properties = new HashMap<>(east().adminProperties());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "mistaken");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, topic, "open");

            inEast.run("reverse", "--mirror-topic", topic, "--link", "west").orFail();
            Eventually.holds(() -> assertThat(
                            inEast.run("describe", "--mirror-topic", topic).out())
                    .contains("PENDING_RESTORE", "OPEN_TRANSACTIONS", "mistaken; each ends at"));
            assertThat(inEast.run("failover", "--mirror-topic", topic, "--wait")
                            .orFail()
                            .out())
                    .contains("STOPPED");

            send(producer, topic, "and on");
            producer.commitTransaction();
        }
        write(east(), topic);
        assertThat(reverseInEast(topic).orFail().out()).contains("ACTIVE", SideTopic.of(east(), topic));
        assertThat(new TopicReader(east().adminProperties())
                        .read(SideTopic.of(east(), topic), IsolationLevel.READ_COMMITTED)
                        .records()
                        .map(record -> String.valueOf(record.value())))
                .contains("open", "and on");
        new MirrorEquality(west(), east()).awaitReturned(topic);
    }

    /** As link-admin leaves it that ends right after it has asked for the reversal. */
    @Test
    void givesBackATopicThatWasNeverAMirror() throws Exception {
        String topic = "never";
        east().topics().create(topic, 1, 2, Map.of());
        ConfigResource clusterWide = new ConfigResource(ConfigResource.Type.BROKER, "");
        String definition =
                "{\"topic\":\"never\",\"id\":\"" + Uuid.randomUuid() + "\",\"link\":\"west\",\"sourceTopic\":\"never\","
                        + "\"intent\":\"REVERSE\",\"replicationFactor\":-1,\"configs\":{}}";
        // Above what stands, whatever that is.
        String generation = String.valueOf(System.currentTimeMillis() << 20);
        try (Admin admin = east().admin()) {
            admin.incrementalAlterConfigs(Map.of(
                            clusterWide,
                            List.of(
                                    new AlterConfigOp(
                                            new ConfigEntry("hawser.generation", generation), AlterConfigOp.OpType.SET),
                                    new AlterConfigOp(
                                            new ConfigEntry("hawser.mirror.never", definition),
                                            AlterConfigOp.OpType.SET))))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        Eventually.holds(
                () -> assertThat(inEast.run("describe", "--mirror-topic", topic).out())
                        .contains("PENDING_RESTORE", "NOT_A_PAIR"));

        assertThat(inEast.run("failover", "--mirror-topic", topic, "--wait")
                        .orFail()
                        .out())
                .contains("STOPPED");

        write(east(), topic);
        inEast.run("delete", "--mirror-topic", topic, "--force").orFail();
        write(east(), topic);
    }

    private static LinkAdmin.Run reverseInEast(String topics) {
        return inEast.run("reverse", "--mirror-topic", topics, "--link", "west", "--wait");
    }

    private static ProcessCluster east() {
        return CLUSTERS.source();
    }

    private static ProcessCluster west() {
        return CLUSTERS.destination();
    }

    private static void send(KafkaProducer<String, String> producer, String topic, String value) throws Exception {
        producer.send(new ProducerRecord<>(topic, "key", value)).get(30, TimeUnit.SECONDS);
    }

    /** Batches of idempotent and of transactional producers, some of them aborted. */
    private void write(ProcessCluster cluster, String topic) {
        for (Mode mode : List.of(Mode.IDEMPOTENT, Mode.TRANSACTIONAL)) {
            WorkloadSpec spec = WorkloadSpec.of(topic, mode, Codec.LZ4, seed++).maxRecords(RECORDS);
            try (Workload workload = Workload.start(spec, cluster.adminProperties())) {
                workload.awaitEnd();
                assertThat(workload.stop().failure()).isNull();
            }
        }
    }

    private static String value(TopicRecord record) {
        return new String(Objects.requireNonNull(record.value()).get(), StandardCharsets.UTF_8);
    }

    private static String header(TopicRecord record, String name) {
        return record.headers().stream()
                .filter(header -> header.key().equals(name))
                .map(header -> new String(Objects.requireNonNull(header.value()).get(), StandardCharsets.UTF_8))
                .reduce("", (before, last) -> last);
    }

    private static ClusterSpec.Builder side(String name) {
        return ClusterSpec.named(name).brokers(2).dedicatedController().shortLived();
    }
}
