/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.systemtests.cluster.AclBindings;
import io.hawser.systemtests.cluster.TestCluster;
import io.hawser.systemtests.guard.ReadOnlyMatrix;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.records.Ledger;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Links to a source that wants SASL over TLS, or a client certificate, on a destination whose brokers authenticate to each
 * other and whose access is controlled.
 */
class SecureLinkIT {

    @RegisterExtension
    static final SecureClusters CLUSTERS = new SecureClusters();

    @BeforeAll
    static void createTopics() throws Exception {
        CLUSTERS.source().topics().create("orders", 2);
        CLUSTERS.source().topics().create("invoices", 1);
        CLUSTERS.source().topics().create("hidden", 1);
        CLUSTERS.allowOnSource("orders", "User:link");
        CLUSTERS.allowOnSource("invoices", "User:CN=link");
    }

    @AfterAll
    static void showsNoSecretAnywhere() throws Exception {
        for (TestCluster cluster : List.of(CLUSTERS.source(), CLUSTERS.destination())) {
            assertThat(SecureClusters.SECRETS.stream().filter(read(cluster.logFile(1))::contains))
                    .isEmpty();
        }
        for (String topic : List.of("__hawser_state-0", "__cluster_metadata-0")) {
            try (Stream<Path> segments =
                    Files.list(CLUSTERS.destination().dataDirectory(1).resolve(topic))) {
                for (Path segment : segments.filter(Files::isRegularFile).toList()) {
                    assertThat(SecureClusters.SECRETS.stream().filter(read(segment)::contains))
                            .as(segment.toString())
                            .isEmpty();
                }
            }
        }
        String beans = BrokerBeans.text(CLUSTERS.destination().processId(1));
        assertThat(beans).contains("kafka.hawser:type=LinkAuthorizer");
        assertThat(SecureClusters.SECRETS.stream().filter(beans::contains)).isEmpty();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void mirrorsOverSaslAndTlsAndHealsWhenTheFileHoldsTheRightPasswordAgain() throws Exception {
        CLUSTERS.createLink("scram", CLUSTERS.scram("scram", CLUSTERS.sourceCertificate()))
                .orFail();
        CLUSTERS.createMirror("orders", "scram").orFail();
        CLUSTERS.write("orders", 1);
        CLUSTERS.awaitEqual("orders");

        CLUSTERS.setScramPassword(SecureClusters.NEXT_PASSWORD);
        CLUSTERS.source().restart(1);
        CLUSTERS.awaitDescribed("orders", "AUTHENTICATION");
        CLUSTERS.writeSecrets(SecureClusters.NEXT_PASSWORD);

        CLUSTERS.write("orders", 2);
        CLUSTERS.awaitEqual("orders");
        CLUSTERS.setScramPassword(SecureClusters.LINK_PASSWORD);
        CLUSTERS.writeSecrets(SecureClusters.LINK_PASSWORD);
        guardsTheMirrorFromSuperUsersAndPretenders();
        assertThat(CLUSTERS.run("promote", "--mirror-topic", "orders", "--wait")
                        .orFail()
                        .out())
                .contains("STOPPED");
    }

    @Test
    void mirrorsOverMutualTls() throws Exception {
        CLUSTERS.createLink("mutual", CLUSTERS.mutual()).orFail();
        CLUSTERS.createMirror("invoices", "mutual").orFail();

        CLUSTERS.write("invoices", 3);

        CLUSTERS.awaitEqual("invoices");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "OAUTHBEARER"})
    void mirrorsWhateverTheMechanism(String mechanism) throws Exception {
        String name = mechanism.toLowerCase(Locale.ROOT);
        CLUSTERS.source().topics().create(name, 1);
        CLUSTERS.allowOnSource(name, "User:link");
        List<String> configs = new ArrayList<>(CLUSTERS.sasl(mechanism, name, CLUSTERS.sourceCertificate()));
        if (mechanism.equals("OAUTHBEARER")) {
            configs.addAll(List.of(
                    SecureClusters.OAUTH_HANDLER, "sasl.oauthbearer.token.endpoint.url=" + CLUSTERS.tokenUrl()));
        }
        CLUSTERS.createLink(name, configs).orFail();
        CLUSTERS.createMirror(name, name).orFail();

        CLUSTERS.write(name, 4);

        CLUSTERS.awaitEqual(name);
    }

