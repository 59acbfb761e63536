/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A mirror topic refuses every change, to super users too; other topics, and ACLs, are as without the plugin. */
class GuardIT {

    private static final String MIRROR = "mirror";
    private static final String OTHER = "other";
    private static final String STANDARD = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";

    @RegisterExtension
    final TestClusters clusters = new TestClusters();

    @Test
    void guardsAgainstSuperUsersAroundStandardAuthorizer() throws Exception {
        ProcessCluster destination = clusters.start(ClusterSpec.named("destination")
                .dedicatedController()
                .plugin()
                .shortLived()
                .property("hawser.authorizer.class.name", STANDARD)
                .property("super.users", "User:ANONYMOUS"));
        mirror(destination);

        ReadOnlyMatrix.assertRefused(destination.adminProperties(), MIRROR, OTHER);
        assertAclsWork(destination);
        LinkAdmin linkAdmin = new LinkAdmin(destination, clusters.folder());
        Eventually.holds(() -> assertThat(linkAdmin
                        .run("describe", "--link", "east", "-o", "json")
                        .orFail()
                        .out())
                .containsPattern("\"guardedControllers\" *: *\\[ *100 *]"));
        destination.restart(1);
        ReadOnlyMatrix.assertRefused(destination.adminProperties(), MIRROR, OTHER);
    }

    @Test
    void guardsWithoutAnAuthorizerAndLeavesAclsDisabled() throws Exception {
        ProcessCluster destination =
                clusters.start(ClusterSpec.named("destination").plugin().shortLived());
        mirror(destination);

        ReadOnlyMatrix.assertRefused(destination.adminProperties(), MIRROR, OTHER);
        try (Admin admin = destination.admin()) {
            assertThatThrownBy(
                            () -> get(admin.describeAcls(AclBindingFilter.ANY).values()))
                    .isInstanceOf(SecurityDisabledException.class);
            assertThatThrownBy(() -> get(admin.createAcls(List.of(binding())).all()))
                    .isInstanceOf(SecurityDisabledException.class);
        }
    }

    @Test
    void saysWhichControllerDoesNotGuardAndWhatThatLeavesOpen() throws Exception {
        ProcessCluster destination = clusters.start(ClusterSpec.named("destination")
                .dedicatedController()
                .plugin()
                .shortLived()
                .nodeProperty(ClusterSpec.DEDICATED_CONTROLLER_ID, "authorizer.class.name", STANDARD)
                .property("hawser.authorizer.class.name", STANDARD)
                .property("super.users", "User:ANONYMOUS"));
        mirror(destination);
        LinkAdmin linkAdmin = new LinkAdmin(destination, clusters.folder());

        Eventually.holds(() -> assertThat(
                        linkAdmin.run("describe", "--link", "east").orFail().out())
                .contains("controllers [100] do not run the plugin", "delete mirror topics"));
        try (Admin admin = destination.admin()) {
            assertThatThrownBy(() -> get(
                            admin.deleteRecords(Map.of(new TopicPartition(MIRROR, 0), RecordsToDelete.beforeOffset(0)))
                                    .all()))
                    .isInstanceOf(AuthorizationException.class);
            get(admin.createPartitions(Map.of(MIRROR, NewPartitions.increaseTo(2)))
                    .all());
        }
    }

    private void mirror(ProcessCluster destination) {
        ProcessCluster source = clusters.start(ClusterSpec.named("source").shortLived());
        source.topics().create(MIRROR, 1);
        destination.topics().create(OTHER, 1);
        LinkAdmin linkAdmin = new LinkAdmin(destination, clusters.folder());
        linkAdmin.createLink("east", source).orFail();
        linkAdmin.run("create", "--mirror-topic", MIRROR, "--link", "east").orFail();
    }

    private static void assertAclsWork(ProcessCluster cluster) throws Exception {
        try (Admin admin = cluster.admin()) {
            get(admin.createAcls(List.of(binding())).all());
            awaitAcls(admin, binding());
            assertThat(get(admin.deleteAcls(List.of(AclBindingFilter.ANY)).all()))
                    .containsExactly(binding());
            awaitAcls(admin);
        }
    }

    /** The controller answers for a change before the broker, which answers what there is, has read of it. */
    private static void awaitAcls(Admin admin, AclBinding... bindings) {
        Eventually.holds(
                () -> assertThat(get(admin.describeAcls(AclBindingFilter.ANY).values()))
                        .containsExactly(bindings));
    }

    private static AclBinding binding() {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, OTHER, PatternType.LITERAL),
                new AccessControlEntry("User:alice", "*", AclOperation.READ, AclPermissionType.ALLOW));
    }

    private static <T> T get(KafkaFuture<T> future) throws Exception {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
