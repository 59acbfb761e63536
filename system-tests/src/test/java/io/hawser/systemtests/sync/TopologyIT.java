/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.MirrorEquality;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three clusters with links between them in more than one way. */
class TopologyIT {

    @RegisterExtension
    static final TestClusters CLUSTERS = new TestClusters();

    private static ProcessCluster first;
    private static ProcessCluster second;
    private static ProcessCluster third;

    @BeforeAll
    static void linkInARing() {
        first = start("first");
        second = start("second");
        third = start("third");
        admin(second).createLink("first", first).orFail();
        admin(third).createLink("second", second).orFail();
        admin(third).createLink("first", first).orFail();
        admin(first).createLink("third", third).orFail();
    }

    @Test
    void mirrorsAMirrorAndRefusesToCloseTheRing() {
        write(first, "chained");
        mirror(second, "chained", "first", "chained");
        mirror(third, "chained", "second", "chained");
        new MirrorEquality(first, second).awaitReplicas("chained");
        new MirrorEquality(second, third).awaitReplicas("chained");

        LinkAdmin.Run closed =
                admin(first).run("create", "--mirror-topic", "closed", "--source-topic", "chained", "--link", "third");

        assertThat(closed.exitCode()).isEqualTo(1);
        assertThat(closed.out()).contains("LOOP", "topic chained of the source is a mirror of chained of this cluster");
        assertThat(first.topics().names()).doesNotContain("closed");
    }

    @Test
    void gathersTheTopicsOfTwoClustersAndLetsEachMirrorHaveOneLink() {
        write(first, "spoke");
        write(second, "spoke");
        mirror(third, "first.spoke", "first", "spoke");
        mirror(third, "second.spoke", "second", "spoke");
        mirror(second, "copy.spoke", "first", "spoke");

        LinkAdmin.Run claimed = admin(third)
                .run("create", "--mirror-topic", "first.spoke", "--source-topic", "spoke", "--link", "second");

        assertThat(claimed.exitCode()).isEqualTo(1);
        assertThat(claimed.err()).contains("already a mirror of spoke over link first");
        new MirrorEquality(first, third).awaitMirror("spoke", "first.spoke");
        new MirrorEquality(second, third).awaitMirror("spoke", "second.spoke");
        new MirrorEquality(first, second).awaitMirror("spoke", "copy.spoke");
    }

    private static ProcessCluster start(String name) {
        return CLUSTERS.start(ClusterSpec.named(name).plugin().shortLived());
    }

    private static LinkAdmin admin(ProcessCluster cluster) {
        return new LinkAdmin(cluster, CLUSTERS.folder());
    }

    private static void mirror(ProcessCluster cluster, String topic, String link, String sourceTopic) {
        admin(cluster)
                .run("create", "--mirror-topic", topic, "--source-topic", sourceTopic, "--link", link)
                .orFail();
    }

    private static void write(ProcessCluster cluster, String topic) {
        cluster.topics().create(topic, 1);
        WorkloadSpec spec =
                WorkloadSpec.of(topic, Mode.IDEMPOTENT, Codec.LZ4, 1).maxRecords(100);
        Workload.complete(spec, cluster.adminProperties());
    }
}
