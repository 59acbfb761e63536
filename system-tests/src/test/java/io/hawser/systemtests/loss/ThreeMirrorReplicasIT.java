/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** As {@link DivergenceIT}, with a mirror of three replicas. */
class ThreeMirrorReplicasIT {

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
                    ClusterSpec.named("source").brokers(2).dedicatedController().shortLived(),
                    ClusterSpec.named("destination").brokers(3).shortLived())
            .link(LinkedClusters.LINK, "mirror.divergence.policy=truncate");

    /** One follower follows, one is away meanwhile, and then leads. */
    @Test
    void dropsWhatTheSourceLostFromEveryReplica() {
        UncleanElection.createTopic(CLUSTERS, "dropped", 2);
        CLUSTERS.mirror("dropped");
        Mirrored topic = new Mirrored(CLUSTERS, "dropped");
        UncleanElection election = new UncleanElection(CLUSTERS, topic);
        election.writeCommon();
        int leader = CLUSTERS.destination().topics().leader("dropped", 0).orElseThrow();
        int away = leader % 3 + 1;

        UncleanElection.Casualties casualties = election.loseTail();
        CLUSTERS.destination().stop(away);
        election.replaceTail(casualties, 25);
        topic.awaitEnd(UncleanElection.COMMON_END + 25);
        CLUSTERS.destination().start(away);

        topic.awaitReplicas(3);
        CLUSTERS.destination().topics().awaitInSync("dropped");
        assertThat(CLUSTERS.equality().awaitReplicas("dropped").ranges().get(0).replicas())
                .isEqualTo(5);
    }
}
