/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.hawser.systemtests.records.Ledger;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClusterVariantsIT {

    @RegisterExtension
    final TestClusters clusters = new TestClusters();

    @Test
    void aDedicatedControllerOutlivesItsBroker() {
        ProcessCluster cluster =
                clusters.start(ClusterSpec.named("split").dedicatedController().shortLived());

        cluster.kill(1);

        assertThat(cluster.nodeIds()).containsExactly(1);
        assertThat(cluster.controllerIds()).containsExactly(ClusterSpec.DEDICATED_CONTROLLER_ID);
        assertThat(cluster.isRunning(ClusterSpec.DEDICATED_CONTROLLER_ID)).isTrue();
        cluster.start(1);
        cluster.topics().create("back-again", 1);
    }

    @Test
    void everyPartOfTheSpecReachesTheNode() throws Exception {
        Path jar = emptyJar(clusters.folder().resolve("extra.jar"));

        ProcessCluster cluster = clusters.start(ClusterSpec.named("custom")
                .shortLived()
                .listeners(Listener.PLAINTEXT, new Listener("SECOND", "PLAINTEXT"))
                .property("num.partitions", "5")
                .nodeProperty(1, "broker.rack", "shelf")
                .lib(jar)
                .jvmOption("-showversion"));

        Path libs = clusters.folder().resolve("custom/libs");
        assertThat(libs.resolve("extra.jar")).isSymbolicLink();
        assertThat(libs).isDirectoryContaining("glob:**/kafka-clients-*.jar");
        assertThat(cluster.logFile(1))
                .content()
                .contains("num.partitions = 5", "broker.rack = shelf", "Runtime Environment");
        try (Admin admin = Admin.create(
                Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers("SECOND")))) {
            assertThat(admin.describeCluster().clusterId().get()).isEqualTo(cluster.clusterId());
        }
    }

    @Test
    void aNodeThatCannotStartTellsWhy() {
        ClusterSpec spec = ClusterSpec.named("broken")
                .shortLived()
                .property("authorizer.class.name", "no.such.Authorizer")
                .build();

        assertThatThrownBy(() -> clusters.start(spec))
                .isInstanceOf(NodeEndedException.class)
                .hasMessageContaining("Node 1 ended")
                .hasMessageContaining("no.such.Authorizer");
    }

    @Test
    void aWorkloadOnADeadClusterIsAbandonedAtOnce() {
        ProcessCluster cluster = clusters.start(ClusterSpec.named("dead").shortLived());
        cluster.topics().create("records", 1);
        WorkloadSpec spec = WorkloadSpec.of("records", Mode.TRANSACTIONAL, Codec.NONE, 1);

        try (Workload workload = Workload.start(spec, cluster.adminProperties())) {
            workload.awaitProgress(50);
            cluster.kill(1);
            Ledger ledger = assertTimeoutPreemptively(Duration.ofSeconds(10), workload::abandon);

            assertThat(ledger.committed()).isNotEmpty();
            assertThat(ledger.failure()).isNull();
        }
    }

    private static Path emptyJar(Path file) throws Exception {
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file)) {
            new JarOutputStream(out, new Manifest()).close();
        }
        return file;
    }
}
