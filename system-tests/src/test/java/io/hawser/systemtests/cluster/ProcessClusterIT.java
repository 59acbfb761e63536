/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.systemtests.records.Ledger;
import io.hawser.systemtests.records.TopicReader;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each test leaves the cluster with all its nodes up. */
class ProcessClusterIT {

    @RegisterExtension
    static final TestClusters CLUSTERS = new TestClusters();

    private static ProcessCluster cluster;

    @BeforeAll
    static void startThreeNodes() {
        cluster = CLUSTERS.start(ClusterSpec.named("three").brokers(3).shortLived());
    }

    @Test
    void namesItsNodesAndTheirPlaces() {
        assertThat(cluster.nodeIds()).containsExactly(1, 2, 3);
        assertThat(cluster.controllerIds()).containsExactly(1, 2, 3);
        assertThat(cluster.bootstrapServers().split(",")).hasSize(3);
        assertThat(cluster.dataDirectory(2)).isDirectory();
        assertThat(cluster.logFile(2)).content().contains("Kafka Server started");
        assertThat(cluster.cpuTime(2)).isPositive();
        assertThatThrownBy(() -> cluster.kill(4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no node 4");
    }

    @Test
    void losesNoAcknowledgedRecordWhenALeaderIsKilled() {
        cluster.topics().create("kill", 1, 3, Map.of("min.insync.replicas", "2"));
        int killed = cluster.topics().leader("kill", 0).orElseThrow();

        Ledger ledger;
        try (Workload workload = workload("kill")) {
            workload.awaitProgress(50);
            cluster.kill(killed);
            assertThat(cluster.isRunning(killed)).isFalse();
            cluster.topics().awaitLeaderOtherThan(killed, "kill", 0);
            workload.awaitProgress(50);
            ledger = workload.stop();
        }
        cluster.start(killed);

        cluster.topics().awaitInSync("kill");
        assertThat(ledger.failure()).isNull();
        assertThat(reader().read("kill", IsolationLevel.READ_COMMITTED).lacking(ledger.committed()))
                .isEmpty();
    }

    @Test
    void replacesAPausedLeaderAndTakesItBack() {
        cluster.topics().create("pause", 1, 3, Map.of());
        int paused = cluster.topics().leader("pause", 0).orElseThrow();

        cluster.pause(paused);
        int successor = cluster.topics().awaitLeaderOtherThan(paused, "pause", 0);
        cluster.resume(paused);
        cluster.awaitReady();

        assertThat(successor).isNotEqualTo(paused);
        assertThat(cluster.isRunning(paused)).isTrue();
        cluster.topics().awaitInSync("pause");
    }

    @Test
    void keepsPortsAndRecordsOverARestart() {
        cluster.topics().create("restart", 1, 3, Map.of());
        String before = cluster.bootstrapServers();
        Ledger ledger;
        try (Workload workload = workload("restart")) {
            workload.awaitProgress(20);
            ledger = workload.stop();
        }

        cluster.restart(1);

        assertThat(cluster.bootstrapServers()).isEqualTo(before);
        assertThat(reader().read("restart", IsolationLevel.READ_COMMITTED).lacking(ledger.committed()))
                .isEmpty();
    }

    private static Workload workload(String topic) {
        return Workload.start(WorkloadSpec.of(topic, Mode.IDEMPOTENT, Codec.NONE, 1), cluster.adminProperties());
    }

    private static TopicReader reader() {
        return new TopicReader(cluster.adminProperties());
    }
}
