/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.BuiltArtifacts;
import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.documents.DocumentedCommands.Place;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.MirrorEquality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An operator who does what the documents say, from the first link to the removal of the plugin. */
class DocumentationIT {

    private static final String ORDERS = "orders";
    private static final String PAYMENTS = "payments";
    private static final String DR = "dr-1:9092";
    private static final String WEST = "west-1:9092";
    private static final Map<String, String> KAFKA_TOOLS =
            Map.of("kafka-topics", "org.apache.kafka.tools.TopicCommand", "kafka-configs", "kafka.admin.ConfigCommand");
    private static final long LIMIT_S = 60;

    @RegisterExtension
    final TestClusters clusters = new TestClusters();

    private Path folder = Path.of("");
    private ProcessCluster source;
    private ProcessCluster destination;
    private LinkAdmin linkAdmin;
    private LinkAdmin onSource;

    @Test
    void everyCommandDoesWhatItIsThereFor() throws Exception {
        folder = Files.createDirectories(clusters.folder().resolve("files"));
        String readable = String.valueOf(folder);
        source = clusters.start(
                ClusterSpec.named("source").plugin().shortLived().property("hawser.config.allowed.paths", readable));
        destination = clusters.start(ClusterSpec.named("destination")
                .plugin()
                .shortLived()
                .reverseListener()
                .property("hawser.config.allowed.paths", readable));
        linkAdmin = new LinkAdmin(destination, folder);
        onSource = new LinkAdmin(source, folder);
        create(ORDERS);
        create(PAYMENTS);
        write(PAYMENTS, Instant.now(), 3);

        installation();
        fiveMinutes();
        poisonedWrite();
        sourceConnects();
        activePassive();
        removal();
    }

    private void installation() throws Exception {
        DocumentedCommands commands = at(Place.INSTALLATION, Map.of(DR, linkAdmin, "", linkAdmin));
        String template = commands.run("config template", "").out();
        Files.writeString(
                folder.resolve("east.properties"),
                template.replaceAll("(?m)^bootstrap\\.servers=.*", "bootstrap.servers=" + source.bootstrapServers()));

        commands.run("create --link east", DR);

        assertThat(linkAdmin.run("list", "--links").orFail().out()).contains("east", "ACTIVE");
        assertThat(commands.left()).isEmpty();
        linkAdmin.run("delete", "--link", "east", "--force").orFail();
    }

    private void fiveMinutes() throws Exception {
        DocumentedCommands commands = at(Place.FIVE_MINUTES, Map.of(DR, linkAdmin));
        showEast(Place.FIVE_MINUTES, "$ cat east.properties");
        commands.run("create --link east", DR);
        String create = "create --mirror-topic orders";
        commands.run(create, DR);
        write(ORDERS, Instant.now(), 3);
        new MirrorEquality(source, destination).await(ORDERS, 1);
        assertThat(commands.run("describe", DR).out()).contains("ACTIVE", "LAST FETCH");
        assertThat(commands.run("list", DR).out()).contains(ORDERS, "ACTIVE");
        verification();

        assertThat(commands.run("promote", DR).out()).contains("STOPPED");
        mirrorAnew();
        commands.run(create, DR);
        assertThat(commands.run("failover", DR).out()).contains("STOPPED");

        assertThat(commands.left()).isEmpty();
    }

    private void verification() throws Exception {
        linkAdmin
                .run("create", "--mirror-topic", PAYMENTS, "--link", "east", "--wait")
                .orFail();
        DocumentedCommands commands = at(Place.OPERATIONS, Map.of("", linkAdmin));

        assertThat(commands.run("verify", "").out())
                .containsPattern("orders +EQUAL")
                .containsPattern("payments +EQUAL");
    }

    private void poisonedWrite() throws Exception {
        mirrorAnew();
        linkAdmin
                .run("create", "--mirror-topic", ORDERS, "--link", "east", "--wait")
                .orFail();
        DocumentedCommands commands = at(Place.RUNBOOK, Map.of(WEST, linkAdmin));
        String command = "failover --mirror-topic orders --to-timestamp";
        String time = commands.left().stream()
                .filter(each -> each.startsWith("link-admin " + command))
                .map(each -> each.split(" ")[5])
                .findFirst()
                .orElseThrow();
        Instant poisoned = Instant.parse(time);
        write(ORDERS, poisoned.minusMillis(1), 3);
        write(ORDERS, poisoned, 3);
        new MirrorEquality(source, destination).await(ORDERS, 1);

        String drops = "3 (partition 0: 3 to 5)";
        assertThat(commands.run(command + " " + time + " --dry-run", WEST).out())
                .contains("WOULD_FAILOVER", drops, "still on the source");
        assertThat(commands.run(command + " " + time + " --wait", WEST).out()).contains("STOPPED", drops);
    }

