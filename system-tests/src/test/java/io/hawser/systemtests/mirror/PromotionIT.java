/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import io.hawser.systemtests.network.TcpProxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a promotion brings along, what it refuses, and what a failover says that is lost. */
class PromotionIT {

    private static final int RECORDS = 100;
    private static final TcpProxy PROXY = TcpProxy.start();

    /** Its tasks hardly run by themselves. */
    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(1, 2)
            .behind(PROXY)
            .link(
                    LinkedClusters.LINK,
                    "consumer.offset.sync.enable=true",
                    "consumer.offset.sync.ms=86400000",
                    "topic.config.sync.ms=86400000",
                    "request.timeout.ms=5000",
                    "replica.fetch.max.bytes=1024");

    @AfterAll
    static void closeProxy() {
        PROXY.close();
    }

    @Test
    void bringsConfigsAndOffsetsOfGroupsALastTime() throws Exception {
        Mirrored topic = Mirrored.filled(CLUSTERS, "planned", RECORDS);
        topic.commit(CLUSTERS.source(), "reader", 70, "");
        CLUSTERS.source().topics().changeConfigs("planned", Map.of("retention.ms", "222222222"));

        LinkAdmin.Run promotion = CLUSTERS.admin("promote", "--mirror-topic", "planned", "--wait");

        assertThat(promotion.out()).contains("STOPPED").containsPattern("100 +0 ");
        assertThat(CLUSTERS.destination().topics().configs("planned")).containsEntry("retention.ms", "222222222");
        assertThat(Objects.requireNonNull(topic.committed(CLUSTERS.destination(), "reader"))
                        .offset())
                .isEqualTo(70);
    }

    @Test
    void refusesWhileATransactionIsOpenOnTheSourceAndShowsHowFarItHasCome() throws Exception {
        Mirrored topic = Mirrored.filled(CLUSTERS, "open", RECORDS);
        Map<String, Object> properties = new HashMap<>(CLUSTERS.source().adminProperties());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "long");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic.topic(), "key", "value")).get(10, TimeUnit.SECONDS);

            LinkAdmin.Run refused =
                    CLUSTERS.linkAdmin().runOnTerminal("promote", "--mirror-topic", "open,absent", "--wait");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.out())
                    .as("progress")
                    .contains("Waiting for STOPPED", "0/1")
                    .containsPattern("open PENDING_STOPPED OPEN_TRANSACTIONS 0: lag \\d");
            assertThat(refused.out())
                    .as("outcome")
                    .containsIgnoringWhitespaces(
                            "0 (from offset 100)", "not promoted, and following the source on: open", "NOT_A_MIRROR");

            producer.commitTransaction();
        }
        CLUSTERS.admin("promote", "--mirror-topic", topic.topic(), "--wait");
        topic.awaitEnd(RECORDS + 2);
    }

    @Test
    void refusesWhileAGroupThatIsToBeBroughtHasMembersHere() throws Exception {
        Mirrored topic = Mirrored.filled(CLUSTERS, "busy", RECORDS);
        topic.commit(CLUSTERS.source(), "member", 50, "");
        Map<String, Object> properties = new HashMap<>(CLUSTERS.destination().adminProperties());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, "member");
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        try (KafkaConsumer<byte[], byte[]> member =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            member.subscribe(List.of(topic.topic()));
            Eventually.holds(() -> {
                member.poll(Duration.ofMillis(100));
                assertThat(member.assignment()).isNotEmpty();
            });

            assertRefused(topic, "GROUP_ACTIVE", "group member has members here");
        }
        CLUSTERS.admin("promote", "--mirror-topic", topic.topic(), "--wait");
        assertThat(Objects.requireNonNull(topic.committed(CLUSTERS.destination(), "member"))
                        .offset())
                .isEqualTo(50);
    }

    /** Batches come one by one and slowly, then packets are dropped, so that nobody is told that the source is not there. */
    @Test
    void failsOverWhereAPromotionIsRefusedForTheSourceIsSilentAndSaysWhatIsLost() {
        Mirrored topic = Mirrored.filled(CLUSTERS, "silent", RECORDS);
        CLUSTERS.admin("alter", "--link", LinkedClusters.LINK, "--config", "link.max.bytes.per.second=2000");
        for (int batch = 0; batch < 5; batch++) {
            topic.produce(RECORDS, "late".repeat(50));
        }
        Eventually.holds(
                () -> assertThat(CLUSTERS.admin("failover", "--mirror-topic", topic.topic(), "--dry-run", "-o", "json")
                                .out())
                        .contains("\"sourceHighWatermark\" : 600")
                        .doesNotContain("\"records\" : 0,"));

        PROXY.goBlack();
        assertRefused(topic, "SOURCE_UNREACHABLE", "");
        long begunMs = System.currentTimeMillis();
        LinkAdmin.Run failover = CLUSTERS.admin("failover", "--mirror-topic", topic.topic(), "--wait", "-o", "json");

        assertThat(System.currentTimeMillis() - begunMs).as("ms").isLessThan(30_000);
        assertThat(failover.out())
                .contains("STOPPED", "\"sourceHighWatermark\" : 600")
                .doesNotContain("\"records\" : 0,");
        PROXY.heal();
        CLUSTERS.admin("alter", "--link", LinkedClusters.LINK, "--delete-config", "link.max.bytes.per.second");
    }

    private static void assertRefused(Mirrored topic, String code, String words) {
        LinkAdmin.Run refused =
                CLUSTERS.linkAdmin().run("promote", "--mirror-topic", topic.topic(), "--wait", "--timeout", "5m");
        assertThat(refused.exitCode()).as(refused.out() + refused.err()).isEqualTo(1);
        assertThat(refused.out()).contains("NOT_PROMOTED", code, words);
        assertThat(refused.err()).contains("not promoted, and following the source on: " + topic.topic());
    }
}
