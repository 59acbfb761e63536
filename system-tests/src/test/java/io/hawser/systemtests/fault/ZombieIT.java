/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.TestCluster;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.records.Ledger;
import io.hawser.systemtests.records.TopicReader;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.time.Duration;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Destination brokers that are paused for longer than it takes to replace them, with work in hand, and come back. */
class ZombieIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String STATE_TOPIC = "__hawser_state";

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(1, 3);

    @Test
    void appendsNothingMoreOnceAnotherLeads() {
        mirror("led");
        try (Workload workload = Workload.start(
                WorkloadSpec.of("led", Mode.IDEMPOTENT, Codec.LZ4, 1),
                CLUSTERS.source().adminProperties())) {
            workload.awaitProgress(500);
            int paused = CLUSTERS.destination().topics().leader("led", 0).orElseThrow();

            CLUSTERS.destination().pause(paused);
            CLUSTERS.destination().topics().awaitLeaderOtherThan(paused, "led", 0);
            workload.awaitProgress(500);
            CLUSTERS.destination().resume(paused);
            workload.awaitProgress(500);
            workload.stop();
        }

        CLUSTERS.destination().topics().awaitInSync("led");
        awaitEqualSegments("led");
    }

    @Test
    void changesNothingMoreOnceAnotherCoordinates() {
        mirror("coordinated");
        write(CLUSTERS.source(), "coordinated", 200, 2);
        awaitEqualSegments("coordinated");
        int paused = CLUSTERS.destination().topics().leader(STATE_TOPIC, 0).orElseThrow();

        CLUSTERS.destination().pause(paused);
        CLUSTERS.destination().topics().awaitLeaderOtherThan(paused, STATE_TOPIC, 0);
        LinkAdmin.Run run = CLUSTERS.linkAdmin().run("failover", "--mirror-topic", "coordinated", "--wait");
        assertThat(run.out() + run.err()).contains("STOPPED");
        Ledger written = write(CLUSTERS.destination(), "coordinated", 200, 3);
        CLUSTERS.destination().resume(paused);
        CLUSTERS.destination().awaitReady();
        CLUSTERS.destination().topics().awaitInSync("coordinated");
        Ledger writtenLater = write(CLUSTERS.destination(), "coordinated", 200, 4);

        assertThat(written.committed()).isNotEmpty();
        assertThat(writtenLater.committed()).isNotEmpty();
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
            var contents = new TopicReader(CLUSTERS.destination().adminProperties())
                    .read("coordinated", IsolationLevel.READ_UNCOMMITTED);
            assertThat(contents.lacking(written.committed())).isEmpty();
            assertThat(contents.lacking(writtenLater.committed())).isEmpty();
        });
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(
                                CLUSTERS.admin("list", "--state", "STOPPED").out())
                        .contains("coordinated"));
    }

    private static void mirror(String topic) {
        CLUSTERS.source().topics().create(topic, 1);
        CLUSTERS.mirror(topic);
    }

    private static Ledger write(TestCluster cluster, String topic, int records, long seed) {
        WorkloadSpec spec = WorkloadSpec.of(topic, Mode.IDEMPOTENT, Codec.LZ4, seed)
                .recordsPerSecond(2_000)
                .maxRecords(records);
        return Workload.complete(spec, cluster.adminProperties());
    }

    private static void awaitEqualSegments(String topic) {
        assertThat(CLUSTERS.equality().awaitReplicas(topic).ranges().get(0).replicas())
                .isEqualTo(4);
    }
}
