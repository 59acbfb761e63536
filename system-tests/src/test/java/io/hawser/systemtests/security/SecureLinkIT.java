/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.systemtests.cluster.AclBindings;
import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.GroupCommits;
import io.hawser.systemtests.cluster.Listener;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.records.Ledger;
import io.hawser.systemtests.records.TopicReader;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
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

    private static final String LINK_PASSWORD = "scram-secret-8861";
    private static final String BROKER_PASSWORD = "broker-secret-2290";
    private static final String ADMIN_PASSWORD = "admin-secret-7735";
    private static final String OAUTH_HANDLER = "sasl.login.callback.handler.class="
            + "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler";
    private static final String NEXT_PASSWORD = "scram-secret-8862";
    private static final String INLINE_SECRET = "inline-secret-6091";
    private static final String PLAIN_MODULE = "org.apache.kafka.common.security.plain.PlainLoginModule required";
    private static final String SCRAM_MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule required";
    private static final String OAUTH_MODULE =
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required";

    private static final List<String> SECRETS = List.of(
            LINK_PASSWORD,
            NEXT_PASSWORD,
            BROKER_PASSWORD,
            ADMIN_PASSWORD,
            KeyStores.PASSWORD,
            TokenServer.CLIENT_SECRET,
            INLINE_SECRET);

    @RegisterExtension
    static final TestClusters CLUSTERS = new TestClusters();

    private static ProcessCluster source;
    private static ProcessCluster destination;
    private static LinkAdmin linkAdmin;
    private static Path secrets;
    private static Path commandConfig;
    private static Path sourceCertificate;
    private static Path strangersCertificate;
    private static Path clientKeys;
    private static Path sealing;
    private static Path destinationCertificate;
    private static Path tokensCertificate;
    private static TokenServer tokens;

    @BeforeAll
    static void startBothClusters() throws Exception {
        Path folder = CLUSTERS.folder();
        secrets = Files.createDirectories(folder.resolve("secrets"));
        KeyStores keyStores = new KeyStores(folder.resolve("keys"));
        Path sourceKeys = keyStores.keyStore("source");
        sourceCertificate = keyStores.certificate(sourceKeys);
        strangersCertificate = keyStores.certificate(keyStores.keyStore("stranger"));
        clientKeys = keyStores.keyStore("link");
        Path destinationKeys = keyStores.keyStore("destination");
        destinationCertificate = keyStores.certificate(destinationKeys);
        Path tokenKeys = keyStores.keyStore("tokens");
        tokensCertificate = keyStores.certificate(tokenKeys);
        tokens = TokenServer.start(tokenKeys);
        sealing = sealingKeys("sealing.properties", 1);
        source = CLUSTERS.start(
                source(sourceKeys, keyStores.certificate(clientKeys), tokens.writeKeySet(folder.resolve("jwks.json"))));
        destination = CLUSTERS.start(destination(destinationKeys));
        linkAdmin = new LinkAdmin(destination, folder);
        commandConfig = commandConfig("admin", sealing);
        writeSecrets(LINK_PASSWORD);
        source.topics().create("orders", 2);
        source.topics().create("invoices", 1);
        source.topics().create("hidden", 1);
        allowOnSource("orders", "User:link");
        allowOnSource("invoices", "User:CN=link");
    }

    @AfterAll
    static void showsNoSecretAnywhere() throws Exception {
        tokens.close();
        for (TestCluster cluster : List.of(source, destination)) {
            assertThat(SECRETS.stream().filter(read(cluster.logFile(1))::contains))
                    .isEmpty();
        }
        for (String topic : List.of("__hawser_state-0", "__cluster_metadata-0")) {
            try (Stream<Path> segments = Files.list(destination.dataDirectory(1).resolve(topic))) {
                for (Path segment : segments.filter(Files::isRegularFile).toList()) {
                    assertThat(SECRETS.stream().filter(read(segment)::contains))
                            .as(segment.toString())
                            .isEmpty();
                }
            }
        }
        String beans = BrokerBeans.text(destination.processId(1));
        assertThat(beans).contains("kafka.hawser:type=LinkAuthorizer");
        assertThat(SECRETS.stream().filter(beans::contains)).isEmpty();
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
        createLink("scram", scram("scram", sourceCertificate)).orFail();
        createMirror("orders", "scram").orFail();
        write("orders", 1);
        awaitEqual("orders");

        setScramPassword(NEXT_PASSWORD);
        source.restart(1);
        awaitDescribed("orders", "AUTHENTICATION");
        writeSecrets(NEXT_PASSWORD);

        write("orders", 2);
        awaitEqual("orders");
        setScramPassword(LINK_PASSWORD);
        writeSecrets(LINK_PASSWORD);
        guardsTheMirrorFromSuperUsersAndPretenders();
        assertThat(run("promote", "--mirror-topic", "orders", "--wait").orFail().out())
                .contains("STOPPED");
    }

    @Test
    void mirrorsOverMutualTls() throws Exception {
        createLink("mutual", mutual()).orFail();
        createMirror("invoices", "mutual").orFail();

        write("invoices", 3);

        awaitEqual("invoices");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "OAUTHBEARER"})
    void mirrorsWhateverTheMechanism(String mechanism) throws Exception {
        String name = mechanism.toLowerCase(Locale.ROOT);
        source.topics().create(name, 1);
        allowOnSource(name, "User:link");
        List<String> configs = new ArrayList<>(sasl(mechanism, name, sourceCertificate));
        if (mechanism.equals("OAUTHBEARER")) {
            configs.addAll(List.of(OAUTH_HANDLER, "sasl.oauthbearer.token.endpoint.url=" + tokens.url()));
        }
        createLink(name, configs).orFail();
        createMirror(name, name).orFail();

        write(name, 4);

        awaitEqual(name);
    }

    @Test
    void saysThatThePasswordIsWrongAndLeavesNothing() {
        LinkAdmin.Run run = createLink("west", scram("wrong", sourceCertificate));

        assertRefused(run, "AUTHENTICATION", "west");
    }

    @Test
    void saysThatTheSourcesCertificateIsNotTrustedAndLeavesNothing() {
        LinkAdmin.Run run = createLink("west", scram("scram", strangersCertificate));

        assertRefused(run, "AUTHENTICATION", "west");
    }

    @Test
    void saysWhichSecretIsNotThereAndLeavesNothing() {
        LinkAdmin.Run run = createLink("west", scram("nowhere", sourceCertificate));

        assertRefused(run, "sasl.jaas.config", "west");
    }

    /** A refusal makes Kafka log all properties of the cluster, so a broker is made to refuse one. */
    @Test
    void sealsWhatItIsGivenInTheClear() throws Exception {
        source.topics().create("sealed", 1);
        allowOnSource("sealed", "User:link");
        setScramPassword(ScramMechanism.SCRAM_SHA_256, "inline", INLINE_SECRET);
        grantOnSource(
                AclBindings.topic("sealed", "User:inline", AclOperation.READ),
                AclBindings.topic("sealed", "User:inline", AclOperation.DESCRIBE_CONFIGS));
        List<String> configs = inline("SCRAM-SHA-256", "inline", INLINE_SECRET);
        createLink("sealed", configs).orFail();
        createMirror("sealed", "sealed").orFail();
        write("sealed", 8);
        awaitEqual("sealed");

        LinkAdmin.Run again = createLink("sealed", configs);

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err()).contains("Link sealed exists already").doesNotContain(INLINE_SECRET);
        assertThat(read(destination.logFile(1))).contains("sealed:k1:");
        for (String format : List.of("table", "json", "yaml")) {
            assertThat(run("describe", "--link", "sealed", "-o", format)
                            .orFail()
                            .out())
                    .contains("[sealed with key k1]")
                    .doesNotContain("sealed:k1", INLINE_SECRET);
        }
        LinkAdmin.Run withoutKey = runAs(
                commandConfig("admin", null),
                "alter",
                "--link",
                "sealed",
                "--config",
                "sasl.jaas.config=" + SCRAM_MODULE + " password=\"" + INLINE_SECRET + "\";");
        assertThat(withoutKey.exitCode()).isEqualTo(1);
        assertThat(withoutKey.err())
                .contains("sasl.jaas.config must not hold a secret in the clear", "hawser.secret.key.file")
                .doesNotContain(INLINE_SECRET);
    }

    /** First credentials, then the addresses with all that belongs to them. */
    @Test
    void goesOnWithTheOldSetUntilTheNewOneIsProven() throws Exception {
        source.topics().create("rotated", 1);
        allowOnSource("rotated", "User:rotated");
        allowOnSource("rotated", "User:CN=link");
        setScramPassword(ScramMechanism.SCRAM_SHA_256, "rotated", LINK_PASSWORD);
        createLink("rotated", inline("SCRAM-SHA-256", "rotated", LINK_PASSWORD)).orFail();
        createMirror("rotated", "rotated").orFail();
        write("rotated", 21);
        awaitEqual("rotated");
        String next = login("rotated", NEXT_PASSWORD);

        LinkAdmin.Run refused = alter("rotated", next);
        assertThat(refused.exitCode()).as(refused.out() + refused.err()).isEqualTo(1);
        assertThat(refused.err())
                .contains("was not changed, and goes on as it was: AUTHENTICATION")
                .doesNotContain(NEXT_PASSWORD);
        awaitLinkDescribed("rotated", "ACTIVE");
        assertThat(alter("rotated", "bootstrap.servers=localhost:1").err())
                .contains("was not changed, and goes on as it was: SOURCE_UNREACHABLE");
        write("rotated", 22);
        awaitEqual("rotated");

        alter("rotated", next, "--no-validate").orFail();
        awaitLinkDescribed("rotated", "AUTHENTICATION");
        write("rotated", 23);
        awaitEqual("rotated");
        setScramPassword(ScramMechanism.SCRAM_SHA_256, "rotated", NEXT_PASSWORD);
        awaitLinkDescribed("rotated", "ACTIVE");
        write("rotated", 24);
        awaitEqual("rotated");

        alter("rotated", mutual().toArray(String[]::new)).orFail();
        takeBackOnSource(
                AclBindings.topic("rotated", "User:rotated", AclOperation.READ).toFilter());
        write("rotated", 25);
        awaitEqual("rotated");
    }

    @Test
    void saysThatASecretWasSealedWithAnotherKey() throws Exception {
        List<String> arguments = new ArrayList<>(List.of("create", "--link", "west"));
        inline("SCRAM-SHA-256", "inline", INLINE_SECRET)
                .forEach(config -> arguments.addAll(List.of("--config", config)));

        LinkAdmin.Run run =
                runAs(commandConfig("admin", sealingKeys("other.properties", 2)), arguments.toArray(String[]::new));

        assertRefused(run, "sasl.jaas.config does not open with key 'k1'", "west");
    }

    static Stream<Arguments> whatALinkMayNotDo() {
        return Stream.of(
                Arguments.of(
                        "links may not use the login module com.sun.security.auth.module.JndiLoginModule",
                        List.of("sasl.jaas.config=" + reference("link.properties", "jndi"))),
                Arguments.of(
                        "sasl.jaas.config: nothing found where its reference points to",
                        List.of("sasl.jaas.config=${file:/etc/shadow:root}")),
                Arguments.of(
                        "ssl.truststore.location: links may read no file but those under",
                        List.of(
                                "sasl.jaas.config=" + reference("link.properties", "scram"),
                                "ssl.truststore.location=/etc/shadow")),
                Arguments.of(
                        "the brokers do not allow https://localhost:1/token",
                        List.of(
                                "sasl.jaas.config=" + reference("link.properties", "oauthbearer"),
                                OAUTH_HANDLER,
                                "sasl.oauthbearer.token.endpoint.url=https://localhost:1/token")));
    }

    /** On the broker, whatever the command line does not see. */
    @ParameterizedTest
    @MethodSource("whatALinkMayNotDo")
    void refusesWhatWouldLetALinkDoMoreThanItNeeds(String words, List<String> more) {
        List<String> configs = new ArrayList<>(tls("SECURE", sourceCertificate));
        configs.addAll(List.of("security.protocol=SASL_SSL", "sasl.mechanism=SCRAM-SHA-512"));
        configs.addAll(more);

        LinkAdmin.Run run = createLink("west", configs);

        assertRefused(run, words, "west");
    }

    /** As the README's table of rights has it. */
    @Test
    void letsEachDoWhatTheirRightsAllow() throws Exception {
        createLink("owned", scram("scram", sourceCertificate)).orFail();
        grant(
                destination,
                AclBindings.topic("__hawser_state", "User:operator", AclOperation.READ),
                AclBindings.topic("__hawser_state", "User:viewer", AclOperation.READ),
                AclBindings.of(
                        ResourceType.CLUSTER,
                        "kafka-cluster",
                        PatternType.LITERAL,
                        "User:operator",
                        AclOperation.ALTER_CONFIGS));
        Path operator = commandConfig("operator", sealing);
        Path viewer = commandConfig("viewer", null);
        Path nobody = commandConfig("nobody", null);

        Eventually.holds(
                () -> assertThat(runAs(operator, "alter", "--link", "owned", "--config", "num.cluster.link.fetchers=2")
                                .orFail()
                                .out())
                        .contains("Changed link owned"));
        assertThat(runAs(viewer, "describe", "--link", "owned").orFail().out()).contains("num.cluster.link.fetchers=2");
        LinkAdmin.Run change = runAs(viewer, "pause", "--link", "owned");
        assertThat(change.exitCode()).isEqualTo(1);
        assertThat(change.err()).contains("The brokers do not allow this", "ALTER_CONFIGS on the cluster");
        LinkAdmin.Run look = runAs(nobody, "describe", "--link", "owned");
        assertThat(look.exitCode()).isEqualTo(1);
        assertThat(look.err()).contains("The brokers do not allow this", "__hawser_state");
        assertThat(look.out() + change.out()).isEmpty();
    }

    @Test
    void letsNotEvenASuperUserWriteToTheStateTopic() throws Exception {
        createLink("watched", scram("scram", sourceCertificate)).orFail();
        WorkloadSpec intruder =
                WorkloadSpec.of("__hawser_state", Mode.PLAIN, Codec.NONE, 9).maxRecords(1);
        try (Workload workload = Workload.start(intruder, destination.adminProperties())) {
            workload.awaitEnd();
            assertThat(workload.stop().failedSends()).isEqualTo(1);
        }
        try (Admin admin = destination.admin()) {
            assertThatThrownBy(() ->
                            admin.deleteTopics(List.of("__hawser_state")).all().get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void saysThatTheLinkMayNotReadTheTopicAndLeavesNothing() {
        createLink("restricted", scram("scram", sourceCertificate)).orFail();

        LinkAdmin.Run run = createMirror("hidden", "restricted");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out() + run.err()).contains("AUTHORIZATION").doesNotContain("\tat ");
        assertThat(run("list").orFail().out()).doesNotContain("hidden");
    }

    @Test
    void namesTheRightThatATaskLacksWhileTheOthersGoOn() throws Exception {
        source.topics().create("lacking", 1);
        allowOnSource("lacking", "User:link");
        List<String> configs = new ArrayList<>(scram("scram", sourceCertificate));
        configs.add("topic.config.sync.ms=500");
        createLink("lacking", configs).orFail();
        createMirror("lacking", "lacking").orFail();

        takeBackOnSource(AclBindings.topic("lacking", "User:link", AclOperation.DESCRIBE_CONFIGS)
                .toFilter());
        source.topics().changeConfigs("lacking", Map.of("retention.ms", "222222222"));
        source.topics().grow("lacking", 2);

        awaitLinkDescribed("lacking", "topic-configs: AUTHORIZATION", "topic lacking", "DESCRIBE_CONFIGS");
        Eventually.holds(
                () -> assertThat(destination.topics().partitions("lacking")).isEqualTo(2));
        write("lacking", 7);
        awaitEqual("lacking");
        assertThat(destination.topics().configs("lacking")).doesNotContainEntry("retention.ms", "222222222");
        allowOnSource("lacking", "User:link");
        Eventually.holds(
                () -> assertThat(destination.topics().configs("lacking")).containsEntry("retention.ms", "222222222"));
        assertThat(run("describe", "--link", "lacking").orFail().out()).doesNotContain("AUTHORIZATION");
    }

    /** Of offsets of groups and of ACLs; and the link gets no right here that its principal has there. */
    @Test
    void namesTheRightsThatItsTasksLackAndHealsWithThem() throws Exception {
        source.topics().create("ruled", 1);
        allowOnSource("ruled", "User:link");
        AclBinding seeGroups =
                AclBindings.of(ResourceType.GROUP, "readers", PatternType.LITERAL, "User:link", AclOperation.READ);
        AclBinding seeAcls = AclBindings.of(
                ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL, "User:link", AclOperation.DESCRIBE);
        grantOnSource(seeGroups, seeAcls);
        List<String> configs = new ArrayList<>(scram("scram", sourceCertificate));
        configs.addAll(List.of(
                "consumer.offset.sync.enable=true",
                "consumer.offset.sync.ms=500",
                "acl.sync.enable=true",
                "acl.sync.ms=500",
                "acl.filters={\"aclFilters\":[{\"resourceFilter\":{\"resourceType\":\"TOPIC\"}}]}"));
        createLink("ruled", configs).orFail();
        createMirror("ruled", "ruled").orFail();
        write("ruled", 5);
        awaitEqual("ruled");
        commitOnSource("readers", "ruled", 1);
        awaitCommitted("readers", "ruled", 1);
        awaitLinkDescribed("ruled", "ALLOW User:link READ on TOPIC ruled: the link itself gets a right only if");

        takeBackOnSource(seeGroups.toFilter());
        takeBackOnSource(seeAcls.toFilter());
        commitOnSource("readers", "ruled", 2);
        grantOnSource(AclBindings.topic("ruled", "User:app", AclOperation.READ));

        awaitLinkDescribed(
                "ruled",
                "group-offsets: AUTHORIZATION: offsets of group readers on the source (DESCRIBE on the group)",
                "acls: AUTHORIZATION: ACLs of the source (DESCRIBE on the cluster)");
        write("ruled", 6);
        awaitEqual("ruled");
        grantOnSource(seeGroups, seeAcls);
        awaitCommitted("readers", "ruled", 2);
        Eventually.holds(() -> assertThat(AclBindings.all(destination))
                .contains(AclBindings.topic("ruled", "User:app", AclOperation.READ))
                .noneMatch(acl -> acl.entry().principal().equals("User:link")));
        Eventually.holds(() ->
                assertThat(run("describe", "--link", "ruled").orFail().out()).doesNotContain("AUTHORIZATION"));
    }

    /** Nothing that may not be seen is taken for well. */
    @Test
    void saysInADrillWhatMayNotBeSeen() throws Exception {
        createLink("drilled", scram("scram", sourceCertificate)).orFail();

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
        source.topics().create("unseen", 1);
        allowOnSource("unseen", "User:link");
        createLink("half-seen", scram("scram", sourceCertificate)).orFail();
        createMirror("unseen", "half-seen").orFail();
        commitOnSource("unseen-readers", "unseen", 0);
        AclBinding seeCluster = AclBindings.of(
                ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL, "User:CN=link", AclOperation.DESCRIBE);
        AclBinding seeGroups =
                AclBindings.of(ResourceType.GROUP, "*", PatternType.LITERAL, "User:CN=link", AclOperation.DESCRIBE);
        AclBinding seeTopic = AclBindings.topic("unseen", "User:CN=link", AclOperation.DESCRIBE);
        grantOnSource(seeCluster, seeGroups);

        String unseen = drillAsStranger("half-seen").out();
        grantOnSource(seeTopic);
        String seen = drillAsStranger("half-seen").out();

        takeBackOnSource(seeCluster.toFilter());
        takeBackOnSource(seeGroups.toFilter());
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
                secrets.resolve("stranger.properties"),
                properties(Map.of(
                        "security.protocol",
                        "SSL",
                        "ssl.truststore.type",
                        "PEM",
                        "ssl.truststore.location",
                        sourceCertificate.toString(),
                        "ssl.keystore.type",
                        "PKCS12",
                        "ssl.keystore.location",
                        clientKeys.toString(),
                        "ssl.keystore.password",
                        KeyStores.PASSWORD,
                        "ssl.key.password",
                        KeyStores.PASSWORD)));
        return run(
                "drill",
                "--link",
                link,
                "--source-bootstrap-server",
                source.bootstrapServers("MUTUAL"),
                "--source-command-config",
                asStranger.toString());
    }

    private static void guardsTheMirrorFromSuperUsersAndPretenders() throws Exception {
        Map<String, Object> pretender = new HashMap<>(destination.adminProperties());
        pretender.put("client.id", "hawser-broker-1-admin");
        try (Admin admin = Admin.create(pretender)) {
            assertThatThrownBy(() -> admin.createPartitions(Map.of("orders", NewPartitions.increaseTo(9)))
                            .all()
                            .get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
        WorkloadSpec intruder =
                WorkloadSpec.of("orders", Mode.PLAIN, Codec.NONE, 9).maxRecords(1);
        try (Workload workload = Workload.start(intruder, destination.adminProperties())) {
            workload.awaitEnd();
            Ledger ledger = workload.stop();
            assertThat(ledger.failedSends()).isEqualTo(1);
        }
    }

    private static void assertRefused(LinkAdmin.Run run, String words, String link) {
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().contains(words);
        assertThat(run.out() + run.err()).doesNotContain(LINK_PASSWORD, "\tat ", "Exception");
        assertThat(run("list", "--links").orFail().out()).doesNotContain(link);
    }

    private static ClusterSpec.Builder source(Path keys, Path trusted, Path keySet) {
        return ClusterSpec.named("source")
                .shortLived()
                .listeners(Listener.PLAINTEXT, new Listener("SECURE", "SASL_SSL"), new Listener("MUTUAL", "SSL"))
                .property("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .property("super.users", "User:ANONYMOUS")
                .property("sasl.enabled.mechanisms", "SCRAM-SHA-512,SCRAM-SHA-256,PLAIN,OAUTHBEARER")
                .property("listener.name.secure.scram-sha-512.sasl.jaas.config", SCRAM_MODULE + ";")
                .property("listener.name.secure.scram-sha-256.sasl.jaas.config", SCRAM_MODULE + ";")
                .property(
                        "listener.name.secure.plain.sasl.jaas.config",
                        "%s user_link=\"%s\";".formatted(PLAIN_MODULE, LINK_PASSWORD))
                .property("listener.name.secure.oauthbearer.sasl.jaas.config", OAUTH_MODULE + ";")
                .property(
                        "listener.name.secure.oauthbearer.sasl.server.callback.handler.class",
                        "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler")
                .property("sasl.oauthbearer.jwks.endpoint.url", keySet.toUri().toString())
                .jvmOption("-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=" + keySet.toUri())
                .property("ssl.keystore.type", "PKCS12")
                .property("ssl.keystore.location", keys.toString())
                .property("ssl.keystore.password", KeyStores.PASSWORD)
                .property("ssl.key.password", KeyStores.PASSWORD)
                .property("listener.name.mutual.ssl.client.auth", "required")
                .property("listener.name.mutual.ssl.truststore.type", "PEM")
                .property("listener.name.mutual.ssl.truststore.location", trusted.toString())
                .formatOptions(
                        "--add-scram", "SCRAM-SHA-512=[name=link,password=" + LINK_PASSWORD + "]",
                        "--add-scram", "SCRAM-SHA-256=[name=link,password=" + LINK_PASSWORD + "]");
    }

    private static ClusterSpec.Builder destination(Path keys) throws IOException {
        Path folder = CLUSTERS.folder();
        return ClusterSpec.named("destination")
                .shortLived()
                .plugin()
                .jvmOption("-Dlog4j2.configurationFile="
                        + Files.writeString(folder.resolve("trace.properties"), traceOfSecrets())
                                .toUri())
                .jvmOption("-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=" + tokens.url())
                .listeners(new Listener("INTERNAL", "SASL_SSL"))
                .property("hawser.authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .property("hawser.config.allowed.paths", secrets + "," + folder.resolve("keys"))
                .property("hawser.secret.key.file", sealing.toString())
                .property("hawser.local.principal", "User:broker")
                // Brokers and controllers of the test speak to each other in the clear.
                .property("super.users", "User:broker;User:admin;User:ANONYMOUS")
                .property("sasl.enabled.mechanisms", "PLAIN")
                .property("sasl.mechanism.inter.broker.protocol", "PLAIN")
                .property(
                        "listener.name.internal.plain.sasl.jaas.config",
                        "%s username=\"broker\" password=\"%s\" user_broker=\"%s\" %s;"
                                .formatted(
                                        PLAIN_MODULE,
                                        BROKER_PASSWORD,
                                        BROKER_PASSWORD,
                                        Stream.of("admin", "operator", "viewer", "nobody")
                                                .map(user -> "user_" + user + "=\"" + ADMIN_PASSWORD + "\"")
                                                .collect(Collectors.joining(" "))))
                .property("ssl.keystore.type", "PKCS12")
                .property("ssl.keystore.location", keys.toString())
                .property("ssl.keystore.password", KeyStores.PASSWORD)
                .property("ssl.key.password", KeyStores.PASSWORD)
                .property("ssl.truststore.type", "PEM")
                .property("ssl.truststore.location", destinationCertificate.toString())
                .adminProperties(new HashMap<>(saslPlain("admin", ADMIN_PASSWORD)));
    }

    /** At TRACE whatever may come across a secret. */
    private static String traceOfSecrets() {
        StringBuilder config = new StringBuilder("""
                status = error
                appender.stdout.type = Console
                appender.stdout.name = STDOUT
                appender.stdout.layout.type = PatternLayout
                appender.stdout.layout.pattern = [%d] %p [%t] %m (%c)%n
                rootLogger.level = INFO
                rootLogger.appenderRef.stdout.ref = STDOUT
                """);
        List<String> loggers = List.of(
                "io.hawser",
                "kafka.request.logger",
                "kafka.server",
                "org.apache.kafka.clients",
                "org.apache.kafka.common",
                "org.apache.kafka.controller",
                "org.apache.kafka.image",
                "org.apache.kafka.server.config");
        for (String logger : loggers) {
            String id = "l" + loggers.indexOf(logger);
            config.append("logger.%s.name = %s%nlogger.%s.level = TRACE%n".formatted(id, logger, id));
        }
        return config.toString();
    }

    private static Map<String, String> saslPlain(String user, String password) {
        return Map.of(
                "security.protocol",
                "SASL_SSL",
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                destinationCertificate.toString(),
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                "%s username=\"%s\" password=\"%s\";".formatted(PLAIN_MODULE, user, password));
    }

    /** @param keys null to be without */
    private static Path commandConfig(String user, Path keys) throws IOException {
        Map<String, String> values = new HashMap<>(saslPlain(user, ADMIN_PASSWORD));
        if (keys != null) {
            values.put("hawser.secret.key.file", keys.toString());
        }
        return Files.writeString(
                CLUSTERS.folder().resolve(user + (keys == null ? "" : keys.getFileName()) + ".command"),
                properties(values));
    }

    private static Path sealingKeys(String name, int seed) throws IOException {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        Path file = CLUSTERS.folder().resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, "k1=" + Base64.getEncoder().encodeToString(key));
    }

    private static List<String> mutual() {
        List<String> configs = new ArrayList<>(tls("MUTUAL", sourceCertificate));
        configs.addAll(List.of(
                "security.protocol=SSL",
                "ssl.keystore.type=PKCS12",
                "ssl.keystore.location=" + clientKeys,
                "ssl.keystore.password=" + reference("link.properties", "keystore.password"),
                "ssl.key.password=" + reference("link.properties", "keystore.password")));
        return configs;
    }

    /** The password as it is typed. */
    private static List<String> inline(String mechanism, String user, String password) {
        List<String> configs = new ArrayList<>(tls("SECURE", sourceCertificate));
        configs.addAll(List.of("security.protocol=SASL_SSL", "sasl.mechanism=" + mechanism, login(user, password)));
        return configs;
    }

    private static String login(String user, String password) {
        return "sasl.jaas.config=%s username=\"%s\" password=\"%s\";".formatted(SCRAM_MODULE, user, password);
    }

    /** @param changes options as they are, and properties */
    private static LinkAdmin.Run alter(String link, String... changes) {
        List<String> arguments = new ArrayList<>(List.of("alter", "--link", link));
        for (String change : changes) {
            arguments.addAll(change.startsWith("--") ? List.of(change) : List.of("--config", change));
        }
        return run(arguments.toArray(String[]::new));
    }

    private static List<String> scram(String secret, Path trusted) {
        return sasl("SCRAM-SHA-512", secret, trusted);
    }

    private static List<String> sasl(String mechanism, String secret, Path trusted) {
        List<String> configs = new ArrayList<>(tls("SECURE", trusted));
        configs.addAll(List.of(
                "security.protocol=SASL_SSL",
                "sasl.mechanism=" + mechanism,
                "sasl.jaas.config=" + reference("link.properties", secret)));
        return configs;
    }

    private static List<String> tls(String listener, Path trusted) {
        return List.of(
                "bootstrap.servers=" + source.bootstrapServers(listener),
                "ssl.truststore.type=PEM",
                "ssl.truststore.location=" + trusted);
    }

    private static String reference(String file, String key) {
        return "${file:" + secrets.resolve(file) + ":" + key + "}";
    }

    private static void writeSecrets(String scramPassword) throws IOException {
        Files.writeString(
                secrets.resolve("link.properties"),
                properties(Map.of(
                        "scram",
                        "%s username=\"link\" password=\"%s\";".formatted(SCRAM_MODULE, scramPassword),
                        "scram-sha-256",
                        "%s username=\"link\" password=\"%s\";".formatted(SCRAM_MODULE, LINK_PASSWORD),
                        "plain",
                        "%s username=\"link\" password=\"%s\";".formatted(PLAIN_MODULE, LINK_PASSWORD),
                        "oauthbearer",
                        "%s clientId=\"link\" clientSecret=\"%s\" ssl.truststore.type=\"PEM\" ssl.truststore.location=\"%s\";"
                                .formatted(OAUTH_MODULE, TokenServer.CLIENT_SECRET, tokensCertificate),
                        "jndi",
                        "com.sun.security.auth.module.JndiLoginModule required user.provider.url=\"ldap://localhost/x\";",
                        "wrong",
                        "%s username=\"link\" password=\"guess\";".formatted(SCRAM_MODULE),
                        "keystore.password",
                        KeyStores.PASSWORD)));
    }

    private static String properties(Map<String, String> values) {
        StringBuilder text = new StringBuilder();
        values.forEach(
                (key, value) -> text.append(key).append('=').append(value).append('\n'));
        return text.toString();
    }

    private static LinkAdmin.Run createLink(String link, List<String> configs) {
        List<String> arguments = new ArrayList<>(List.of("create", "--link", link));
        configs.forEach(config -> arguments.addAll(List.of("--config", config)));
        return run(arguments.toArray(String[]::new));
    }

    private static LinkAdmin.Run createMirror(String topic, String link) {
        return run("create", "--mirror-topic", topic, "--link", link, "--replication-factor", "1");
    }

    private static LinkAdmin.Run run(String... arguments) {
        return runAs(commandConfig, arguments);
    }

    private static LinkAdmin.Run runAs(Path config, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--command-config", config.toString()));
        return linkAdmin.run(all.toArray(String[]::new));
    }

    private static void awaitDescribed(String topic, String words) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(
                                run("describe", "--mirror-topic", topic).out())
                        .contains(words));
    }

    private static void awaitEqual(String topic) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            var expected = new TopicReader(source.adminProperties()).read(topic, IsolationLevel.READ_UNCOMMITTED);
            assertThat(expected.count()).isPositive();
            assertThat(new TopicReader(destination.adminProperties()).read(topic, IsolationLevel.READ_UNCOMMITTED))
                    .isEqualTo(expected);
        });
    }

    private static void write(String topic, long seed) {
        WorkloadSpec spec =
                WorkloadSpec.of(topic, Mode.IDEMPOTENT, Codec.LZ4, seed).maxRecords(200);
        try (Workload workload = Workload.start(spec, source.adminProperties())) {
            workload.awaitEnd();
            assertThat(workload.stop().committed()).hasSize(200);
        }
    }

    private static void setScramPassword(String password) throws Exception {
        setScramPassword(ScramMechanism.SCRAM_SHA_512, "link", password);
    }

    private static void setScramPassword(ScramMechanism mechanism, String user, String password) throws Exception {
        try (Admin admin = source.admin()) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            user, new ScramCredentialInfo(mechanism, 4_096), password)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static void awaitLinkDescribed(String link, String... words) {
        Eventually.holds(() -> assertThat(run("describe", "--link", link).out()).contains(words));
    }

    private static void takeBackOnSource(AclBindingFilter right) throws Exception {
        try (Admin admin = source.admin()) {
            assertThat(admin.deleteAcls(List.of(right)).all().get(30, TimeUnit.SECONDS))
                    .isNotEmpty();
        }
    }

    private static void allowOnSource(String topic, String principal) throws Exception {
        grantOnSource(
                AclBindings.topic(topic, principal, AclOperation.READ),
                AclBindings.topic(topic, principal, AclOperation.DESCRIBE_CONFIGS));
    }

    private static void grantOnSource(AclBinding... acls) throws Exception {
        grant(source, acls);
    }

    private static void grant(ProcessCluster cluster, AclBinding... acls) throws Exception {
        try (Admin admin = cluster.admin()) {
            admin.createAcls(List.of(acls)).all().get(30, TimeUnit.SECONDS);
        }
    }

    private static void commitOnSource(String group, String topic, long offset) {
        GroupCommits.commit(source, group, new TopicPartition(topic, 0), new OffsetAndMetadata(offset));
    }

    private static void awaitCommitted(String group, String topic, long offset) {
        Eventually.holds(() -> assertThat(GroupCommits.committed(destination, group, new TopicPartition(topic, 0)))
                .isEqualTo(new OffsetAndMetadata(offset)));
    }
}
