/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.AclBindings;
import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may do what at the source, on the mirror. */
class AclSyncIT {

    private static final String STATE_TOPIC = "__hawser_state";
    private static final String STANDARD = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
    private static final String PREFIXED_LINK = "copying";

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
                    ClusterSpec.named("source")
                            .shortLived()
                            .property("authorizer.class.name", STANDARD)
                            .property("super.users", "User:ANONYMOUS"),
                    ClusterSpec.named("destination")
                            .brokers(2)
                            .dedicatedController()
                            .shortLived()
                            .property("hawser.authorizer.class.name", STANDARD)
                            .property("super.users", "User:ANONYMOUS"))
            .link(LinkedClusters.LINK, "acl.sync.enable=true", "acl.sync.ms=500", "acl.filters={\"aclFilters\":[{}]}")
            .link(
                    PREFIXED_LINK,
                    "cluster.link.prefix=copy.",
                    "acl.sync.enable=true",
                    "acl.sync.ms=500",
                    "acl.filters={\"aclFilters\":[{\"resourceFilter\":{\"resourceType\":\"TOPIC\"}}]}");

    @Test
    void followsWhatIsGivenAndTakenAndLeavesWhatWasHere() throws Exception {
        mirror("ledger");
        CLUSTERS.destination().topics().create("homely", 1);
        AclBinding given = AclBindings.topic("ledger", "User:app", AclOperation.READ);
        AclBinding denied = new AclBinding(
                given.pattern(),
                new AccessControlEntry("User:app", "10.0.0.7", AclOperation.WRITE, AclPermissionType.DENY));
        AclBinding ofGroup =
                AclBindings.of(ResourceType.GROUP, "billing", PatternType.PREFIXED, "User:app", AclOperation.READ);
        AclBinding onBoth = AclBindings.topic("ledger", "User:both", AclOperation.READ);
        AclBinding homely = AclBindings.topic("homely", "User:app", AclOperation.READ);
        AclBinding local = AclBindings.topic("ledger", "User:local", AclOperation.READ);
        AclBinding ruling = AclBindings.of(
                ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL, "User:app", AclOperation.ALTER);
        create(CLUSTERS.destination(), List.of(onBoth, local));

        create(CLUSTERS.source(), List.of(given, denied, ofGroup, onBoth, homely, ruling));

        Eventually.holds(() -> assertThat(acls()).contains(given, denied, ofGroup));
        assertThat(acls()).doesNotContain(ruling, homely);
        Eventually.holds(
                () -> assertThat(described(LinkedClusters.LINK))
                        .contains(
                                "ALLOW User:app ALTER on CLUSTER kafka-cluster: a right over the whole cluster is given only if"));
        delete(CLUSTERS.source(), List.of(given, ofGroup, onBoth));
        Eventually.holds(() -> assertThat(acls()).doesNotContain(given, ofGroup));
        assertThat(acls()).contains(denied, onBoth, local);

        CLUSTERS.admin("failover", "--mirror-topic", "ledger", "--wait");
        delete(CLUSTERS.source(), List.of(denied));
        awaitRoundsOf(LinkedClusters.LINK);

        assertThat(acls()).contains(denied);
    }

    @Test
    void putsTheLinksPrefixBeforeTopics() throws Exception {
        CLUSTERS.source().topics().create("shipping", 1);
        CLUSTERS.mirrorBy(PREFIXED_LINK, "copy.shipping");
        create(
                CLUSTERS.source(),
                List.of(
                        AclBindings.topic("shipping", "User:packer", AclOperation.READ),
                        topics("ship", "User:captain"),
                        AclBindings.topic("*", "User:auditor", AclOperation.READ)));

        Eventually.holds(() -> assertThat(acls())
                .contains(
                        AclBindings.topic("copy.shipping", "User:packer", AclOperation.READ),
                        topics("copy.ship", "User:captain"),
                        topics("copy.", "User:auditor")));
        leavesNoRightsOnTheTopicOfADrill();
    }

    /** The topic bears no prefix, so the right to all topics of the source would be given on it by name. */
    private static void leavesNoRightsOnTheTopicOfADrill() {
        LinkAdmin.Run drill = CLUSTERS.linkAdmin().run("drill", "--link", PREFIXED_LINK, "--canary", "--rto", "60s");

        assertThat(drill.out()).containsPattern("rto +OK");
        assertThat(acls()).noneMatch(acl -> acl.pattern().name().contains("hawser-drill"));
    }

    /** Another one ends what the first has begun, and removes later what either has created. */
    @Test
    void goesOnWhenTheCoordinatorIsKilled() throws Exception {
        mirror("crowded");
        List<AclBinding> many = IntStream.range(0, 3_000)
                .mapToObj(user -> AclBindings.topic("crowded", "User:u" + user, AclOperation.READ))
                .toList();
        int coordinator = CLUSTERS.destination().topics().leader(STATE_TOPIC, 0).orElseThrow();

        create(CLUSTERS.source(), many);
        Eventually.holds(() -> assertThat(acls()).containsAnyElementsOf(many));
        CLUSTERS.destination().kill(coordinator);

        Eventually.holds(() -> assertThat(acls()).containsAll(many));
        CLUSTERS.destination().start(coordinator);
        delete(CLUSTERS.source(), many);
        Eventually.holds(() -> assertThat(acls()).doesNotContainAnyElementsOf(many));
    }

    private static void mirror(String name) {
        CLUSTERS.source().topics().create(name, 1);
        CLUSTERS.mirror(name);
    }

    /** The task has run as often as it takes to see what was done before. */
    private static void awaitRoundsOf(String link) throws Exception {
        mirror("mark");
        AclBinding mark = AclBindings.topic("mark", "User:mark", AclOperation.READ);
        create(CLUSTERS.source(), List.of(mark));
        Eventually.holds(() -> assertThat(acls()).contains(mark));
        assertThat(described(link)).contains("acls");
    }

    private static void create(ProcessCluster cluster, Collection<AclBinding> acls) throws Exception {
        try (Admin admin = cluster.admin()) {
            for (int from = 0; from < acls.size(); from += 1_000) {
                admin.createAcls(List.copyOf(acls).subList(from, Math.min(acls.size(), from + 1_000)))
                        .all()
                        .get(30, TimeUnit.SECONDS);
            }
        }
    }

    private static void delete(ProcessCluster cluster, Collection<AclBinding> acls) throws Exception {
        List<AclBindingFilter> filters =
                acls.stream().map(AclBinding::toFilter).collect(Collectors.toCollection(ArrayList::new));
        try (Admin admin = cluster.admin()) {
            assertThat(admin.deleteAcls(filters).all().get(30, TimeUnit.SECONDS))
                    .hasSize(acls.size());
        }
    }

    private static Set<AclBinding> acls() {
        return AclBindings.all(CLUSTERS.destination());
    }

    private static AclBinding topics(String prefix, String principal) {
        return AclBindings.of(ResourceType.TOPIC, prefix, PatternType.PREFIXED, principal, AclOperation.READ);
    }

    private static String described(String link) {
        return CLUSTERS.admin("describe", "--link", link).out();
    }
}