    @Test
    void saysThatThePasswordIsWrongAndLeavesNothing() {
        LinkAdmin.Run run = CLUSTERS.createLink("west", CLUSTERS.scram("wrong", CLUSTERS.sourceCertificate()));

        assertRefused(run, "AUTHENTICATION", "west");
    }

    @Test
    void saysThatTheSourcesCertificateIsNotTrustedAndLeavesNothing() {
        LinkAdmin.Run run = CLUSTERS.createLink("west", CLUSTERS.scram("scram", CLUSTERS.strangersCertificate()));

        assertRefused(run, "AUTHENTICATION", "west");
    }

    @Test
    void saysWhichSecretIsNotThereAndLeavesNothing() {
        LinkAdmin.Run run = CLUSTERS.createLink("west", CLUSTERS.scram("nowhere", CLUSTERS.sourceCertificate()));

        assertRefused(run, "sasl.jaas.config", "west");
    }

    /** A refusal makes Kafka log all properties of the cluster, so a broker is made to refuse one. */
    @Test
    void sealsWhatItIsGivenInTheClear() throws Exception {
        CLUSTERS.source().topics().create("sealed", 1);
        CLUSTERS.allowOnSource("sealed", "User:link");
        CLUSTERS.setScramPassword(ScramMechanism.SCRAM_SHA_256, "inline", SecureClusters.INLINE_SECRET);
        CLUSTERS.grantOnSource(
                AclBindings.topic("sealed", "User:inline", AclOperation.READ),
                AclBindings.topic("sealed", "User:inline", AclOperation.DESCRIBE_CONFIGS));
        List<String> configs = CLUSTERS.inline("SCRAM-SHA-256", "inline", SecureClusters.INLINE_SECRET);
        CLUSTERS.createLink("sealed", configs).orFail();
        CLUSTERS.createMirror("sealed", "sealed").orFail();
        CLUSTERS.write("sealed", 8);
        CLUSTERS.awaitEqual("sealed");

        LinkAdmin.Run again = CLUSTERS.createLink("sealed", configs);

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("Link sealed exists already").doesNotContain(SecureClusters.INLINE_SECRET);
        assertThat(read(CLUSTERS.destination().logFile(1))).contains("sealed:k1:");
        for (String format : List.of("table", "json", "yaml")) {
            assertThat(CLUSTERS.run("describe", "--link", "sealed", "-o", format)
                            .orFail()
                            .out())
                    .contains("[sealed with key k1]")
                    .doesNotContain("sealed:k1", SecureClusters.INLINE_SECRET);
        }
        LinkAdmin.Run withoutKey = CLUSTERS.runAs(
                CLUSTERS.commandConfig("admin", null),
                "alter",
                "--link",
                "sealed",
                "--config",
                "sasl.jaas.config=" + SecureClusters.SCRAM_MODULE + " password=\"" + SecureClusters.INLINE_SECRET
                        + "\";");
        assertThat(withoutKey.exitCode()).isEqualTo(1);
        assertThat(withoutKey.err())
                .contains("sasl.jaas.config must not hold a secret in the clear", "hawser.secret.key.file")
                .doesNotContain(SecureClusters.INLINE_SECRET);
    }

