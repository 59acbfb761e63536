/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.Folders;
import io.hawser.systemtests.cluster.Listener;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A source that speaks the protocol of years ago: what newer ones tell with each fetch it must be asked for. */
class OldSourceIT {

    private static final TcpProxy PROXY = TcpProxy.start();

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(1, 1).behind(PROXY);

    static {
        PROXY.tamperFirst(ProtocolVersions.OF_KAFKA_2_6::holdDown);
    }

    @AfterAll
    static void closeProxy() {
        PROXY.close();
    }

    @Test
    void splicesNothingToRecordsThatTheSourceHasLost() throws Exception {
        Mirrored topic = mirror("restored");
        topic.produce(80, "saved");
        topic.awaitEnd(80);
        Path backup = backUp("restored");
        topic.produce(20, "not saved");
        topic.awaitEnd(100);

        // Before the mirror asks again the source has a batch that begins where the mirror ends.
        CLUSTERS.admin("pause", "--mirror-topic", "restored");
        topic.awaitDescribed("PAUSED");
        restore("restored", backup);
        topic.produce(20, "other");
        topic.produce(20, "other, from where the mirror ends");
        CLUSTERS.admin("resume", "--mirror-topic", "restored");

        assertThat(topic.awaitDescribed("FAILED", "DIVERGED")).contains("offsets 80 to 99");
        assertThat(topic.mirrorOffset(OffsetSpec.latest())).isEqualTo(100);
        CLUSTERS.admin("resume", "--mirror-topic", "restored", "--accept-divergence", "truncate");
        topic.awaitEnd(120);
        topic.awaitEqual();
    }

    @Test
    void goesOnAfterARestartOfTheSource() {
        Mirrored topic = mirror("restarted");
        topic.produce(10, "before");
        topic.awaitEnd(10);

        CLUSTERS.source().restart(1);
        topic.produce(10, "after");

        topic.awaitEnd(20);
        topic.awaitEqual();
        topic.awaitDescribed("ACTIVE");
    }

    @Test
    void goesOnAfterTheSourceWasUpgradedToABrokerWithTopicIds() {
        Mirrored topic = mirror("upgraded");
        topic.produce(10, "before");
        topic.awaitEnd(10);

        PROXY.tamperFirst(UnaryOperator.identity());
        try {
            PROXY.cut();
            topic.produce(10, "after");

            topic.awaitEnd(20);
            topic.awaitEqual();
            topic.awaitDescribed("ACTIVE");
        } finally {
            PROXY.tamperFirst(ProtocolVersions.OF_KAFKA_2_6::holdDown);
            PROXY.cut();
        }
    }

    /** Without topic ids nothing but the cluster's own id tells. */
    @Test
    void takesNothingFromAnotherClusterAtTheSameAddress() {
        Mirrored topic = mirror("same-name");
        topic.produce(10, "genuine");
        topic.awaitEnd(10);
        ProcessCluster other = CLUSTERS.start(ClusterSpec.named("other")
                .shortLived()
                .listeners(Listener.PLAINTEXT, LinkedClusters.farListener(PROXY)));
        other.topics().create("same-name", 1);
        WorkloadSpec foreign =
                WorkloadSpec.of("same-name", Mode.PLAIN, Codec.NONE, 7).maxRecords(50);
        try (Workload workload = Workload.start(foreign, other.adminProperties())) {
            workload.awaitEnd();
        }

        PROXY.forwardTo(LinkedClusters.farPort(other));
        PROXY.cut();
        topic.awaitDescribed("SOURCE_CLUSTER_CHANGED", other.clusterId());
        PROXY.forwardTo(LinkedClusters.farPort(CLUSTERS.source()));
        PROXY.cut();
        topic.produce(5, "genuine again");

        topic.awaitEnd(15);
        topic.awaitEqual();
    }

    private static Mirrored mirror(String topic) {
        CLUSTERS.source().topics().create(topic, 1);
        CLUSTERS.mirror(topic);
        return new Mirrored(CLUSTERS, topic);
    }

    private static Path backUp(String topic) throws IOException {
        Path backup = CLUSTERS.folder().resolve("backup-of-" + topic);
        CLUSTERS.source().stop(1);
        Folders.copyRecursively(partition(topic), backup);
        CLUSTERS.source().start(1);
        return backup;
    }

    private static void restore(String topic, Path backup) throws IOException {
        CLUSTERS.source().stop(1);
        Folders.deleteRecursively(partition(topic));
        Folders.copyRecursively(backup, partition(topic));
        CLUSTERS.source().start(1);
    }

    private static Path partition(String topic) {
        return CLUSTERS.source().dataDirectory(1).resolve(topic + "-0");
    }
}
