/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.link.LinkAdmin;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A mirror topic refuses every change, to super users too; other topics, and ACLs, are as without the plugin. */
class GuardIT {

    private static final String MIRROR = "mirror";
    private static final String OTHER = "other";

    @RegisterExtension
    final TestClusters clusters = new TestClusters();

    @Test
    void guardsAgainstSuperUsersAroundStandardAuthorizer() throws Exception {
        ProcessCluster destination = clusters.start(ClusterSpec.named("destination")
                .dedicatedController()
                .plugin()
                .shortLived()
                .property("hawser.authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .property("super.users", "User:ANONYMOUS"));
        mirror(destination);

        assertGuarded(destination);
        assertAclsWork(destination);
        destination.restart(1);
        assertGuarded(destination);
    }

    @Test
    void guardsWithoutAnAuthorizerAndLeavesAclsDisabled() throws Exception {
        ProcessCluster destination =
                clusters.start(ClusterSpec.named("destination").plugin().shortLived());
        mirror(destination);

        assertGuarded(destination);
        try (Admin admin = destination.admin()) {
            assertThatThrownBy(
                            () -> get(admin.describeAcls(AclBindingFilter.ANY).values()))
                    .isInstanceOf(SecurityDisabledException.class);
            assertThatThrownBy(() -> get(admin.createAcls(List.of(binding())).all()))
                    .isInstanceOf(SecurityDisabledException.class);
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

    private static void assertGuarded(ProcessCluster cluster) throws Exception {
        for (Map<String, Object> kind : List.of(
                Map.<String, Object>of(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false),
                Map.<String, Object>of(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                Map.<String, Object>of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "guard"))) {
            assertProduceRefused(cluster, kind);
        }
        try (Admin admin = cluster.admin()) {
            Uuid id = get(admin.describeTopics(List.of(MIRROR)).allTopicNames())
                    .get(MIRROR)
                    .topicId();
            TopicPartition partition = new TopicPartition(MIRROR, 0);
            refused(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(0)))
                    .all());
            refused(admin.createPartitions(Map.of(MIRROR, NewPartitions.increaseTo(3)))
                    .all());
            refused(admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all());
            refused(admin.incrementalAlterConfigs(Map.of(topic(MIRROR), List.of(retention())))
                    .all());
            var mixed = admin.deleteTopics(List.of(MIRROR, OTHER)).topicNameValues();
            refused(mixed.get(MIRROR));
            get(mixed.get(OTHER));
            var created = admin.createTopics(
                            List.of(new NewTopic(MIRROR, 1, (short) 1), new NewTopic(OTHER, 1, (short) 1)))
                    .values();
            refused(created.get(MIRROR));
            get(created.get(OTHER));
            get(admin.createPartitions(Map.of(OTHER, NewPartitions.increaseTo(2)))
                    .all());
            get(admin.incrementalAlterConfigs(Map.of(topic(OTHER), List.of(retention())))
                    .all());
            assertThat(get(admin.describeTopics(List.of(MIRROR)).allTopicNames())
                            .get(MIRROR)
                            .partitions())
                    .hasSize(1);
        }
    }

    private static void assertProduceRefused(ProcessCluster cluster, Map<String, Object> kind) {
        Map<String, Object> properties = new HashMap<>(cluster.adminProperties());
        properties.putAll(kind);
        boolean transactional = kind.containsKey(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
        try {
            if (transactional) {
                producer.initTransactions();
                producer.beginTransaction();
            }
            assertThatThrownBy(() ->
                            producer.send(new ProducerRecord<>(MIRROR, "no")).get(20, TimeUnit.SECONDS))
                    .cause()
                    .isInstanceOf(AuthorizationException.class);
            if (transactional) {
                producer.abortTransaction();
                producer.beginTransaction();
            }
            assertThatCode(() ->
                            producer.send(new ProducerRecord<>(OTHER, "yes")).get(20, TimeUnit.SECONDS))
                    .doesNotThrowAnyException();
            if (transactional) {
                producer.commitTransaction();
            }
        } finally {
            producer.close(Duration.ofSeconds(5));
        }
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
        Awaitility.await()
                .untilAsserted(() -> assertThat(
                                get(admin.describeAcls(AclBindingFilter.ANY).values()))
                        .containsExactly(bindings));
    }

    private static AclBinding binding() {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, OTHER, PatternType.LITERAL),
                new AccessControlEntry("User:alice", "*", AclOperation.READ, AclPermissionType.ALLOW));
    }

    private static ConfigResource topic(String name) {
        return new ConfigResource(ConfigResource.Type.TOPIC, name);
    }

    private static AlterConfigOp retention() {
        return new AlterConfigOp(new ConfigEntry("retention.ms", "1000000"), AlterConfigOp.OpType.SET);
    }

    private static void refused(KafkaFuture<?> change) {
        assertThatThrownBy(() -> get(change)).isInstanceOf(AuthorizationException.class);
    }

    private static <T> T get(KafkaFuture<T> future) throws Exception {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
