/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.records.Ledger;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever is wrong with the plugin, the broker starts and serves. */
class BrokerComesFirstIT {

    @RegisterExtension
    final TestClusters clusters = new TestClusters();

    @Test
    void servesWithLinksOffWhenItsKafkaIsUnknown() throws Exception {
        ProcessCluster cluster = clusters.start(ClusterSpec.named("unknown-kafka")
                .plugin()
                .shortLived()
                .jvmOption("-Dhawser.test.kafka.version=9.9.9"));

        assertThat(write(cluster)).hasSize(50);
        assertThat(Files.readString(cluster.logFile(1)))
                .contains("Links do not run on this broker", "Kafka 9.9.9 is not among those");
        LinkAdmin.Run run = new LinkAdmin(cluster, clusters.folder())
                .run("create", "--link", "east", "--config", "bootstrap.servers=localhost:1", "--timeout", "3s");
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(3);
        // The broker hears of it a moment after the controller has kept it.
        Eventually.holds(() -> assertThat(clusterWideConfigs(cluster))
                .contains("hawser.generation")
                .doesNotContain("hawser.link.east"));
    }

    @Test
    void servesWithSettingsThatMakeNoSense() throws Exception {
        ProcessCluster cluster = clusters.start(ClusterSpec.named("bad-settings")
                .plugin()
                .shortLived()
                .property("hawser.config.allowed.paths", "not/absolute,,")
                .property("hawser.local.security.protocol", "NONSENSE")
                .property("hawser.buffer.memory", "plenty")
                .property("hawser.nobody.knows", "what"));

        assertThat(write(cluster)).hasSize(50);
        assertThat(Files.readString(cluster.logFile(1)))
                .contains(
                        "Links do not run on this broker",
                        "Invalid value plenty for configuration hawser.buffer.memory");
    }

    private static Set<String> clusterWideConfigs(ProcessCluster cluster) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, "");
        try (Admin admin = Admin.create(cluster.adminProperties())) {
            return admin.describeConfigs(List.of(resource)).all().get().get(resource).entries().stream()
                    .map(ConfigEntry::name)
                    .collect(Collectors.toSet());
        }
    }

    private static List<?> write(ProcessCluster cluster) {
        cluster.topics().create("ordinary", 1);
        WorkloadSpec spec = WorkloadSpec.of("ordinary", Mode.IDEMPOTENT, Codec.LZ4, 7)
                .recordsPerSecond(1_000)
                .maxRecords(50);
        try (Workload workload = Workload.start(spec, cluster.adminProperties())) {
            workload.awaitEnd();
            Ledger ledger = workload.stop();
            return ledger.committed();
        }
    }
}
