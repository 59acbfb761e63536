/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.records.Ledger;
import io.hawser.systemtests.records.TopicReader;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The mirror has fewer replicas in sync than it demands. */
class ReplicationIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(1, 2);

    @Test
    void standsStillBelowTheMinimumOfReplicasAndThenGoesOnWithoutALoss() throws Exception {
        CLUSTERS.source().topics().create("guarded", 1);
        CLUSTERS.mirror("guarded", "--config", "min.insync.replicas=2", "--wait");
        Ledger ledger;
        try (Workload workload = Workload.start(
                WorkloadSpec.of("guarded", Mode.IDEMPOTENT, Codec.LZ4, 1),
                CLUSTERS.source().adminProperties())) {
            workload.awaitProgress(200);
            int follower = CLUSTERS.destination().topics().leader("guarded", 0).orElseThrow() == 1 ? 2 : 1;

            CLUSTERS.destination().kill(follower);
            awaitDescribed("guarded", "NOT_ENOUGH_REPLICAS");
            long stood = mirrorEnd("guarded");
            workload.awaitProgress(300);
            assertThat(mirrorEnd("guarded"))
                    .as("nothing is shown that one replica alone has")
                    .isEqualTo(stood);

            CLUSTERS.destination().start(follower);
            workload.awaitProgress(100);
            ledger = workload.stop();
        }

        CLUSTERS.equality().await("guarded", 1);
        assertThat(new TopicReader(CLUSTERS.destination().adminProperties())
                        .read("guarded", IsolationLevel.READ_UNCOMMITTED)
                        .lacking(ledger.committed()))
                .isEmpty();
        awaitDescribed("guarded", "ACTIVE");
    }

    private static void awaitDescribed(String topic, String word) {
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(CLUSTERS.linkAdmin()
                                .run("describe", "--mirror-topic", topic)
                                .out())
                        .contains(word));
    }

    private static long mirrorEnd(String topic) throws Exception {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Admin admin = CLUSTERS.destination().admin()) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get(20, TimeUnit.SECONDS)
                    .offset();
        }
    }
}
