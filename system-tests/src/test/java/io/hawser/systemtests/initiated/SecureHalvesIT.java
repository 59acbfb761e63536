/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.initiated;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.hawser.systemtests.security.KeyStores;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The two halves of a link, between a source whose listener wants SASL over TLS and a destination whose reverse listener wants a
 * certificate: what each half says as long as the other does not fit, and a mirror once it does.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecureHalvesIT {

    private static final String LINK = "east";
    private static final String TOPIC = "orders";
    private static final String PASSWORD = "scram-secret-8861";
    private static final String SECRET = "0b9c4f5e6d7a8091a2b3c4d5e6f70819";
    private static final String SCRAM_MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule required";

    @RegisterExtension
    static final TestClusters CLUSTERS = new TestClusters();

    private static ProcessCluster source;
    private static ProcessCluster destination;
    private static LinkAdmin onSource;
    private static LinkAdmin onDestination;
    private static Path secrets;
    private static Path sourceCertificate;
    private static Path destinationCertificate;
    private static Path dialKeys;

    @BeforeAll
    static void startBothClusters() throws Exception {
        Path folder = CLUSTERS.folder();
        secrets = Files.createDirectories(folder.resolve("secrets")).resolve("link.properties");
        KeyStores keyStores = new KeyStores(folder.resolve("keys"));
        Path sourceKeys = keyStores.keyStore("source");
        Path destinationKeys = keyStores.keyStore("destination");
        dialKeys = keyStores.keyStore("dialler");
        sourceCertificate = keyStores.certificate(sourceKeys);
        destinationCertificate = keyStores.certificate(destinationKeys);
        writeSecrets("another secret, which is not that one");
        source = CLUSTERS.start(ClusterSpec.named("source")
                .shortLived()
                .plugin()
                .listeners(Listener.PLAINTEXT, new Listener("SECURE", "SASL_SSL"))
                .property("hawser.config.allowed.paths", String.valueOf(folder))
                .property("sasl.enabled.mechanisms", "SCRAM-SHA-512")
                .property("listener.name.secure.scram-sha-512.sasl.jaas.config", SCRAM_MODULE + ";")
                .property("ssl.keystore.type", "PKCS12")
                .property("ssl.keystore.location", sourceKeys.toString())
                .property("ssl.keystore.password", KeyStores.PASSWORD)
                .formatOptions("--add-scram", "SCRAM-SHA-512=[name=link,password=" + PASSWORD + "]"));
        destination = CLUSTERS.start(ClusterSpec.named("destination")
                .shortLived()
                .plugin()
                .reverseListener()
                .property("hawser.config.allowed.paths", String.valueOf(folder))
                .property("hawser.reverse.ssl.keystore.type", "PKCS12")
                .property("hawser.reverse.ssl.keystore.location", destinationKeys.toString())
                .property("hawser.reverse.ssl.keystore.password", KeyStores.PASSWORD)
                .property("hawser.reverse.ssl.truststore.type", "PEM")
                .property(
                        "hawser.reverse.ssl.truststore.location",
                        keyStores.certificate(dialKeys).toString())
                .property("hawser.reverse.ssl.client.auth", "required"));
        onSource = new LinkAdmin(source, folder);
        onDestination = new LinkAdmin(destination, folder);
        source.topics().create(TOPIC, 2);
    }

    @Test
    @Order(1)
    void theSourcesHalfWaitsForTheDestinations() {
        LinkAdmin.Run created = createOnSource(dialling());

        assertThat(created.exitCode()).as(created.err()).isZero();
        assertThat(created.out()).contains("Created the source's half", "REMOTE_LINK_NOT_FOUND", "--inbound");
        assertThat(onSource.run("describe", "--link", LINK).out()).contains("DESTINATION_UNAVAILABLE");
        assertThat(onSource.run("create", "--mirror-topic", TOPIC, "--link", LINK)
                        .err())
                .contains("is the source's half of a link; create mirror topics on the destination");
    }

    @Test
    @Order(2)
    void bothHalvesSayThatTheirSecretsDiffer() throws Exception {
        // Source and destination run on one machine and read one file: the destination's half has another of its keys.
        LinkAdmin.Run created = createOnDestination("other.secret");

        assertThat(created.exitCode()).as(created.err()).isZero();
        Eventually.holds(() -> {
            assertThat(onDestination.run("describe", "--link", LINK).out()).contains("SECRET_MISMATCH");
            assertThat(onSource.run("describe", "--link", LINK).out()).contains("SECRET_MISMATCH");
        });
    }

    @Test
    @Order(3)
    void mirrorsOverSaslAndTlsOnceTheSecretIsTheSame() throws Exception {
        onDestination
                .run("alter", "--link", LINK, "--config", "reverse.secret=" + reference("reverse.secret"))
                .orFail();
        Eventually.holds(() -> {
            assertThat(onDestination.run("describe", "--link", LINK).out()).contains("ACTIVE");
            assertThat(onSource.run("describe", "--link", LINK).out()).contains("ACTIVE");
        });

        onDestination.run("create", "--mirror-topic", TOPIC, "--link", LINK).orFail();
        write(1);

        new MirrorEquality(source, destination).await(TOPIC, 2);
        for (ProcessCluster each : List.of(source, destination)) {
            assertThat(Files.readString(each.logFile(1), StandardCharsets.UTF_8))
                    .doesNotContain(SECRET, PASSWORD, KeyStores.PASSWORD);
        }
    }

    @Test
    @Order(4)
    void whoHasNoCertificateIsNotHeard() {
        onSource.run(
                        "alter",
                        "--link",
                        LINK,
                        "--delete-config",
                        "ssl.keystore.location,ssl.keystore.type,ssl.keystore.password")
                .orFail();

        Eventually.holds(() -> {
            assertThat(onSource.run("describe", "--link", LINK).out()).contains("DESTINATION_UNREACHABLE");
            assertThat(onDestination.run("describe", "--link", LINK).out()).contains("WAITING_FOR_SOURCE");
        });
    }

    private static LinkAdmin.Run createOnSource(List<String> configs) {
        List<String> arguments = new ArrayList<>(List.of("create", "--link", LINK, "--mode", "source"));
        configs.forEach(config -> arguments.addAll(List.of("--config", config)));
        return onSource.run(arguments.toArray(String[]::new));
    }

    private static LinkAdmin.Run createOnDestination(String secret) {
        List<String> arguments =
                new ArrayList<>(List.of("create", "--link", LINK, "--mode", "destination", "--inbound"));
        List.of(
                        "reverse.secret=" + reference(secret),
                        "security.protocol=SASL_SSL",
                        "ssl.truststore.type=PEM",
                        "ssl.truststore.location=" + sourceCertificate,
                        "sasl.mechanism=SCRAM-SHA-512",
                        "sasl.jaas.config=" + reference("scram"))
                .forEach(config -> arguments.addAll(List.of("--config", config)));
        return onDestination.run(arguments.toArray(String[]::new));
    }

    private static List<String> dialling() {
        return List.of(
                "bootstrap.servers=" + destination.bootstrapServers(ClusterSpec.REVERSE_LISTENER),
                "reverse.listener.name=SECURE",
                "reverse.secret=" + reference("reverse.secret"),
                "security.protocol=SSL",
                "ssl.truststore.type=PEM",
                "ssl.truststore.location=" + destinationCertificate,
                "ssl.keystore.type=PKCS12",
                "ssl.keystore.location=" + dialKeys,
                "ssl.keystore.password=" + reference("keystore.password"));
    }

    private static String reference(String key) {
        return "${file:" + secrets + ":" + key + "}";
    }

    private static void writeSecrets(String other) throws Exception {
        Files.writeString(secrets, """
                reverse.secret=%s
                other.secret=%s
                keystore.password=%s
                scram=%s username="link" password="%s";
                """.formatted(SECRET, other, KeyStores.PASSWORD, SCRAM_MODULE, PASSWORD));
    }

    private static void write(long seed) {
        WorkloadSpec spec = WorkloadSpec.of(TOPIC, Mode.IDEMPOTENT, Codec.LZ4, seed)
                .recordsPerSecond(2_000)
                .maxRecords(500);
        Workload.complete(spec, source.adminProperties());
    }
}
