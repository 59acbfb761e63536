/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.initiated;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A link whose source connects, over two clusters of two brokers; the tests follow one topic's life, in order. Whatever else a link
 * does is tested over ordinary ones, and over this kind by the profile {@code initiated}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SourceInitiatedIT {

    private static final String TOPIC = "orders";
    private static final int PARTITIONS = 4;
    /** So short that the source's listener would close what waits to be used if it had it already. */
    private static final int IDLE_MS = 3_000;

    /** It takes two or three seconds; what has been told of it is up to four seconds old besides. */
    private static final Duration RECONNECTED_WITHIN = Duration.ofSeconds(15);

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
                    ClusterSpec.named("source")
                            .brokers(2)
                            .dedicatedController()
                            .shortLived()
                            .property("connections.max.idle.ms", String.valueOf(IDLE_MS)),
                    ClusterSpec.named("destination")
                            .brokers(2)
                            .dedicatedController()
                            .shortLived())
            .initiatedBySource();

    @BeforeAll
    static void createTopic() {
        CLUSTERS.source().topics().create(TOPIC, PARTITIONS, 2, Map.of("min.insync.replicas", "1"));
    }

    @Test
    @Order(1)
    void mirrorsOverConnectionsThatTheSourceHasMade() {
        Workload workload = startWorkload(1);

        CLUSTERS.mirror(TOPIC);
        workload.awaitProgress(200);
        workload.stop();

        CLUSTERS.equality().await(TOPIC, PARTITIONS);
        Eventually.holds(() -> {
            String there = onSource()
                    .run("describe", "--link", LinkedClusters.LINK)
                    .orFail()
                    .out();
            assertThat(there).contains("ACTIVE", "this one");
            // Both brokers of each side have to do with both of the other.
            assertThat(there.lines().filter(line -> line.contains(" true "))).hasSize(4);
            assertThat(connections().filter(line -> line.contains(" true "))).hasSize(4);
        });
    }

    @Test
    @Order(2)
    void losesAndDoublesNothingWhenASourceLeaderIsKilledAndIsSoonConnectedAgain() {
        Workload workload = startWorkload(2);
        int victim = CLUSTERS.source().topics().leader(TOPIC, 0).orElseThrow();

        CLUSTERS.source().kill(victim);
        CLUSTERS.source().topics().awaitLeaderOtherThan(victim, TOPIC, 0);
        long electedNs = System.nanoTime();
        long endBefore = mirrorEnd();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> mirrorEnd() > endBefore);
        System.out.printf("resumed %d ms after the new source leader%n", (System.nanoTime() - electedNs) / 1_000_000);
        workload.awaitProgress(100);
        CLUSTERS.source().start(victim);
        long startedNs = System.nanoTime();
        Awaitility.await()
                .atMost(RECONNECTED_WITHIN)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(() ->
                        connections().filter(line -> line.contains(" true ")).count() == 4);
        System.out.printf("connected again %d ms after its start%n", (System.nanoTime() - startedNs) / 1_000_000);
        workload.stop();

        CLUSTERS.equality().await(TOPIC, PARTITIONS);
    }

    /** Among those that take their time; the profile stress has more rounds. */
    @Test
    @Order(3)
    @EnabledIfSystemProperty(named = "hawser.reverse.rounds", matches = "[0-9]{2,}")
    void losesAndDoublesNothingWhenADestinationLeaderIsKilled() {
        Workload workload = startWorkload(3);
        int victim = CLUSTERS.destination().topics().leader(TOPIC, 0).orElseThrow();

        CLUSTERS.destination().kill(victim);
        CLUSTERS.destination().topics().awaitLeaderOtherThan(victim, TOPIC, 0);
        workload.awaitProgress(100);
        CLUSTERS.destination().start(victim);
        workload.awaitProgress(100);
        workload.stop();

        CLUSTERS.equality().await(TOPIC, PARTITIONS);
    }

    @Test
    @Order(4)
    void promotes() {
        LinkAdmin.Run run = CLUSTERS.admin("promote", "--mirror-topic", TOPIC, "--wait", "--timeout", "60s");

        assertThat(run.out()).contains("STOPPED");
        CLUSTERS.equality().await(TOPIC, PARTITIONS);
    }

    private static Stream<String> connections() {
        return CLUSTERS.admin("describe", "--link", LinkedClusters.LINK).out().lines();
    }

    private static long mirrorEnd() {
        TopicPartition first = new TopicPartition(TOPIC, 0);
        try (Admin admin = CLUSTERS.destination().admin()) {
            return admin.listOffsets(Map.of(first, OffsetSpec.latest()))
                    .partitionResult(first)
                    .get(20, TimeUnit.SECONDS)
                    .offset();
        } catch (Exception e) {
            throw new IllegalStateException("no end offset of " + first, e);
        }
    }

    private static Workload startWorkload(long seed) {
        return Workload.start(
                WorkloadSpec.of(TOPIC, Mode.IDEMPOTENT, Codec.LZ4, seed),
                CLUSTERS.source().adminProperties());
    }

    private static LinkAdmin onSource() {
        return new LinkAdmin(CLUSTERS.source(), CLUSTERS.folder());
    }
}
