/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.records.Ledger;
import io.hawser.systemtests.records.SegmentComparison;
import io.hawser.systemtests.records.TopicReader;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Destination brokers that are paused for longer than it takes to replace them, with work in hand, and come back. */
class ZombieIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String STATE_TOPIC = "__hawser_state";

    @RegisterExtension
    static final TestClusters CLUSTERS = new TestClusters();

    private static ProcessCluster source;
    private static ProcessCluster destination;
    private static LinkAdmin linkAdmin;

    @BeforeAll
    static void startBothClusters() {
        source = CLUSTERS.start(ClusterSpec.named("source").shortLived());
        destination = CLUSTERS.start(ClusterSpec.named("destination")
                .brokers(3)
                .dedicatedController()
                .plugin()
                .shortLived());
        linkAdmin = new LinkAdmin(destination, CLUSTERS.folder());
        linkAdmin.createLink("east", source).orFail();
    }

    @Test
    void appendsNothingMoreOnceAnotherLeads() {
        mirror("led");
        try (Workload workload =
                Workload.start(WorkloadSpec.of("led", Mode.IDEMPOTENT, Codec.LZ4, 1), source.adminProperties())) {
            workload.awaitProgress(500);
            int paused = destination.topics().leader("led", 0).orElseThrow();

            destination.pause(paused);
            destination.topics().awaitLeaderOtherThan(paused, "led", 0);
            workload.awaitProgress(500);
            destination.resume(paused);
            workload.awaitProgress(500);
            workload.stop();
        }

        destination.topics().awaitInSync("led");
        awaitEqualSegments("led");
    }

    @Test
    void changesNothingMoreOnceAnotherCoordinates() {
        mirror("coordinated");
        write(source, "coordinated", 200, 2);
        awaitEqualSegments("coordinated");
        int paused = destination.topics().leader(STATE_TOPIC, 0).orElseThrow();

        destination.pause(paused);
        destination.topics().awaitLeaderOtherThan(paused, STATE_TOPIC, 0);
        LinkAdmin.Run run = linkAdmin.run("failover", "--mirror-topic", "coordinated", "--wait");
        assertThat(run.out() + run.err()).contains("STOPPED");
        Ledger written = write(destination, "coordinated", 200, 3);
        destination.resume(paused);
        destination.awaitReady();
        destination.topics().awaitInSync("coordinated");
        Ledger writtenLater = write(destination, "coordinated", 200, 4);

        assertThat(written.committed()).isNotEmpty();
        assertThat(writtenLater.committed()).isNotEmpty();
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
            var contents =
                    new TopicReader(destination.adminProperties()).read("coordinated", IsolationLevel.READ_UNCOMMITTED);
            assertThat(contents.lacking(written.committed())).isEmpty();
            assertThat(contents.lacking(writtenLater.committed())).isEmpty();
        });
        assertThat(linkAdmin.run("list", "--state", "STOPPED").orFail().out()).contains("coordinated");
    }

    private static void mirror(String topic) {
        source.topics().create(topic, 1);
        linkAdmin
                .run("create", "--mirror-topic", topic, "--link", "east", "--replication-factor", "3")
                .orFail();
    }

    private static Ledger write(TestCluster cluster, String topic, int records, long seed) {
        WorkloadSpec spec = WorkloadSpec.of(topic, Mode.IDEMPOTENT, Codec.LZ4, seed)
                .recordsPerSecond(2_000)
                .maxRecords(records);
        try (Workload workload = Workload.start(spec, cluster.adminProperties())) {
            workload.awaitEnd();
            return workload.stop();
        }
    }

    private static void awaitEqualSegments(String topic) {
        SegmentComparison comparison =
                SegmentComparison.ofMirror(topic, 0, directories(source), directories(destination));
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
            SegmentComparison.Result result = comparison.compare();
            assertThat(result.differences()).isEmpty();
            assertThat(result.batches()).isPositive();
            assertThat(result.replicas()).isEqualTo(4);
        });
    }

    private static List<Path> directories(TestCluster cluster) {
        return cluster.nodeIds().stream().map(cluster::dataDirectory).toList();
    }
}
