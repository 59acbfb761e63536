/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.GroupCommits;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import io.hawser.systemtests.records.TopicReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A drill tells how things are, and leaves nothing. The source makes the canary read-only, and a second link mirrors all that
 * it finds there.
 */
class DrillIT {

    private static final int RECORDS = 10;
    private static final String STATE_TOPIC = "__hawser_state";
    private static final String CANARY = "hawser-drill-";
    private static final String ALL =
            "{\"topicFilters\":[{\"name\":\"*\",\"patternType\":\"LITERAL\",\"filterType\":\"INCLUDE\"}]}";

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
                    ClusterSpec.named("source").plugin().shortLived(),
                    ClusterSpec.named("destination").shortLived())
            .link(LinkedClusters.LINK, "topic.config.sync.ms=500")
            .link(
                    "copying",
                    "cluster.link.prefix=copy.",
                    "auto.create.mirror.topics.enable=true",
                    "auto.create.mirror.topics.ms=100",
                    "auto.create.mirror.topics.filters=" + ALL);

    @BeforeAll
    static void mirrorSomething() {
        Mirrored.filled(CLUSTERS, "orders", RECORDS);
        GroupCommits.commit(CLUSTERS.source(), "billing", new TopicPartition("orders", 0), new OffsetAndMetadata(1));
    }

    @Test
    void rehearsesAFailoverMeasuresItAndLeavesNothing() throws Exception {
        awaitReady();

        // How full the disks of the machine are is not what is tested.
        LinkAdmin.Run run = drill("--canary", "--rpo", "5s", "--rto", "60s", "--skip", "disk", "-o", "json");

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertThat(json.get("verdict").asText()).isEqualTo("READY");
        assertThat(check(json, "groups").get("message").asText()).contains("billing", "consumer.offset.sync.enable");
        assertThat(check(json, "source-fence").get("state").asText()).isEqualTo("OK");
        JsonNode canary = json.get("canary");
        assertThat(canary.get("topic").asText()).startsWith(CANARY + LinkedClusters.LINK);
        assertThat(canary.get("recordsAcknowledged").asLong()).isBetween(100L, 700L);
        assertThat(canary.get("recordsLost").asLong()).isBetween(0L, 700L);
        assertThat(canary.get("rpoMs").asLong()).isBetween(0L, 5_000L);
        assertThat(canary.get("rtoMs").asLong()).isBetween(1L, 60_000L);
        assertThat(canary.get("leftBehind")).isEmpty();
        assertNothingLeft();
        assertThat(CLUSTERS.admin("describe", "--mirror-topic", "orders").out()).contains("ACTIVE");
    }

    @Test
    void saysByHowMuchATargetWasMissed() throws Exception {
        awaitReady();

        LinkAdmin.Run run = drill("--canary", "--rto", "1ms", "--skip", "disk");

        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
        assertThat(run.out()).contains("NOT_READY");
        assertThat(run.out().lines()).anyMatch(line -> line.matches("rto +FAIL +TARGET_MISSED +[0-9a-z]+, target 1ms"));
        assertNothingLeft();
    }

    @Test
    void namesWhatIsNotReady() throws Exception {
        Mirrored.filled(CLUSTERS, "fallen", RECORDS);
        try (Admin admin = CLUSTERS.source().admin()) {
            admin.deleteTopics(List.of("fallen")).all().get(30, TimeUnit.SECONDS);
        }
        Eventually.holds(() -> {
            LinkAdmin.Run run = drill();
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out().lines())
                    .anyMatch(line -> line.matches("mirrors +FAIL +SOURCE_TOPIC_DELETED +fallen: .*"));
            assertThat(run.out()).containsPattern("disk +(OK|WARN|FAIL)");
        });
        CLUSTERS.admin("delete", "--mirror-topic", "fallen", "--force");

        CLUSTERS.admin("pause", "--link", "copying");
        Eventually.holds(() -> {
            LinkAdmin.Run paused = CLUSTERS.linkAdmin().run("drill", "--link", "copying", "--canary");
            assertThat(paused.exitCode()).isEqualTo(1);
            assertThat(paused.out()).contains("LINK_PAUSED", "no failover was rehearsed");
        });
        CLUSTERS.admin("resume", "--link", "copying");
    }

    @Test
    void leavesNothingWhenItIsToldToEnd() throws Exception {
        Process drill = CLUSTERS.linkAdmin().start("drill", "--link", LinkedClusters.LINK, "--canary");
        Eventually.holds(
                () -> assertThat(CLUSTERS.destination().topics().names()).anyMatch(name -> name.startsWith(CANARY)));

        drill.destroy();

        assertThat(drill.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(drill.exitValue()).isNotZero();
        assertNothingLeft();
    }

    private static LinkAdmin.Run drill(String... options) {
        List<String> arguments = new ArrayList<>(List.of("drill", "--link", LinkedClusters.LINK));
        arguments.addAll(List.of(options));
        return CLUSTERS.linkAdmin().run(arguments.toArray(String[]::new));
    }

    /** Lags are told every few seconds. */
    private static void awaitReady() {
        Eventually.holds(() -> assertThat(drill("--skip", "disk").exitCode()).isZero());
    }

    private static JsonNode check(JsonNode drill, String name) {
        return StreamSupport.stream(drill.get("checks").spliterator(), false)
                .filter(check -> check.get("check").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no check " + name + " in " + drill));
    }

    private static void assertNothingLeft() throws Exception {
        for (ProcessCluster cluster : List.of(CLUSTERS.source(), CLUSTERS.destination())) {
            assertThat(cluster.topics().names()).noneMatch(name -> name.contains(CANARY));
            ConfigResource brokers = new ConfigResource(ConfigResource.Type.BROKER, "");
            try (Admin admin = cluster.admin()) {
                assertThat(admin.describeConfigs(List.of(brokers))
                                .all()
                                .get(30, TimeUnit.SECONDS)
                                .get(brokers)
                                .entries())
                        .extracting(ConfigEntry::name)
                        .noneMatch(name -> name.contains(CANARY));
            }
            assertThat(stateKeys(cluster)).noneMatch(key -> key.contains(CANARY));
        }
    }

    /** Keys that have a value; the source has a state topic since a topic of it was made read-only. */
    private static List<String> stateKeys(ProcessCluster cluster) {
        if (!cluster.topics().names().contains(STATE_TOPIC)) {
            return List.of();
        }
        Map<String, Boolean> keys = new HashMap<>();
        new TopicReader(cluster.adminProperties())
                .read(STATE_TOPIC, IsolationLevel.READ_UNCOMMITTED)
                .records()
                .forEach(record ->
                        keys.put(new String(record.key().get(), StandardCharsets.UTF_8), record.value() != null));
        return keys.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .toList();
    }
}
