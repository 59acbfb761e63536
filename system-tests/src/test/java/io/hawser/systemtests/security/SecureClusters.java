/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.AclBindings;
import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.GroupCommits;
import io.hawser.systemtests.cluster.Listener;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.records.TopicReader;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A source that wants SASL over TLS, or a client certificate, and a destination whose brokers authenticate to each other and
 * whose access is controlled; with a token server, keys to seal with, and all secrets of theirs.
 *
 * <p>Confined to the thread of the test.
 */
final class SecureClusters extends TestClusters {

    static final String LINK_PASSWORD = "scram-secret-8861";
    static final String BROKER_PASSWORD = "broker-secret-2290";
    static final String ADMIN_PASSWORD = "admin-secret-7735";
    static final String OAUTH_HANDLER = "sasl.login.callback.handler.class="
            + "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler";
    static final String NEXT_PASSWORD = "scram-secret-8862";
    static final String INLINE_SECRET = "inline-secret-6091";
    static final String PLAIN_MODULE = "org.apache.kafka.common.security.plain.PlainLoginModule required";
    static final String SCRAM_MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule required";
    static final String OAUTH_MODULE = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required";

    /** All that nobody may see. */
    static final List<String> SECRETS = List.of(
            LINK_PASSWORD,
            NEXT_PASSWORD,
            BROKER_PASSWORD,
            ADMIN_PASSWORD,
            KeyStores.PASSWORD,
            TokenServer.CLIENT_SECRET,
            INLINE_SECRET);

    private ProcessCluster source;
    private ProcessCluster destination;
    private LinkAdmin linkAdmin;
    private Path secrets;
    private Path commandConfig;
    private Path sourceCertificate;
    private Path strangersCertificate;
    private Path clientKeys;
    private Path sealing;
    private Path destinationCertificate;
    private Path tokensCertificate;
    private TokenServer tokens;

    @Override
    public void beforeAll(ExtensionContext context) {
        super.beforeAll(context);
        try {
            startBoth();
        } catch (Exception e) {
            throw new IllegalStateException("The clusters do not start", e);
        }
    }

    @Override
    protected void end() {
        if (tokens != null) {
            tokens.close();
        }
        super.end();
    }

    ProcessCluster source() {
        return source;
    }

    ProcessCluster destination() {
        return destination;
    }

    /** Of the source, which is to be trusted. */
    Path sourceCertificate() {
        return sourceCertificate;
    }

    /** Of nobody that is there. */
    Path strangersCertificate() {
        return strangersCertificate;
    }

    /** The key of principal CN=link, with its certificate. */
    Path clientKeys() {
        return clientKeys;
    }

    /** The keys that the brokers open secrets with. */
    Path sealing() {
        return sealing;
    }

    String tokenUrl() {
        return tokens.url();
    }

    private void startBoth() throws Exception {
        Path folder = folder();
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
        source = start(sourceSpec(
                sourceKeys, keyStores.certificate(clientKeys), tokens.writeKeySet(folder.resolve("jwks.json"))));
        destination = start(destinationSpec(destinationKeys));
        linkAdmin = new LinkAdmin(destination, folder);
        commandConfig = commandConfig("admin", sealing);
        writeSecrets(LINK_PASSWORD);
    }

