/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** As {@link DivergenceIT}, of a source with three replicas. */
class ThreeSourceReplicasIT {

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
                    ClusterSpec.named("source").brokers(3).dedicatedController().shortLived(),
                    ClusterSpec.named("destination").brokers(2).shortLived())
            .link(LinkedClusters.LINK, "mirror.divergence.policy=truncate");

    @Test
    void followsTheReplicaThatWasElected() {
        UncleanElection.createTopic(CLUSTERS, "elected", 3);
        CLUSTERS.mirror("elected");
        Mirrored topic = new Mirrored(CLUSTERS, "elected");
        UncleanElection election = new UncleanElection(CLUSTERS, topic);
        election.writeCommon();

        election.replaceTail(election.loseTail(), 7);

        topic.awaitEnd(UncleanElection.COMMON_END + 7);
        assertThat(CLUSTERS.equality().awaitReplicas("elected").ranges().get(0).replicas())
                .isEqualTo(5);
    }
}
