/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.systemtests.cluster.AclBindings;
import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.Listener;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.MirrorEquality;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The rights of a link's principal on a source that runs the plugin too, taken away and given one by one: what lacks is named, whatever
 * does not need it goes on, and with the right all does again. Those of groups and ACLs are in {@link SecureLinkIT}.
 */
class SourceRightsIT {

    private static final String PASSWORD = "plain-secret-4410";
    private static final String PLAIN_MODULE = "org.apache.kafka.common.security.plain.PlainLoginModule required";
    private static final String STANDARD = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
    private static final String PRINCIPAL = "User:link";
    private static final String STATE_TOPIC = "__hawser_state";
    private static final String LINK = "east";

    @RegisterExtension
    static final TestClusters CLUSTERS = new TestClusters();

    private static ProcessCluster source;
    private static ProcessCluster destination;
    private static LinkAdmin linkAdmin;

    @BeforeAll
    static void startBothClusters() throws Exception {
        Path secrets = Files.createDirectories(CLUSTERS.folder().resolve("secrets"));
        Path file = Files.writeString(
                secrets.resolve("link.properties"),
                "login=%s username=\"link\" password=\"%s\";".formatted(PLAIN_MODULE, PASSWORD));
        source = CLUSTERS.start(ClusterSpec.named("source")
                .shortLived()
                .plugin()
                .listeners(Listener.PLAINTEXT, new Listener("GUARDED", "SASL_PLAINTEXT"))
                .property("hawser.authorizer.class.name", STANDARD)
                .property("super.users", "User:ANONYMOUS")
                .property("sasl.enabled.mechanisms", "PLAIN")
                .property(
                        "listener.name.guarded.plain.sasl.jaas.config",
                        "%s user_link=\"%s\";".formatted(PLAIN_MODULE, PASSWORD)));
        destination = CLUSTERS.start(ClusterSpec.named("destination")
                .shortLived()
                .plugin()
                .property("hawser.config.allowed.paths", secrets.toString()));
        linkAdmin = new LinkAdmin(destination, CLUSTERS.folder());
        List<String> arguments = new ArrayList<>(List.of("create", "--link", LINK));
        for (String config : List.of(
                "bootstrap.servers=" + source.bootstrapServers("GUARDED"),
                "security.protocol=SASL_PLAINTEXT",
                "sasl.mechanism=PLAIN",
                "sasl.jaas.config=${file:" + file + ":login}")) {
            arguments.addAll(List.of("--config", config));
        }
        linkAdmin.run(arguments.toArray(String[]::new)).orFail();
    }

    @Test
    void takesOtherTopicsWhileItMayNotReadOne() throws Exception {
        mirror("read");
        mirror("other");
        AclBinding read = AclBindings.topic("read", PRINCIPAL, AclOperation.READ);
        fill("read", 1);
        awaitEqual("read");

        takeBack(read);
        fill("read", 2);
        fill("other", 3);

        awaitEqual("other");
        awaitDescribed("read", "AUTHORIZATION", "READ on the topic");
        grant(read);
        awaitEqual("read");
    }

    @Test
    void makesTheSourceReadOnlyOnceItMay() throws Exception {
        mirror("fenced");
        AclBinding see = ofCluster(AclOperation.DESCRIBE_CONFIGS);
        AclBinding change = ofCluster(AclOperation.ALTER_CONFIGS);
        fill("fenced", 4);
        awaitEqual("fenced");

        LinkAdmin.Run promoted =
                linkAdmin.run("promote", "--mirror-topic", "fenced", "--wait").orFail();

        assertThat(promoted.out()).contains("STOPPED", "nothing keeps producers from writing to the source topic");
        awaitDescribed("fenced", "AUTHORIZATION", "needs DESCRIBE_CONFIGS on the cluster");
        grant(see);
        awaitDescribed("fenced", "AUTHORIZATION", "needs ALTER_CONFIGS on the cluster");
        grant(change);
        awaitDescribed("fenced", "read-only since this one is writable");
        Eventually.holds(
                () -> assertThatThrownBy(() -> write("fenced")).hasCauseInstanceOf(TopicAuthorizationException.class));
        takeBack(see);
        takeBack(change);
    }

    @Test
    void saysThatItMayNotReadTheOtherClustersState() throws Exception {
        AclBinding state = AclBindings.topic(STATE_TOPIC, PRINCIPAL, AclOperation.READ);
        mirror("returning");
        fill("returning", 5);
        awaitEqual("returning");
        linkAdmin.run("failover", "--mirror-topic", "returning", "--wait").orFail();

        LinkAdmin.Run refused = reverse("--dry-run");

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.out() + refused.err()).contains("AUTHORIZATION", "needs READ on " + STATE_TOPIC);
        grant(state);
        // With the right it is found that nobody has taken the other topic over, which is another refusal.
        LinkAdmin.Run answered = reverse("--dry-run");
        assertThat(answered.out() + answered.err()).contains("NOT_A_PAIR").doesNotContain("AUTHORIZATION");
    }

    private static LinkAdmin.Run reverse(String option) {
        return linkAdmin.run("reverse", "--mirror-topic", "returning", "--link", LINK, option);
    }

    private static void mirror(String topic) throws Exception {
        source.topics().create(topic, 1);
        grant(
                AclBindings.topic(topic, PRINCIPAL, AclOperation.READ),
                AclBindings.topic(topic, PRINCIPAL, AclOperation.DESCRIBE_CONFIGS));
        linkAdmin.run("create", "--mirror-topic", topic, "--link", LINK).orFail();
    }

    private static AclBinding ofCluster(AclOperation operation) {
        return AclBindings.of(ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL, PRINCIPAL, operation);
    }

    private static void grant(AclBinding... acls) throws Exception {
        try (Admin admin = source.admin()) {
            admin.createAcls(List.of(acls)).all().get(30, TimeUnit.SECONDS);
        }
    }

    private static void takeBack(AclBinding acl) throws Exception {
        try (Admin admin = source.admin()) {
            assertThat(admin.deleteAcls(List.of(acl.toFilter())).all().get(30, TimeUnit.SECONDS))
                    .isNotEmpty();
        }
    }

    private static void awaitEqual(String topic) {
        new MirrorEquality(source, destination).await(topic, 1);
    }

    private static void awaitDescribed(String topic, String... words) {
        Eventually.holds(() -> assertThat(
                        linkAdmin.run("describe", "--mirror-topic", topic).out())
                .contains(words));
    }

    private static void fill(String topic, long seed) {
        WorkloadSpec spec =
                WorkloadSpec.of(topic, Mode.IDEMPOTENT, Codec.LZ4, seed).maxRecords(200);
        Workload.complete(spec, source.adminProperties());
    }

    private static void write(String topic) throws Exception {
        Map<String, Object> properties = source.adminProperties();
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, "key", "value")).get(30, TimeUnit.SECONDS);
        }
    }
}
