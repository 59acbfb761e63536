/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** As {@link DivergenceIT}, with three replicas on both sides. */
class ThreeReplicasIT {

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
                    ClusterSpec.named("source").brokers(3).dedicatedController().shortLived(),
                    ClusterSpec.named("destination").brokers(3).shortLived())
            .link(LinkedClusters.LINK, "mirror.divergence.policy=truncate");

    /**
     * At the source one of two followers leads, and the other truncates with the leader of old. Of the mirror's followers one
     * follows, and one is away meanwhile.
     */
    @Test
    void dropsWhatTheSourceLostFromEveryReplica() {
        UncleanElection.createTopic(CLUSTERS, "dropped", 3);
        CLUSTERS.mirror("dropped");
        Mirrored topic = new Mirrored(CLUSTERS, "dropped");
        UncleanElection election = new UncleanElection(CLUSTERS, topic);
        election.writeCommon();
        int away = CLUSTERS.destination().topics().leader("dropped", 0).orElseThrow() % 3 + 1;

        UncleanElection.Casualties casualties = election.loseTail();
        CLUSTERS.destination().stop(away);
        election.replaceTail(casualties, 25);
        topic.awaitEnd(UncleanElection.COMMON_END + 25);
        CLUSTERS.destination().start(away);

        topic.awaitReplicas(3);
        CLUSTERS.destination().topics().awaitInSync("dropped");
        assertThat(CLUSTERS.equality().awaitReplicas("dropped").ranges().get(0).replicas())
                .isEqualTo(6);
    }
}