    private void sourceConnects() throws Exception {
        removeAll();
        Path secret = folder.resolve("secret.properties");
        Files.writeString(secret, "reverse.secret=6fb1c5a0d2944e7f8c3b21d09e8a7756");
        String reference = "reverse.secret=${file:" + secret + ":reverse.secret}\n";
        String reverse = "bootstrap.servers=" + destination.bootstrapServers(ClusterSpec.REVERSE_LISTENER) + "\n";
        String listener =
                "reverse.listener.name=" + source.spec().listeners().get(0).name() + "\n";
        Files.writeString(folder.resolve("east.properties"), reference);
        Files.writeString(folder.resolve("dr.properties"), reference + reverse + listener);
        DocumentedCommands commands = at(
                Place.OPERATIONS,
                Map.of("destination", linkAdmin, "source", onSource, "kafka-1.east:9092", onSource, "", linkAdmin));

        commands.run("create --link east --mode destination", "destination");
        commands.run("create --link east --mode source", "source");
        awaitLink("ACTIVE");
        onSource.run("delete", "--link", "east", "--force").orFail();
        awaitLink("WAITING_FOR_SOURCE");
        Files.writeString(folder.resolve("dr.properties"), reference + reverse);
        Process agent = onSource.start(commands.take("link-admin agent", "kafka-1.east:9092"));
        try {
            awaitLink("ACTIVE");
        } finally {
            agent.destroy();
        }
        assertThat(agent.waitFor(LIMIT_S, TimeUnit.SECONDS)).isTrue();

        assertThat(commands.left()).containsExactly("link-admin verify --mirror-topic orders,payments");
        linkAdmin.run("delete", "--link", "east", "--force").orFail();
    }

    private void activePassive() throws Exception {
        DocumentedCommands commands = at(Place.ACTIVE_PASSIVE, Map.of("west", linkAdmin));
        showEast(Place.ACTIVE_PASSIVE, "west$ cat east.properties");

        commands.run("create --link east", "west");

        Eventually.holds(() -> assertThat(linkAdmin.run("list").out())
                .containsPattern(ORDERS + " .*ACTIVE")
                .containsPattern(PAYMENTS + " .*ACTIVE"));
        assertThat(commands.left()).isEmpty();
    }

    private void removal() throws Exception {
        DocumentedCommands commands = at(Place.REMOVAL, Map.of("", linkAdmin, DR, linkAdmin));
        commands.run("promote", "");
        assertThat(commands.run("list", "").out()).contains("STOPPED").doesNotContain("ACTIVE");
        commands.run("delete --mirror-topic", "");
        linkAdmin.run(answered(commands.take("link-admin delete --link", ""))).orFail();

        destination.stop();
        Path settings = destination.logFile(1).resolveSibling("server.properties");
        Files.write(
                settings,
                Files.readAllLines(settings).stream()
                        .filter(line -> !line.startsWith("hawser.") && !line.startsWith("authorizer."))
                        .toList());
        destination.start();
        destination.awaitReady();
        runTool("kafka-configs", commands);
        runTool("kafka-topics", commands);

        try (Admin admin = destination.admin()) {
            assertThat(admin.listTopics().names().get(LIMIT_S, TimeUnit.SECONDS))
                    .contains(ORDERS, PAYMENTS)
                    .doesNotContain("__hawser_state");
        }
        assertThat(commands.left()).isEmpty();
    }

    /** It asks on a terminal, which there is none of here. */
    private static String[] answered(String... words) {
        return Stream.concat(Stream.of(words), Stream.of("--force")).toArray(String[]::new);
    }

    /** What Kafka's own scripts do. */
    private void runTool(String tool, DocumentedCommands commands) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", BuiltArtifacts.kafkaLibs() + "/*", String.valueOf(KAFKA_TOOLS.get(tool))));
        command.addAll(List.of("--bootstrap-server", destination.bootstrapServers()));
        command.addAll(List.of(commands.take(tool + " ", DR)));
        Path output = Files.createTempFile(folder, tool, ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS)).as(tool).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }

    /** The file that the document shows, but for the addresses. */
    private void showEast(Place place, String command) throws IOException {
        List<String> lines = new ArrayList<>(DocumentedCommands.contents(place, command));
        assertThat(lines).isNotEmpty();
        lines.replaceAll(line ->
                line.startsWith("bootstrap.servers=") ? "bootstrap.servers=" + source.bootstrapServers() : line);
        Files.write(folder.resolve("east.properties"), lines);
    }

    /** A topic of that name can be mirrored once more. */
    private void mirrorAnew() throws Exception {
        linkAdmin.run("delete", "--mirror-topic", ORDERS, "--force").orFail();
        delete(destination);
        // The source has kept producers from what was promoted, a moment later.
        Eventually.holds(() -> {
            onSource.run("delete", "--mirror-topic", ORDERS, "--force");
            delete(source);
        });
        create(ORDERS);
    }

    private static void delete(ProcessCluster cluster) throws Exception {
        try (Admin admin = cluster.admin()) {
            admin.deleteTopics(List.of(ORDERS)).all().get(LIMIT_S, TimeUnit.SECONDS);
        }
    }

    /** Records of any time stay. */
    private void create(String topic) {
        source.topics().create(topic, 1, 1, Map.of("retention.ms", "-1"));
    }

    private void removeAll() throws Exception {
        linkAdmin.run("delete", "--mirror-topic", ".*", "--pattern", "--force").orFail();
        linkAdmin.run("delete", "--link", "east", "--force").orFail();
        delete(destination);
    }

    private void awaitLink(String state) {
        Eventually.holds(() ->
                assertThat(linkAdmin.run("describe", "--link", "east").out()).contains(state));
    }

    private DocumentedCommands at(Place place, Map<String, LinkAdmin> named) throws IOException {
        return DocumentedCommands.at(place, named, folder);
    }

    /** Each record in a batch of its own. */
    private void write(String topic, Instant time, int records) throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(source.adminProperties(), new StringSerializer(), new StringSerializer())) {
            for (int record = 0; record < records; record++) {
                producer.send(new ProducerRecord<>(topic, 0, time.toEpochMilli(), "key", "value " + record))
                        .get(LIMIT_S, TimeUnit.SECONDS);
            }
        }
    }
}
