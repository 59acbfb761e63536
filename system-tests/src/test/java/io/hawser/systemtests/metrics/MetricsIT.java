/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.systemtests.cluster.BuiltArtifacts;
import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What Prometheus sees of a broker by rules that know nothing of Hawser. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MetricsIT {

    private static final int RECORDS = 500;

    private static final MetricsPage PAGE = new MetricsPage();

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
                    ClusterSpec.named("source").shortLived(),
                    ClusterSpec.named("destination")
                            .shortLived()
                            .reverseListener()
                            .property(
                                    "hawser.config.allowed.paths",
                                    BuiltArtifacts.clustersFolder().toString())
                            .jvmOption(PAGE.jvmOption()))
            .link(
                    LinkedClusters.LINK,
                    "consumer.offset.sync.enable=true",
                    "consumer.offset.sync.ms=500",
                    "metadata.max.age.ms=1000");

    @AfterAll
    static void close() {
        PAGE.close();
    }

    @Test
    @Order(1)
    void showsLagsWhetherOrNotThereIsSomethingToFetch() {
        CLUSTERS.source().topics().create("orders", 2);
        Mirrored orders = new Mirrored(CLUSTERS, "orders");
        CLUSTERS.mirror("orders");
        orders.produce(RECORDS, "content");

        awaitValue("kafka_hawser_link_recordsin_total{link=\"east\"}", RECORDS);
        awaitValue("kafka_hawser_mirrorpartition_lagrecords{partition=\"0\",topic=\"orders\"}", 0);
        awaitValue("kafka_hawser_mirrorpartition_lagseconds{partition=\"1\",topic=\"orders\"}", 0);
        awaitValue("kafka_hawser_link_partitions{link=\"east\",state=\"ACTIVE\"}", 2);
        awaitValue("kafka_hawser_link_state{link=\"east\",state=\"ACTIVE\"}", 1);
        awaitValue("kafka_hawser_linkauthorizer_linksrunning", 1);
        assertThat(PAGE.read().get("kafka_hawser_link_bytesin_total{link=\"east\"}"))
                .isPositive();

        CLUSTERS.admin("alter", "--link", LinkedClusters.LINK, "--config", "link.max.bytes.per.second=2000");
        for (int batch = 0; batch < 20; batch++) {
            orders.produce(RECORDS, "more content".repeat(batch));
        }
        Eventually.holds(() -> {
            Map<String, Double> now = PAGE.read();
            assertThat(now.get("kafka_hawser_mirrortopic_lagrecords{link=\"east\",topic=\"orders\"}"))
                    .isPositive();
            assertThat(now.get("kafka_hawser_link_lagbytes{link=\"east\"}")).isPositive();
            assertThat(now.get("kafka_hawser_link_lagseconds{link=\"east\"}")).isPositive();
            assertThat(now.get("kafka_hawser_link_throttledms_total{link=\"east\"}"))
                    .isPositive();
        });
        CLUSTERS.admin("alter", "--link", LinkedClusters.LINK, "--delete-config", "link.max.bytes.per.second");
        awaitValue("kafka_hawser_link_lagrecords{link=\"east\"}", 0);
        awaitValue("kafka_hawser_link_unknownlagpartitions{link=\"east\"}", 0);
    }

    /** Each metric of the reference is seen, and none that is not in it. */
    @Test
    @Order(2)
    void showsWhatTheReferenceSays() throws Exception {
        Path secret = BuiltArtifacts.clustersFolder().resolve("metrics.properties");
        Files.writeString(secret, "secret=a secret of these tests, 8120");
        CLUSTERS.admin(
                "create", "--link", "far", "--inbound", "--config", "reverse.secret=${file:" + secret + ":secret}");
        Mirrored.filled(CLUSTERS, "gone", RECORDS).commit(CLUSTERS.source(), "billing", 10, "");
        try (Admin admin = CLUSTERS.source().admin()) {
            admin.deleteTopics(List.of("gone")).all().get(30, TimeUnit.SECONDS);
        }
        try (Admin admin = CLUSTERS.destination().admin()) {
            var refused = admin.deleteRecords(Map.of(new TopicPartition("orders", 0), RecordsToDelete.beforeOffset(1)));
            assertThatThrownBy(() -> refused.all().get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(AuthorizationException.class);
        }

        Set<String> documented = MetricNames.documented();
        Set<String> seen = new TreeSet<>();
        Eventually.holds(() -> {
            seen.addAll(MetricsPage.names(PAGE.read()));
            assertThat(seen).containsExactlyInAnyOrderElementsOf(documented);
        });
        awaitValue("kafka_hawser_link_failedpartitions{link=\"east\",reason=\"SOURCE_TOPIC_DELETED\"}", 1);
        awaitValue("kafka_hawser_groupoffsets_groups{link=\"east\"}", 1);
        awaitValue("kafka_hawser_reverseconnections_connectedbrokers{link=\"far\"}", 0);
        assertThat(PAGE.read().get("kafka_hawser_linkauthorizer_refusedchanges_total{role=\"broker\"}"))
                .isPositive();
    }

    @Test
    @Order(3)
    void showsThatALagIsNotKnownWhenTheSourceIsSilent() {
        CLUSTERS.source().pause(1);
        try {
            Eventually.holds(() -> {
                Map<String, Double> now = PAGE.read();
                assertThat(now.get("kafka_hawser_mirrorpartition_lagrecords{partition=\"0\",topic=\"orders\"}"))
                        .isNaN();
                assertThat(now.get("kafka_hawser_mirrortopic_unknownlagpartitions{link=\"east\",topic=\"orders\"}"))
                        .isEqualTo(2);
                assertThat(now.get("kafka_hawser_mirrortopic_fetchageseconds{link=\"east\",topic=\"orders\"}"))
                        .isGreaterThan(5);
            });
        } finally {
            CLUSTERS.source().resume(1);
        }
        awaitValue("kafka_hawser_mirrortopic_unknownlagpartitions{link=\"east\",topic=\"orders\"}", 0);
        awaitValue("kafka_hawser_mirrortopic_lagrecords{link=\"east\",topic=\"orders\"}", 0);
    }

    @Test
    @Order(4)
    void showsNothingOfWhatIsGone() {
        CLUSTERS.admin("delete", "--mirror-topic", "orders,gone", "--force");
        Eventually.holds(() -> assertThat(PAGE.read().keySet())
                .noneMatch(each -> each.contains("\"orders\"") || each.contains("\"gone\"")));

        CLUSTERS.admin("delete", "--link", LinkedClusters.LINK, "--force");
        CLUSTERS.admin("delete", "--link", "far", "--force");
        Eventually.holds(() -> assertThat(PAGE.read().keySet()).isNotEmpty().noneMatch(each -> each.contains("link=")));
    }

    private static void awaitValue(String series, double value) {
        Eventually.holds(() -> assertThat(PAGE.read()).containsEntry(series, value));
    }
}
