/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.records.Ledger;
import io.hawser.systemtests.records.TopicReader;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The main job on two clusters of three brokers each; the tests follow one topic's life, in order. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MirrorIT {

    private static final String TOPIC = "orders";
    private static final int PARTITIONS = 6;

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
            ClusterSpec.named("source").brokers(3),
            ClusterSpec.named("destination").brokers(3));

    @BeforeAll
    static void createTopic() {
        CLUSTERS.source().topics().create(TOPIC, PARTITIONS, 3, Map.of("min.insync.replicas", "2"));
    }

    @Test
    @Order(1)
    void mirrorsEveryKindOfRecordWhileItIsWritten() {
        List<Workload> workloads = startWorkloads();

        CLUSTERS.mirror(TOPIC);
        workloads.forEach(workload -> workload.awaitProgress(100));
        workloads.forEach(Workload::stop);

        CLUSTERS.equality().await(TOPIC, PARTITIONS);
    }

    @Test
    @Order(2)
    void refusesWritesToTheMirror() {
        try (Workload intruder = Workload.start(
                WorkloadSpec.of(TOPIC, Mode.PLAIN, Codec.NONE, 99).maxRecords(1),
                CLUSTERS.destination().adminProperties())) {
            intruder.awaitEnd();
            Ledger ledger = intruder.stop();
            assertThat(ledger.committed()).isEmpty();
            assertThat(ledger.failedSends()).isEqualTo(1);
        }
    }

    @Test
    @Order(3)
    void losesAndDoublesNothingWhenADestinationLeaderIsKilled() {
        Workload workload = Workload.start(
                WorkloadSpec.of(TOPIC, Mode.IDEMPOTENT, Codec.LZ4, 31),
                CLUSTERS.source().adminProperties());
        int victim = CLUSTERS.destination().topics().leader(TOPIC, 0).orElseThrow();

        CLUSTERS.destination().kill(victim);
        CLUSTERS.destination().topics().awaitLeaderOtherThan(victim, TOPIC, 0);
        long electedNs = System.nanoTime();
        long endBefore = mirrorEnd(0);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> mirrorEnd(0) > endBefore);
        System.out.printf(
                "resumed %d ms after the new destination leader%n", (System.nanoTime() - electedNs) / 1_000_000);
        workload.awaitProgress(200);
        workload.stop();
        CLUSTERS.destination().start(victim);

        CLUSTERS.equality().await(TOPIC, PARTITIONS);
    }

    @Test
    @Order(4)
    void losesAndDoublesNothingWhenASourceLeaderIsKilled() {
        Workload workload = Workload.start(
                WorkloadSpec.of(TOPIC, Mode.IDEMPOTENT, Codec.ZSTD, 41),
                CLUSTERS.source().adminProperties());
        int victim = CLUSTERS.source().topics().leader(TOPIC, 0).orElseThrow();

        CLUSTERS.source().kill(victim);
        CLUSTERS.source().topics().awaitLeaderOtherThan(victim, TOPIC, 0);
        long electedNs = System.nanoTime();
        long endBefore = mirrorEnd(0);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> mirrorEnd(0) > endBefore);
        System.out.printf("resumed %d ms after the new source leader%n", (System.nanoTime() - electedNs) / 1_000_000);
        workload.awaitProgress(200);
        workload.stop();
        CLUSTERS.source().start(victim);

        CLUSTERS.equality().await(TOPIC, PARTITIONS);
    }

    /** One that writes all the time, and one that writes so seldom that the mirror has caught up at nearly every look. */
    @ParameterizedTest
    @ValueSource(ints = {2_000, 2})
    @Order(5)
    void refusesToPromoteWhileTheSourceIsWrittenTo(int recordsPerSecond) {
        Workload workload = Workload.start(
                WorkloadSpec.of(TOPIC, Mode.PLAIN, Codec.NONE, 51).recordsPerSecond(recordsPerSecond),
                CLUSTERS.source().adminProperties());
        workload.awaitProgress(1);

        LinkAdmin.Run run = CLUSTERS.linkAdmin().run("promote", "--mirror-topic", TOPIC, "--wait", "--timeout", "6s");
        workload.stop();

        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(3);
        assertThat(run.out()).contains("STILL_WRITTEN");
        CLUSTERS.equality().await(TOPIC, PARTITIONS);
    }

    @Test
    @Order(6)
    void keepsEveryAcknowledgedRecordOfNewProducersAfterPromotion() {
        CLUSTERS.admin("promote", "--mirror-topic", TOPIC, "--wait");
        long mirrored = new TopicReader(CLUSTERS.destination().adminProperties())
                .read(TOPIC, IsolationLevel.READ_UNCOMMITTED)
                .count();

        Ledger idempotent = write(Mode.IDEMPOTENT, 61);
        Ledger transactional = write(Mode.TRANSACTIONAL, 62);
        int leader = CLUSTERS.destination().topics().leader(TOPIC, 0).orElseThrow();
        CLUSTERS.destination().restart(leader);

        assertThat(idempotent.committed()).hasSize(300);
        assertThat(transactional.committed()).isNotEmpty();
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            var contents = new TopicReader(CLUSTERS.destination().adminProperties())
                    .read(TOPIC, IsolationLevel.READ_COMMITTED);
            assertThat(contents.lacking(idempotent.committed())).isEmpty();
            assertThat(contents.lacking(transactional.committed())).isEmpty();
            assertThat(contents.count()).isGreaterThan(mirrored / 2);
        });
    }

    @Test
    @Order(7)
    void saysThatATopicWhichIsWritableAlreadyIs() {
        LinkAdmin.Run run = CLUSTERS.linkAdmin().run("failover", "--mirror-topic", TOPIC);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("writable already");
        assertThatThrownBy(() -> CLUSTERS.admin("pause", "--mirror-topic", TOPIC))
                .hasMessageContaining("NOT_POSSIBLE_NOW");
    }

    private static List<Workload> startWorkloads() {
        List<Workload> workloads = new ArrayList<>();
        long seed = 1;
        for (Codec codec : Codec.values()) {
            for (Mode mode : codec == Codec.SNAPPY ? List.of(Mode.values()) : List.of(Mode.IDEMPOTENT)) {
                workloads.add(Workload.start(
                        WorkloadSpec.of(TOPIC, mode, codec, seed++),
                        CLUSTERS.source().adminProperties()));
            }
        }
        workloads.add(Workload.start(
                WorkloadSpec.of(TOPIC, Mode.TRANSACTIONAL, Codec.ZSTD, seed),
                CLUSTERS.source().adminProperties()));
        return workloads;
    }

    private static Ledger write(Mode mode, long seed) {
        WorkloadSpec spec = WorkloadSpec.of(TOPIC, mode, Codec.LZ4, seed)
                .recordsPerSecond(1_000)
                .maxRecords(300);
        return Workload.complete(spec, CLUSTERS.destination().adminProperties());
    }

    private static long mirrorEnd(int partition) {
        TopicPartition wanted = new TopicPartition(TOPIC, partition);
        try (Admin admin = CLUSTERS.destination().admin()) {
            return admin.listOffsets(Map.of(wanted, OffsetSpec.latest()))
                    .partitionResult(wanted)
                    .get(10, TimeUnit.SECONDS)
                    .offset();
        } catch (Exception e) {
            return -1;
        }
    }
}