    private ClusterSpec.Builder sourceSpec(Path keys, Path trusted, Path keySet) {
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

    private ClusterSpec.Builder destinationSpec(Path keys) throws IOException {
        Path folder = folder();
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
                                        Stream.of("admin", "owner", "operator", "viewer", "nobody")
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
    String traceOfSecrets() {
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

    Map<String, String> saslPlain(String user, String password) {
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
    Path commandConfig(String user, Path keys) throws IOException {
        Map<String, String> values = new HashMap<>(saslPlain(user, ADMIN_PASSWORD));
        if (keys != null) {
            values.put("hawser.secret.key.file", keys.toString());
        }
        return Files.writeString(
                folder().resolve(user + (keys == null ? "" : keys.getFileName()) + ".command"), properties(values));
    }

    Path sealingKeys(String name, int seed) throws IOException {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        Path file = folder().resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, "k1=" + Base64.getEncoder().encodeToString(key));
    }

    List<String> mutual() {
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
    List<String> inline(String mechanism, String user, String password) {
        List<String> configs = new ArrayList<>(tls("SECURE", sourceCertificate));
        configs.addAll(List.of("security.protocol=SASL_SSL", "sasl.mechanism=" + mechanism, login(user, password)));
        return configs;
    }

    static String login(String user, String password) {
        return "sasl.jaas.config=%s username=\"%s\" password=\"%s\";".formatted(SCRAM_MODULE, user, password);
    }

    /** @param changes options as they are, and properties */
    LinkAdmin.Run alter(String link, String... changes) {
        List<String> arguments = new ArrayList<>(List.of("alter", "--link", link));
        for (String change : changes) {
            arguments.addAll(change.startsWith("--") ? List.of(change) : List.of("--config", change));
        }
        return run(arguments.toArray(String[]::new));
    }

    List<String> scram(String secret, Path trusted) {
        return sasl("SCRAM-SHA-512", secret, trusted);
    }

    List<String> sasl(String mechanism, String secret, Path trusted) {
        List<String> configs = new ArrayList<>(tls("SECURE", trusted));
        configs.addAll(List.of(
                "security.protocol=SASL_SSL",
                "sasl.mechanism=" + mechanism,
                "sasl.jaas.config=" + reference("link.properties", secret)));
        return configs;
    }

    List<String> tls(String listener, Path trusted) {
        return List.of(
                "bootstrap.servers=" + source.bootstrapServers(listener),
                "ssl.truststore.type=PEM",
                "ssl.truststore.location=" + trusted);
    }

    String reference(String file, String key) {
        return "${file:" + secrets.resolve(file) + ":" + key + "}";
    }

    void writeSecrets(String scramPassword) throws IOException {
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

    String properties(Map<String, String> values) {
        StringBuilder text = new StringBuilder();
        values.forEach(
                (key, value) -> text.append(key).append('=').append(value).append('\n'));
        return text.toString();
    }

    LinkAdmin.Run createLink(String link, List<String> configs) {
        List<String> arguments = new ArrayList<>(List.of("create", "--link", link));
        configs.forEach(config -> arguments.addAll(List.of("--config", config)));
        return run(arguments.toArray(String[]::new));
    }

    LinkAdmin.Run createMirror(String topic, String link) {
        return run("create", "--mirror-topic", topic, "--link", link, "--replication-factor", "1");
    }

    LinkAdmin.Run run(String... arguments) {
        return runAs(commandConfig, arguments);
    }

    LinkAdmin.Run runAs(Path config, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--command-config", config.toString()));
        return linkAdmin.run(all.toArray(String[]::new));
    }

    void awaitDescribed(String topic, String words) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(
                                run("describe", "--mirror-topic", topic).out())
                        .contains(words));
    }

    void awaitEqual(String topic) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            var expected = new TopicReader(source.adminProperties()).read(topic, IsolationLevel.READ_UNCOMMITTED);
            assertThat(expected.count()).isPositive();
            assertThat(new TopicReader(destination.adminProperties()).read(topic, IsolationLevel.READ_UNCOMMITTED))
                    .isEqualTo(expected);
        });
    }

    void write(String topic, long seed) {
        WorkloadSpec spec =
                WorkloadSpec.of(topic, Mode.IDEMPOTENT, Codec.LZ4, seed).maxRecords(200);
        try (Workload workload = Workload.start(spec, source.adminProperties())) {
            workload.awaitEnd();
            assertThat(workload.stop().committed()).hasSize(200);
        }
    }

    void setScramPassword(String password) throws Exception {
        setScramPassword(ScramMechanism.SCRAM_SHA_512, "link", password);
    }

    void setScramPassword(ScramMechanism mechanism, String user, String password) throws Exception {
        try (Admin admin = source.admin()) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            user, new ScramCredentialInfo(mechanism, 4_096), password)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    void awaitLinkDescribed(String link, String... words) {
        Eventually.holds(() -> assertThat(run("describe", "--link", link).out()).contains(words));
    }

    void takeBackOnSource(AclBindingFilter right) throws Exception {
        try (Admin admin = source.admin()) {
            assertThat(admin.deleteAcls(List.of(right)).all().get(30, TimeUnit.SECONDS))
                    .isNotEmpty();
        }
    }

    void allowOnSource(String topic, String principal) throws Exception {
        grantOnSource(
                AclBindings.topic(topic, principal, AclOperation.READ),
                AclBindings.topic(topic, principal, AclOperation.DESCRIBE_CONFIGS));
    }

    void grantOnSource(AclBinding... acls) throws Exception {
        grant(source, acls);
    }

    void grant(ProcessCluster cluster, AclBinding... acls) throws Exception {
        try (Admin admin = cluster.admin()) {
            admin.createAcls(List.of(acls)).all().get(30, TimeUnit.SECONDS);
        }
    }

    void commitOnSource(String group, String topic, long offset) {
        GroupCommits.commit(source, group, new TopicPartition(topic, 0), new OffsetAndMetadata(offset));
    }

    void awaitCommitted(String group, String topic, long offset) {
        Eventually.holds(() -> assertThat(GroupCommits.committed(destination, group, new TopicPartition(topic, 0)))
                .isEqualTo(new OffsetAndMetadata(offset)));
    }
}