    /** First credentials, then the addresses with all that belongs to them. */
    @Test
    void goesOnWithTheOldSetUntilTheNewOneIsProven() throws Exception {
        CLUSTERS.source().topics().create("rotated", 1);
        CLUSTERS.allowOnSource("rotated", "User:rotated");
        CLUSTERS.allowOnSource("rotated", "User:CN=link");
        CLUSTERS.setScramPassword(ScramMechanism.SCRAM_SHA_256, "rotated", SecureClusters.LINK_PASSWORD);
        CLUSTERS.createLink("rotated", CLUSTERS.inline("SCRAM-SHA-256", "rotated", SecureClusters.LINK_PASSWORD))
                .orFail();
        CLUSTERS.createMirror("rotated", "rotated").orFail();
        CLUSTERS.write("rotated", 21);
        CLUSTERS.awaitEqual("rotated");
        String next = SecureClusters.login("rotated", SecureClusters.NEXT_PASSWORD);

        LinkAdmin.Run refused = CLUSTERS.alter("rotated", next);
        assertThat(refused.exitCode()).as(refused.out() + refused.err()).isEqualTo(1);
        assertThat(refused.err())
                .contains("was not changed, and goes on as it was: AUTHENTICATION")
                .doesNotContain(SecureClusters.NEXT_PASSWORD);
        CLUSTERS.awaitLinkDescribed("rotated", "ACTIVE");
        assertThat(CLUSTERS.alter("rotated", "bootstrap.servers=localhost:1").err())
                .contains("was not changed, and goes on as it was: SOURCE_UNREACHABLE");
        CLUSTERS.write("rotated", 22);
        CLUSTERS.awaitEqual("rotated");

        CLUSTERS.alter("rotated", next, "--no-validate").orFail();
        CLUSTERS.awaitLinkDescribed("rotated", "AUTHENTICATION");
        CLUSTERS.write("rotated", 23);
        CLUSTERS.awaitEqual("rotated");
        CLUSTERS.setScramPassword(ScramMechanism.SCRAM_SHA_256, "rotated", SecureClusters.NEXT_PASSWORD);
        CLUSTERS.awaitLinkDescribed("rotated", "ACTIVE");
        CLUSTERS.write("rotated", 24);
        CLUSTERS.awaitEqual("rotated");

        CLUSTERS.alter("rotated", CLUSTERS.mutual().toArray(String[]::new)).orFail();
        CLUSTERS.takeBackOnSource(
                AclBindings.topic("rotated", "User:rotated", AclOperation.READ).toFilter());
        CLUSTERS.write("rotated", 25);
        CLUSTERS.awaitEqual("rotated");
    }

    /** Somebody has written the next password into the file before the source knows it. */
    @Test
    void createsMirrorsWithTheOldSecretWhileTheFileHoldsOneThatTheSourceRefuses() throws Exception {
        CLUSTERS.source().topics().create("early", 1);
        CLUSTERS.allowOnSource("early", "User:link");
        CLUSTERS.createLink("early", CLUSTERS.scram("scram", CLUSTERS.sourceCertificate()))
                .orFail();
        CLUSTERS.writeSecrets(SecureClusters.NEXT_PASSWORD);
        try {
            Eventually.holds(
                    () -> assertThat(Files.readString(CLUSTERS.destination().logFile(1)))
                            .contains("[early] goes on with the addresses and credentials that it had"));

            CLUSTERS.createMirror("early", "early").orFail();
        } finally {
            CLUSTERS.writeSecrets(SecureClusters.LINK_PASSWORD);
        }
    }

