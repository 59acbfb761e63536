/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two mirrors that are behind, on a link that has not enough for both. */
class PriorityIT {

    private static final int BATCHES = 60;
    private static final int RECORDS_PER_BATCH = 500;
    private static final int END = BATCHES * RECORDS_PER_BATCH;
    private static final String CONTENT = "x".repeat(100);

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(1, 1)
            .link(LinkedClusters.LINK, "link.max.bytes.per.second=2000000", "mirror.priority.low=bulk.*");

    @Test
    void givesMoreToTheMirrorOfTheHigherPriorityAndSomethingToTheOther() {
        Mirrored urgent = written("urgent");
        Mirrored bulk = written("bulk");
        CLUSTERS.admin("alter", "--link", LinkedClusters.LINK, "--config", "mirror.priority.high=urgent|vital");

        CLUSTERS.admin("create", "--mirror-topic", "bulk,urgent", "--link", LinkedClusters.LINK);
        long[] meanwhile = {0};
        Eventually.holds(() -> {
            long ofBulk = bulk.mirrorOffset(OffsetSpec.latest());
            long ofUrgent = urgent.mirrorOffset(OffsetSpec.latest());
            meanwhile[0] = ofUrgent < END ? ofBulk : meanwhile[0];
            assertThat(ofUrgent).isEqualTo(END);
        });

        assertThat(meanwhile[0]).isPositive().isLessThan(END / 2);
        bulk.awaitEnd(END);
    }

    private static Mirrored written(String topic) {
        CLUSTERS.source().topics().create(topic, 1);
        Mirrored mirrored = new Mirrored(CLUSTERS, topic);
        mirrored.produce(END, RECORDS_PER_BATCH * 2 * CONTENT.length(), CONTENT);
        return mirrored;
    }
}
