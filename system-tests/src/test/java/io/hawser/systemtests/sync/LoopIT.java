/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.AclBindings;
import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.MirrorEquality;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two clusters with a link in each direction. */
class LoopIT {

    private static final String ALL = "auto.create.mirror.topics.filters="
            + "{\"topicFilters\":[{\"name\":\"*\",\"patternType\":\"LITERAL\",\"filterType\":\"INCLUDE\"}]}";
    private static final String LOOK_OFTEN = "auto.create.mirror.topics.ms=500";

    private static final String STANDARD = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
    private static final String GROUPS_ACLS =
            "acl.filters={\"aclFilters\":[{\"resourceFilter\":{\"resourceType\":\"GROUP\"}}]}";

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
                    ClusterSpec.named("source")
                            .plugin()
                            .shortLived()
                            .property("hawser.authorizer.class.name", STANDARD)
                            .property("super.users", "User:ANONYMOUS"),
                    ClusterSpec.named("destination")
                            .shortLived()
                            .property("hawser.authorizer.class.name", STANDARD)
                            .property("super.users", "User:ANONYMOUS"))
            .link(LinkedClusters.LINK, "cluster.link.prefix=east.", LOOK_OFTEN, GROUPS_ACLS, "acl.sync.ms=3000");

    @TempDir
    static Path folder;

    private static LinkAdmin back;

    @BeforeAll
    static void linkBack() {
        back = new LinkAdmin(CLUSTERS.source(), folder);
        back.createLink(
                        "west",
                        CLUSTERS.destination(),
                        "cluster.link.prefix=west.",
                        LOOK_OFTEN,
                        GROUPS_ACLS,
                        "acl.sync.ms=200")
                .orFail();
    }

    @Test
    void mirrorsInBothDirectionsAndNeverItsOwn() {
        CLUSTERS.source().topics().create("orders", 1);
        CLUSTERS.destination().topics().create("office", 1);
        write(CLUSTERS.source(), "orders");
        write(CLUSTERS.destination(), "office");
        CLUSTERS.admin("create", "--mirror-topic", "east.orders", "--link", LinkedClusters.LINK);

        LinkAdmin.Run loop = back.run("create", "--mirror-topic", "west.east.orders", "--link", "west");

        assertThat(loop.exitCode()).isEqualTo(1);
        assertThat(loop.out())
                .contains("LOOP", "topic east.orders of the source is a mirror of orders of this cluster");
        CLUSTERS.admin(makeAll(LinkedClusters.LINK));
        back.run(makeAll("west")).orFail();
        Eventually.holds(() -> assertThat(CLUSTERS.source().topics().names()).contains("west.office"));
        Eventually.holds(() -> assertThat(CLUSTERS.admin("describe", "--link", LinkedClusters.LINK)
                        .out())
                .contains("topic west.office of the source is a mirror of office of this cluster"));
        Eventually.holds(() -> assertThat(back.run("describe", "--link", "west").out())
                .contains("topic east.orders of the source is a mirror of orders of this cluster"));
        assertThat(Stream.of(CLUSTERS.source(), CLUSTERS.destination())
                        .flatMap(cluster -> cluster.topics().names().stream()))
                .doesNotContain("east.west.office", "west.east.orders");
        CLUSTERS.equality().awaitMirror("orders", "east.orders");
        new MirrorEquality(/* source= */ CLUSTERS.destination(), /* destination= */ CLUSTERS.source())
                .awaitMirror("office", "west.office");
    }

    /** The way back is the faster one, and must not bring it again before it is removed there. */
    @Test
    void removesAnAclOnBothSidesThatIsRemovedWhereItCameFrom() throws Exception {
        CLUSTERS.source().topics().create("there", 1);
        CLUSTERS.destination().topics().create("back", 1);
        CLUSTERS.admin(makeAll(LinkedClusters.LINK));
        back.run(makeAll("west")).orFail();
        Eventually.holds(
                () -> assertThat(CLUSTERS.destination().topics().names()).contains("east.there"));
        Eventually.holds(() -> assertThat(CLUSTERS.source().topics().names()).contains("west.back"));
        CLUSTERS.admin("alter", "--link", LinkedClusters.LINK, "--config", "acl.sync.enable=true");
        back.run("alter", "--link", "west", "--config", "acl.sync.enable=true").orFail();
        AclBinding acl =
                AclBindings.of(ResourceType.GROUP, "billing", PatternType.PREFIXED, "User:app", AclOperation.READ);
        AclBinding mark =
                AclBindings.of(ResourceType.GROUP, "mark", PatternType.LITERAL, "User:app", AclOperation.READ);
        try (Admin admin = CLUSTERS.source().admin()) {
            admin.createAcls(List.of(acl)).all().get(30, TimeUnit.SECONDS);
            Eventually.holds(
                    () -> assertThat(AclBindings.all(CLUSTERS.destination())).contains(acl));

            admin.deleteAcls(List.of(acl.toFilter())).all().get(30, TimeUnit.SECONDS);
            Eventually.holds(
                    () -> assertThat(AclBindings.all(CLUSTERS.destination())).doesNotContain(acl));
            admin.createAcls(List.of(mark)).all().get(30, TimeUnit.SECONDS);
        }

        Eventually.holds(
                () -> assertThat(AclBindings.all(CLUSTERS.destination())).contains(mark));
        assertThat(AclBindings.all(CLUSTERS.source())).contains(mark).doesNotContain(acl);
        assertThat(AclBindings.all(CLUSTERS.destination())).doesNotContain(acl);
    }

    private static String[] makeAll(String link) {
        return new String[] {
            "alter", "--link", link, "--config", ALL, "--config", "auto.create.mirror.topics.enable=true"
        };
    }

    private static void write(ProcessCluster cluster, String topic) {
        WorkloadSpec spec =
                WorkloadSpec.of(topic, Mode.IDEMPOTENT, Codec.LZ4, 1).maxRecords(100);
        Workload.complete(spec, cluster.adminProperties());
    }
}
