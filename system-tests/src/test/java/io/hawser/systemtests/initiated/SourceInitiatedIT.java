/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.initiated;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A link whose source connects, over two clusters of two brokers; the tests follow one topic's life, in order. Whatever else a link
 * does is tested over ordinary ones, and can be over this kind with {@code -Dhawser.test.initiated.by.source=true}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SourceInitiatedIT {

    private static final String TOPIC = "orders";
    private static final int PARTITIONS = 4;
    private static final int IDLE_MS = 3_000;

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
        String there = onSource()
                .run("describe", "--link", LinkedClusters.LINK)
                .orFail()
                .out();
        assertThat(there).contains("ACTIVE", "this one");
        // Both brokers of each side have to do with both of the other.
        assertThat(there.lines().filter(line -> line.contains(" true "))).hasSize(4);
        assertThat(CLUSTERS.admin("describe", "--link", LinkedClusters.LINK)
                        .out()
                        .lines()
                        .filter(line -> line.contains(" true ")))
                .hasSize(4);
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