    @Test
    void saysThatASecretWasSealedWithAnotherKey() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("create", "--link", "west"));
        CLUSTERS.inline("SCRAM-SHA-256", "inline", SecureClusters.INLINE_SECRET)
                .forEach(config -> arguments.addAll(List.of("--config", config)));

        LinkAdmin.Run run = CLUSTERS.runAs(
                CLUSTERS.commandConfig("admin", CLUSTERS.sealingKeys("other.properties", 2)),
                arguments.toArray(String[]::new));

        assertRefused(run, "sasl.jaas.config does not open with key 'k1'", "west");
    }

    static Stream<Arguments> whatALinkMayNotDo() {
        return Stream.of(
                Arguments.of(
                        "links may not use the login module com.sun.security.auth.module.JndiLoginModule",
                        List.of("sasl.jaas.config=" + CLUSTERS.reference("link.properties", "jndi"))),
                Arguments.of(
                        "sasl.jaas.config: nothing found where its reference points to",
                        List.of("sasl.jaas.config=${file:/etc/shadow:root}")),
                Arguments.of(
                        "ssl.truststore.location: links may read no file but those under",
                        List.of(
                                "sasl.jaas.config=" + CLUSTERS.reference("link.properties", "scram"),
                                "ssl.truststore.location=/etc/shadow")),
                Arguments.of(
                        "the brokers do not allow https://localhost:1/token",
                        List.of(
                                "sasl.jaas.config=" + CLUSTERS.reference("link.properties", "oauthbearer"),
                                SecureClusters.OAUTH_HANDLER,
                                "sasl.oauthbearer.token.endpoint.url=https://localhost:1/token")));
    }

    /** On the broker, whatever the command line does not see. */
    @ParameterizedTest
    @MethodSource("whatALinkMayNotDo")
    void refusesWhatWouldLetALinkDoMoreThanItNeeds(String words, List<String> more) {
        List<String> configs = new ArrayList<>(CLUSTERS.tls("SECURE", CLUSTERS.sourceCertificate()));
        configs.addAll(List.of("security.protocol=SASL_SSL", "sasl.mechanism=SCRAM-SHA-512"));
        configs.addAll(more);

        LinkAdmin.Run run = CLUSTERS.createLink("west", configs);

        assertRefused(run, words, "west");
    }

    /** As the README's table of rights has it. */
    @Test
    void letsEachDoWhatTheirRightsAllow() throws Exception {
        CLUSTERS.createLink("owned", CLUSTERS.scram("scram", CLUSTERS.sourceCertificate()))
                .orFail();
        CLUSTERS.grant(
                CLUSTERS.destination(),
                AclBindings.topic("__hawser_state", "User:operator", AclOperation.READ),
                AclBindings.topic("__hawser_state", "User:viewer", AclOperation.READ),
                AclBindings.of(
                        ResourceType.CLUSTER,
                        "kafka-cluster",
                        PatternType.LITERAL,
                        "User:operator",
                        AclOperation.ALTER_CONFIGS));
        Path operator = CLUSTERS.commandConfig("operator", CLUSTERS.sealing());
        Path viewer = CLUSTERS.commandConfig("viewer", null);
        Path nobody = CLUSTERS.commandConfig("nobody", null);

        Eventually.holds(() -> assertThat(
                        CLUSTERS.runAs(operator, "alter", "--link", "owned", "--config", "num.cluster.link.fetchers=2")
                                .orFail()
                                .out())
                .contains("Changed link owned"));
        assertThat(CLUSTERS.runAs(viewer, "describe", "--link", "owned")
                        .orFail()
                        .out())
                .contains("num.cluster.link.fetchers=2");
        LinkAdmin.Run change = CLUSTERS.runAs(viewer, "pause", "--link", "owned");
        assertThat(change.exitCode()).isEqualTo(1);
        assertThat(change.err()).contains("The brokers do not allow this", "ALTER_CONFIGS on the cluster");
        LinkAdmin.Run look = CLUSTERS.runAs(nobody, "describe", "--link", "owned");
        assertThat(look.exitCode()).isEqualTo(1);
        assertThat(look.err()).contains("The brokers do not allow this", "__hawser_state");
        assertThat(look.out() + change.out()).isEmpty();
    }

    /** In combined mode, of one who is no super user. */
    @Test
    void guardsAMirrorFromWhoeverHasEveryRight() throws Exception {
        CLUSTERS.source().topics().create("guarded", 1);
        CLUSTERS.allowOnSource("guarded", "User:link");
        CLUSTERS.destination().topics().create("free", 1);
        CLUSTERS.createLink("guarded", CLUSTERS.scram("scram", CLUSTERS.sourceCertificate()))
                .orFail();
        CLUSTERS.createMirror("guarded", "guarded").orFail();
        CLUSTERS.grant(
                CLUSTERS.destination(),
                all(ResourceType.CLUSTER, "kafka-cluster"),
                all(ResourceType.TOPIC, "*"),
                all(ResourceType.TRANSACTIONAL_ID, "*"));
        Map<String, Object> owner = new HashMap<>(CLUSTERS.saslPlain("owner", SecureClusters.ADMIN_PASSWORD));
        owner.put("bootstrap.servers", CLUSTERS.destination().bootstrapServers());

        ReadOnlyMatrix.assertRefused(owner, "guarded", "free");

        Eventually.holds(() -> assertThat(CLUSTERS.run("describe", "--link", "guarded", "-o", "json")
                        .orFail()
                        .out())
                .containsPattern("\"guardedControllers\" *: *\\[ *1 *]"));
    }

    private static AclBinding all(ResourceType type, String name) {
        return AclBindings.of(type, name, PatternType.LITERAL, "User:owner", AclOperation.ALL);
    }

    @Test
    void letsNotEvenASuperUserWriteToTheStateTopic() throws Exception {
        CLUSTERS.createLink("watched", CLUSTERS.scram("scram", CLUSTERS.sourceCertificate()))
                .orFail();
        WorkloadSpec intruder =
                WorkloadSpec.of("__hawser_state", Mode.PLAIN, Codec.NONE, 9).maxRecords(1);
        try (Workload workload = Workload.start(intruder, CLUSTERS.destination().adminProperties())) {
            workload.awaitEnd();
            assertThat(workload.stop().failedSends()).isEqualTo(1);
        }
        try (Admin admin = CLUSTERS.destination().admin()) {
            assertThatThrownBy(() ->
                            admin.deleteTopics(List.of("__hawser_state")).all().get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void saysThatTheLinkMayNotReadTheTopicAndLeavesNothing() {
        CLUSTERS.createLink("restricted", CLUSTERS.scram("scram", CLUSTERS.sourceCertificate()))
                .orFail();

        LinkAdmin.Run run = CLUSTERS.createMirror("hidden", "restricted");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out() + run.err()).contains("AUTHORIZATION").doesNotContain("\tat ");
        assertThat(CLUSTERS.run("list").orFail().out()).doesNotContain("hidden");
    }

    @Test
    void namesTheRightThatATaskLacksWhileTheOthersGoOn() throws Exception {
        CLUSTERS.source().topics().create("lacking", 1);
        CLUSTERS.allowOnSource("lacking", "User:link");
        List<String> configs = new ArrayList<>(CLUSTERS.scram("scram", CLUSTERS.sourceCertificate()));
        configs.add("topic.config.sync.ms=500");
        CLUSTERS.createLink("lacking", configs).orFail();
        CLUSTERS.createMirror("lacking", "lacking").orFail();

        CLUSTERS.takeBackOnSource(AclBindings.topic("lacking", "User:link", AclOperation.DESCRIBE_CONFIGS)
                .toFilter());
        CLUSTERS.source().topics().changeConfigs("lacking", Map.of("retention.ms", "222222222"));
        CLUSTERS.source().topics().grow("lacking", 2);

        CLUSTERS.awaitLinkDescribed("lacking", "topic-configs: AUTHORIZATION", "topic lacking", "DESCRIBE_CONFIGS");
        Eventually.holds(() -> assertThat(CLUSTERS.destination().topics().partitions("lacking"))
                .isEqualTo(2));
        CLUSTERS.write("lacking", 7);
        CLUSTERS.awaitEqual("lacking");
        assertThat(CLUSTERS.destination().topics().configs("lacking")).doesNotContainEntry("retention.ms", "222222222");
        CLUSTERS.allowOnSource("lacking", "User:link");
        Eventually.holds(() -> assertThat(CLUSTERS.destination().topics().configs("lacking"))
                .containsEntry("retention.ms", "222222222"));
        Eventually.holds(() -> assertThat(
                        CLUSTERS.run("describe", "--link", "lacking").orFail().out())
                .doesNotContain("AUTHORIZATION"));
    }

    /** Of offsets of groups and of ACLs; and the link gets no right here that its principal has there. */
    @Test
    void namesTheRightsThatItsTasksLackAndHealsWithThem() throws Exception {
        CLUSTERS.source().topics().create("ruled", 1);
        CLUSTERS.allowOnSource("ruled", "User:link");
        AclBinding seeGroups =
                AclBindings.of(ResourceType.GROUP, "readers", PatternType.LITERAL, "User:link", AclOperation.READ);
        AclBinding seeAcls = AclBindings.of(
                ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL, "User:link", AclOperation.DESCRIBE);
        CLUSTERS.grantOnSource(seeGroups, seeAcls);
        List<String> configs = new ArrayList<>(CLUSTERS.scram("scram", CLUSTERS.sourceCertificate()));
        configs.addAll(List.of(
                "consumer.offset.sync.enable=true",
                "consumer.offset.sync.ms=500",
                "acl.sync.enable=true",
                "acl.sync.ms=500",
                "acl.filters={\"aclFilters\":[{\"resourceFilter\":{\"resourceType\":\"TOPIC\"}}]}"));
        CLUSTERS.createLink("ruled", configs).orFail();
        CLUSTERS.createMirror("ruled", "ruled").orFail();
        CLUSTERS.write("ruled", 5);
        CLUSTERS.awaitEqual("ruled");
        CLUSTERS.commitOnSource("readers", "ruled", 1);
        CLUSTERS.awaitCommitted("readers", "ruled", 1);
        CLUSTERS.awaitLinkDescribed(
                "ruled", "ALLOW User:link READ on TOPIC ruled: the link itself gets a right only if");

        CLUSTERS.takeBackOnSource(seeGroups.toFilter());
        CLUSTERS.takeBackOnSource(seeAcls.toFilter());
        CLUSTERS.commitOnSource("readers", "ruled", 2);
        CLUSTERS.grantOnSource(AclBindings.topic("ruled", "User:app", AclOperation.READ));

        CLUSTERS.awaitLinkDescribed(
                "ruled",
                "group-offsets: AUTHORIZATION: offsets of group readers on the source (needs DESCRIBE on the group)",
                "acls: AUTHORIZATION: ACLs of the source (needs DESCRIBE on the cluster)");
        CLUSTERS.write("ruled", 6);
        CLUSTERS.awaitEqual("ruled");
        CLUSTERS.grantOnSource(seeGroups, seeAcls);
        CLUSTERS.awaitCommitted("readers", "ruled", 2);
        Eventually.holds(() -> assertThat(AclBindings.all(CLUSTERS.destination()))
                .contains(AclBindings.topic("ruled", "User:app", AclOperation.READ))
                .noneMatch(acl -> acl.entry().principal().equals("User:link")));
        Eventually.holds(() -> assertThat(
                        CLUSTERS.run("describe", "--link", "ruled").orFail().out())
                .doesNotContain("AUTHORIZATION"));
    }

    /** Nothing that may not be seen is taken for well. */
    @Test
    void saysInADrillWhatMayNotBeSeen() throws Exception {
        CLUSTERS.createLink("drilled", CLUSTERS.scram("scram", CLUSTERS.sourceCertificate()))
                .orFail();

        LinkAdmin.Run run = drillAsStranger("drilled");

        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
        assertThat(run.out())
                .containsPattern(
                        "groups +UNKNOWN +AUTHORIZATION +groups on the source may not all be seen: link-admin needs"
                                + " DESCRIBE on the cluster")
                .containsPattern("principals +UNKNOWN +AUTHORIZATION +ACLs on the source may not be seen");
    }

    /** The source leaves out the offsets of such a topic without a word, and the topic from its list of topics. */
    @Test
    void saysInADrillWhichMirroredTopicMayNotBeSeen() throws Exception {
        CLUSTERS.source().topics().create("unseen", 1);
        CLUSTERS.allowOnSource("unseen", "User:link");
        CLUSTERS.createLink("half-seen", CLUSTERS.scram("scram", CLUSTERS.sourceCertificate()))
                .orFail();
        CLUSTERS.createMirror("unseen", "half-seen").orFail();
        CLUSTERS.commitOnSource("unseen-readers", "unseen", 0);
        AclBinding seeCluster = AclBindings.of(
                ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL, "User:CN=link", AclOperation.DESCRIBE);
        AclBinding seeGroups =
                AclBindings.of(ResourceType.GROUP, "*", PatternType.LITERAL, "User:CN=link", AclOperation.DESCRIBE);
        AclBinding seeTopic = AclBindings.topic("unseen", "User:CN=link", AclOperation.DESCRIBE);
        CLUSTERS.grantOnSource(seeCluster, seeGroups);

        String unseen = drillAsStranger("half-seen").out();
        CLUSTERS.grantOnSource(seeTopic);
        String seen = drillAsStranger("half-seen").out();

        CLUSTERS.takeBackOnSource(seeCluster.toFilter());
        CLUSTERS.takeBackOnSource(seeGroups.toFilter());
        assertThat(unseen)
                .containsPattern("groups +UNKNOWN +AUTHORIZATION +unseen: which groups read it is not known, since ")
                .doesNotContain("unseen-readers");
        assertThat(seen)
                .containsPattern("groups +WARN +NOT_COVERED +unseen-readers: ")
                .doesNotContain("which groups read it is not known");
    }

    /** As a principal of the source that has no right there unless a test gives it one. */
    private static LinkAdmin.Run drillAsStranger(String link) throws IOException {
        Path asStranger = Files.writeString(
                CLUSTERS.folder().resolve("stranger.properties"),
                CLUSTERS.properties(Map.of(
                        "security.protocol",
                        "SSL",
                        "ssl.truststore.type",
                        "PEM",
                        "ssl.truststore.location",
                        CLUSTERS.sourceCertificate().toString(),
                        "ssl.keystore.type",
                        "PKCS12",
                        "ssl.keystore.location",
                        CLUSTERS.clientKeys().toString(),
                        "ssl.keystore.password",
                        KeyStores.PASSWORD,
                        "ssl.key.password",
                        KeyStores.PASSWORD)));
        return CLUSTERS.run(
                "drill",
                "--link",
                link,
                "--source-bootstrap-server",
                CLUSTERS.source().bootstrapServers("MUTUAL"),
                "--source-command-config",
                asStranger.toString());
    }

    private static void guardsTheMirrorFromSuperUsersAndPretenders() throws Exception {
        Map<String, Object> pretender = new HashMap<>(CLUSTERS.destination().adminProperties());
        pretender.put("client.id", "hawser-broker-1-admin");
        try (Admin admin = Admin.create(pretender)) {
            assertThatThrownBy(() -> admin.createPartitions(Map.of("orders", NewPartitions.increaseTo(9)))
                            .all()
                            .get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
        WorkloadSpec intruder =
                WorkloadSpec.of("orders", Mode.PLAIN, Codec.NONE, 9).maxRecords(1);
        try (Workload workload = Workload.start(intruder, CLUSTERS.destination().adminProperties())) {
            workload.awaitEnd();
            Ledger ledger = workload.stop();
            assertThat(ledger.failedSends()).isEqualTo(1);
        }
    }

    private static void assertRefused(LinkAdmin.Run run, String words, String link) {
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().contains(words);
        assertThat(run.out() + run.err()).doesNotContain(SecureClusters.LINK_PASSWORD, "\tat ", "Exception");
        assertThat(CLUSTERS.run("list", "--links").orFail().out()).doesNotContain(link);
    }
}
