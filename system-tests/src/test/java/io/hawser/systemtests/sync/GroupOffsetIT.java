/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What groups have committed at the source, on the mirror. What takes a minute begins first and is looked at last. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GroupOffsetIT {

    private static final String STATE_TOPIC = "__hawser_state";
    private static final int RECORDS = 100;

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
                    ClusterSpec.named("source").shortLived(),
                    ClusterSpec.named("destination")
                            .brokers(2)
                            .dedicatedController()
                            .property("offsets.retention.minutes", "1")
                            .property("offsets.retention.check.interval.ms", "1000")
                            .shortLived())
            .link(
                    LinkedClusters.LINK,
                    "consumer.offset.sync.enable=true",
                    "consumer.offset.sync.ms=500",
                    "consumer.offset.group.filters={\"groupFilters\":["
                            + "{\"name\":\"*\",\"patternType\":\"LITERAL\",\"filterType\":\"INCLUDE\"},"
                            + "{\"name\":\"private\",\"patternType\":\"PREFIXED\",\"filterType\":\"EXCLUDE\"}]}");

    private static Mirrored idle;

    @BeforeAll
    static void leaveGroupsIdle() throws Exception {
        idle = Mirrored.filled(CLUSTERS, "idle", RECORDS);
        idle.commit(CLUSTERS.source(), "idler", 50, "");
        idle.commit(CLUSTERS.destination(), "stranger", 50, "");
        Eventually.holds(() ->
                assertThat(committed(CLUSTERS.destination(), idle, "idler")).isEqualTo(50));
    }

    /** A consumer moves over and goes on with the very next record. */
    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void goesOnAtTheMirrorWhereItHasStoppedAtTheSource(String protocol) {
        Mirrored topic = Mirrored.filled(CLUSTERS, "moved-" + protocol, RECORDS);
        String group = "mover-" + protocol;
        assertThat(consume(CLUSTERS.source(), topic, group, protocol, 40)).isEqualTo(0);
        Eventually.holds(() ->
                assertThat(committed(CLUSTERS.destination(), topic, group)).isEqualTo(40));
        topic.awaitLag(0);

        CLUSTERS.admin("failover", "--mirror-topic", topic.topic(), "--wait");

        assertThat(consume(CLUSTERS.destination(), topic, group, protocol, 60)).isEqualTo(40);
        assertThat(committed(CLUSTERS.destination(), topic, group)).isEqualTo(RECORDS);
    }

    /** The source keeps where a share group begins as of one acknowledgement before the last. */
    @Test
    void letsAShareGroupBeginWhereItWasAtTheSource() throws Exception {
        Mirrored topic = Mirrored.filled(CLUSTERS, "shared", RECORDS);
        fromTheEarliest("sharer");
        assertThat(share(CLUSTERS.source(), topic, "sharer", RECORDS)).isEqualTo(0);
        topic.produce(RECORDS, "later");
        share(CLUSTERS.source(), topic, "sharer", RECORDS);
        Eventually.holds(() -> assertThat(shareStart(CLUSTERS.destination(), topic, "sharer"))
                .isEqualTo(shareStart(CLUSTERS.source(), topic, "sharer"))
                .isGreaterThanOrEqualTo(RECORDS));
        long start = shareStart(CLUSTERS.source(), topic, "sharer");
        topic.awaitLag(0);

        CLUSTERS.admin("failover", "--mirror-topic", topic.topic(), "--wait");

        assertThat(share(CLUSTERS.destination(), topic, "sharer", 1)).isEqualTo(start);
    }

    /** An application of Kafka Streams with the rebalance protocol of KIP-1071. */
    @Test
    void letsStreamsGoOnWhereItHasStoppedAtTheSource() throws Exception {
        Mirrored topic = Mirrored.filled(CLUSTERS, "streamed", RECORDS);
        assertThat(stream(CLUSTERS.source(), topic, RECORDS)).isEqualTo(0);
        Eventually.holds(() ->
                assertThat(committed(CLUSTERS.destination(), topic, "streamer")).isEqualTo(RECORDS));
        topic.produce(RECORDS, "later");
        topic.awaitEnd(2 * RECORDS);
        topic.awaitLag(0);

        CLUSTERS.admin("failover", "--mirror-topic", topic.topic(), "--wait");

        assertThat(stream(CLUSTERS.destination(), topic, RECORDS)).isEqualTo(RECORDS);
    }

    @Test
    void staysWithinWhatTheMirrorHasAndFollowsRewinds() throws Exception {
        Mirrored topic = Mirrored.filled(CLUSTERS, "clamped", RECORDS);
        CLUSTERS.admin("pause", "--mirror-topic", topic.topic());
        topic.awaitDescribed("PAUSED");
        topic.produce(RECORDS, "later");

        topic.commit(CLUSTERS.source(), "ahead", 150, "by hand");
        topic.commit(CLUSTERS.source(), "private-group", 10, "");

        Eventually.holds(() ->
                assertThat(committed(CLUSTERS.destination(), topic, "ahead")).isEqualTo(RECORDS));
        Eventually.holds(() -> assertThat(described()).contains("clamped-0 at 100 instead of 150"));
        CLUSTERS.admin("resume", "--mirror-topic", topic.topic());
        Eventually.holds(() ->
                assertThat(committed(CLUSTERS.destination(), topic, "ahead")).isEqualTo(150));
        topic.commit(CLUSTERS.source(), "ahead", 20, "back again");
        Eventually.holds(() -> assertThat(topic.committed(CLUSTERS.destination(), "ahead"))
                .isEqualTo(new OffsetAndMetadata(20, "back again")));
        assertThat(topic.committed(CLUSTERS.destination(), "private-group")).isNull();
    }

    @Test
    void bringsOffsetsToAMirrorWithAnotherName() throws Exception {
        CLUSTERS.source().topics().create("original", 1);
        Mirrored original = new Mirrored(CLUSTERS, "original");
        original.produce(RECORDS, "record");
        CLUSTERS.mirror("renamed", "--source-topic", "original");
        Mirrored renamed = new Mirrored(CLUSTERS, "renamed");
        renamed.awaitEnd(RECORDS);

        original.commit(CLUSTERS.source(), "traveller", 60, "");

        Eventually.holds(() -> assertThat(committed(CLUSTERS.destination(), renamed, "traveller"))
                .isEqualTo(60));
    }

    @Test
    void leavesGroupsWithMembersAndOffsetsOfOthersAlone() throws Exception {
        Mirrored topic = Mirrored.filled(CLUSTERS, "busy", RECORDS);
        topic.commit(CLUSTERS.destination(), "stranger", 7, "");
        topic.commit(CLUSTERS.source(), "stranger", 50, "");
        topic.commit(CLUSTERS.source(), "member", 50, "");
        Eventually.holds(() ->
                assertThat(committed(CLUSTERS.destination(), topic, "member")).isEqualTo(50));

        try (KafkaConsumer<byte[], byte[]> member = consumer(CLUSTERS.destination(), "member", "consumer")) {
            member.subscribe(List.of(topic.topic()));
            Eventually.holds(() -> {
                member.poll(Duration.ofMillis(100));
                assertThat(member.assignment()).isNotEmpty();
            });
            topic.commit(CLUSTERS.source(), "member", 60, "");
            Eventually.holds(() -> {
                member.poll(Duration.ofMillis(100));
                assertThat(described())
                        .contains("member: it has members here", "stranger: somebody else has committed for busy-0");
            });
        }

        assertThat(committed(CLUSTERS.destination(), topic, "stranger")).isEqualTo(7);
        Eventually.holds(() ->
                assertThat(committed(CLUSTERS.destination(), topic, "member")).isEqualTo(60));
    }

    /** The destination's brokers drop offsets of groups without members after a minute, the source's after a week. */
    @Test
    @Order(Integer.MAX_VALUE)
    void keepsTheOffsetsOfIdleGroupsForAsLongAsTheSourceDoes() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .failFast("it has expired", () -> idle.committed(CLUSTERS.destination(), "idler") == null)
                .until(() -> idle.committed(CLUSTERS.destination(), "stranger") == null);
        assertThat(committed(CLUSTERS.destination(), idle, "idler")).isEqualTo(50);
    }

    @Test
    void removesWhatTheSourceHasDeleted() throws Exception {
        Mirrored topic = Mirrored.filled(CLUSTERS, "deleted", RECORDS);
        topic.commit(CLUSTERS.source(), "leaver", 50, "");
        Eventually.holds(() ->
                assertThat(committed(CLUSTERS.destination(), topic, "leaver")).isEqualTo(50));

        try (Admin admin = CLUSTERS.source().admin()) {
            admin.deleteConsumerGroups(Set.of("leaver")).all().get(30, TimeUnit.SECONDS);
        }

        Eventually.holds(() ->
                assertThat(topic.committed(CLUSTERS.destination(), "leaver")).isNull());
    }

    /** Another one goes on, and takes what the first one has committed for its own. */
    @Test
    void goesOnWhenTheCoordinatorIsKilled() throws Exception {
        Mirrored topic = Mirrored.filled(CLUSTERS, "orphaned", RECORDS);
        topic.commit(CLUSTERS.source(), "survivor", 30, "");
        Eventually.holds(() ->
                assertThat(committed(CLUSTERS.destination(), topic, "survivor")).isEqualTo(30));
        int coordinator = CLUSTERS.destination().topics().leader(STATE_TOPIC, 0).orElseThrow();

        CLUSTERS.destination().kill(coordinator);
        topic.commit(CLUSTERS.source(), "survivor", 60, "");
        CLUSTERS.destination().start(coordinator);

        Eventually.holds(() ->
                assertThat(committed(CLUSTERS.destination(), topic, "survivor")).isEqualTo(60));
        assertThat(described()).doesNotContain("survivor: somebody else");
    }

    /** Reads and commits so many records; returns the offset of the first. */
    private static long consume(ProcessCluster cluster, Mirrored topic, String group, String protocol, int records) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(cluster, group, protocol)) {
            consumer.subscribe(List.of(topic.topic()));
            long[] first = {-1};
            int[] read = {0};
            Eventually.holds(() -> {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    first[0] = first[0] < 0 ? record.offset() : first[0];
                    read[0]++;
                }
                assertThat(read[0]).isGreaterThanOrEqualTo(records);
            });
            consumer.commitSync(Map.of(partition(topic), new OffsetAndMetadata(first[0] + records)));
            return first[0];
        }
    }

    private static void fromTheEarliest(String group) throws Exception {
        try (Admin admin = CLUSTERS.source().admin()) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.GROUP, group),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    /** Reads and acknowledges at least so many records; returns the offset of the first. */
    private static long share(ProcessCluster cluster, Mirrored topic, String group, int records) {
        Map<String, Object> properties = new HashMap<>(cluster.adminProperties());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, records);
        try (KafkaShareConsumer<byte[], byte[]> consumer =
                new KafkaShareConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic.topic()));
            List<Long> read = new ArrayList<>();
            Eventually.holds(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> read.add(record.offset()));
                assertThat(read).hasSizeGreaterThanOrEqualTo(records);
            });
            assertThat(consumer.commitSync().values()).allMatch(Optional::isEmpty);
            return read.get(0);
        }
    }

    private static long shareStart(ProcessCluster cluster, Mirrored topic, String group) {
        try (Admin admin = cluster.topics().watcher()) {
            SharePartitionOffsetInfo info = admin.listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                    .partitionsToOffsetInfo(group)
                    .get(10, TimeUnit.SECONDS)
                    .get(partition(topic));
            return info == null ? -1 : info.startOffset();
        } catch (Exception e) {
            throw new AssertionError("no start of " + group, e);
        }
    }

    /** Reads so many records; returns the offset of the first. */
    private static long stream(ProcessCluster cluster, Mirrored topic, int records) throws Exception {
        Properties properties = new Properties();
        properties.putAll(cluster.adminProperties());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "streamer");
        properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "streams");
        properties.put(
                StreamsConfig.STATE_DIR_CONFIG,
                CLUSTERS.folder().resolve("streams").toString());
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        List<Long> read = Collections.synchronizedList(new ArrayList<>());
        Topology topology = new Topology();
        topology.addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), topic.topic());
        topology.addProcessor(
                "read",
                () -> new ContextualProcessor<byte[], byte[], Void, Void>() {
                    @Override
                    public void process(Record<byte[], byte[]> record) {
                        context().recordMetadata().ifPresent(metadata -> read.add(metadata.offset()));
                    }
                },
                "in");
        try (KafkaStreams streams = new KafkaStreams(topology, properties)) {
            streams.start();
            Eventually.holds(() -> assertThat(read).hasSize(records));
        }
        return read.get(0);
    }

    private static KafkaConsumer<byte[], byte[]> consumer(ProcessCluster cluster, String group, String protocol) {
        Map<String, Object> properties = new HashMap<>(cluster.adminProperties());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static long committed(ProcessCluster cluster, Mirrored topic, String group) {
        OffsetAndMetadata offset = topic.committed(cluster, group);
        return offset == null ? -1 : offset.offset();
    }

    private static TopicPartition partition(Mirrored topic) {
        return new TopicPartition(topic.topic(), 0);
    }

    private static String described() {
        return CLUSTERS.admin("describe", "--link", LinkedClusters.LINK).out();
    }
}
