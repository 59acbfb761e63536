/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.systemtests.records.Ledger;
import io.hawser.systemtests.records.TopicReader;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Skipped where no Docker engine answers. */
class ContainerClusterIT {

    @RegisterExtension
    final TestClusters clusters = new TestClusters();

    @BeforeEach
    void requireDocker() {
        assumeTrue(ContainerCluster.isPossible(), "No Docker engine answers");
    }

    @Test
    void servesRecordsFromOneNodeWithThePlugin() {
        TestCluster cluster =
                clusters.startContainers(ClusterSpec.named("one").plugin().build());
        cluster.topics().create("records", 1);

        Ledger ledger = write(cluster, "records");

        assertThat(ledger.committed()).hasSize(100);
        assertThat(new TopicReader(cluster.adminProperties())
                        .read("records", IsolationLevel.READ_COMMITTED)
                        .lacking(ledger.committed()))
                .isEmpty();
    }

    @Test
    void replacesAKilledLeaderAndSaysWhatItCannotDo() {
        TestCluster cluster =
                clusters.startContainers(ClusterSpec.named("three").brokers(3).build());
        cluster.topics().create("kill", 1, 3, Map.of());
        int killed = cluster.topics().leader("kill", 0).orElseThrow();

        cluster.kill(killed);

        assertThat(cluster.topics().awaitLeaderOtherThan(killed, "kill", 0)).isNotEqualTo(killed);
        assertThatThrownBy(() -> cluster.start(killed))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("use a ProcessCluster");
    }

    private static Ledger write(TestCluster cluster, String topic) {
        WorkloadSpec spec = WorkloadSpec.of(topic, Mode.IDEMPOTENT, Codec.NONE, 1)
                .recordsPerSecond(1_000)
                .maxRecords(100);
        return Workload.complete(spec, cluster.adminProperties());
    }
}
