/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input gives one clear line and an exit code, and leaves nothing half-made. */
class RefusalsIT {

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(1, 1);

    @BeforeAll
    static void createTopics() {
        CLUSTERS.source().topics().create("orders", 1);
        CLUSTERS.destination().topics().create("local", 1);
        CLUSTERS.mirror("orders", "--wait");
    }

    /** Once for all cases, since each look takes seconds. */
    @AfterAll
    static void leavesNoLinkAndNoMirror() {
        assertThat(CLUSTERS.admin("list", "--links").out()).contains("east").doesNotContain("west", "north", "self");
        assertThat(CLUSTERS.admin("list").out().lines().count()).isEqualTo(2);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal(
                        1,
                        "SOURCE_UNREACHABLE",
                        "create",
                        "--link",
                        "west",
                        "--config",
                        "bootstrap.servers=localhost:1"),
                refusal(1, "bootstrap.servers is missing", "create", "--link", "west"),
                refusal(
                        1,
                        "unknown property 'colour'",
                        "create",
                        "--link",
                        "west",
                        "--config",
                        "bootstrap.servers=localhost:1",
                        "--config",
                        "colour=red"),
                refusal(
                        1,
                        "num.cluster.link.fetchers",
                        "create",
                        "--link",
                        "west",
                        "--config",
                        "bootstrap.servers=localhost:1",
                        "--config",
                        "num.cluster.link.fetchers=many"),
                refusal(
                        1,
                        "must not hold a secret in the clear",
                        "create",
                        "--link",
                        "west",
                        "--config",
                        "bootstrap.servers=localhost:1",
                        "--config",
                        "ssl.key.password=hunter2"),
                refusal(
                        1,
                        "Link east exists already",
                        "create",
                        "--link",
                        "east",
                        "--config",
                        "bootstrap.servers=localhost:1"),
                refusal(1, "SOURCE_TOPIC_NOT_FOUND", "create", "--mirror-topic", "nowhere", "--link", "east"),
                refusal(1, "There is no link north", "create", "--mirror-topic", "orders2", "--link", "north"),
                refusal(1, "orders is already a mirror", "create", "--mirror-topic", "orders", "--link", "east"),
                refusal(
                        1,
                        "local exists already and is not a mirror",
                        "create",
                        "--mirror-topic",
                        "local",
                        "--link",
                        "east"),
                refusal(1, "Illegal mirror topic name", "create", "--mirror-topic", "a b", "--link", "east"),
                refusal(1, "is internal to Kafka", "create", "--mirror-topic", "__consumer_offsets", "--link", "east"),
                refusal(1, "not a mirror", "describe", "--mirror-topic", "local"),
                refusal(1, "There is no link north", "describe", "--link", "north"),
                refusal(1, "still has 1 mirror topic", "delete", "--link", "east", "--force"),
                refusal(1, "still has 1 mirror topic", "delete", "--link", "east", "--dry-run"),
                refusal(2, "there is no file", "create", "--link", "west", "--config-file", "/nowhere/link.properties"),
                refusal(2, "Say which", "promote"),
                refusal(2, "Unknown option", "list", "--colour"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void saysWhatIsWrongAndLeavesNoTopic(int exitCode, String line, String[] arguments) throws Exception {
        LinkAdmin.Run run = CLUSTERS.linkAdmin().run(arguments);

        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(exitCode);
        assertThat(run.out() + run.err())
                .contains(line)
                .doesNotContain("\tat ", "Exception:", "hunter2", "tried again by itself", "or delete the mirror");
        try (Admin admin = CLUSTERS.destination().admin()) {
            assertThat(admin.listTopics().names().get(10, TimeUnit.SECONDS))
                    .containsExactlyInAnyOrder("orders", "local", "__hawser_state");
        }
    }

    static Stream<Arguments> dryRuns() {
        return Stream.of(
                Arguments.of("WOULD_PAUSE", new String[] {"pause", "--mirror-topic", "orders"}),
                Arguments.of("WOULD_MIRROR", new String[] {"resume", "--mirror-topic", "orders"}),
                Arguments.of("WOULD_PROMOTE", new String[] {"promote", "--mirror-topic", "orders"}),
                Arguments.of("WOULD_FAILOVER", new String[] {"failover", "--mirror-topic", "orders"}),
                Arguments.of("WOULD_DELETE", new String[] {"delete", "--mirror-topic", "orders"}),
                Arguments.of("Would pause link east", new String[] {"pause", "--link", "east"}),
                Arguments.of("Would resume link east", new String[] {"resume", "--link", "east"}));
    }

    @ParameterizedTest
    @MethodSource("dryRuns")
    void onlySaysWhatWouldHappen(String expected, String[] arguments) {
        LinkAdmin.Run run = CLUSTERS.admin(
                Stream.concat(Stream.of(arguments), Stream.of("--dry-run")).toArray(String[]::new));

        assertThat(run.out()).contains(expected);
        assertThat(CLUSTERS.admin("list").out()).containsPattern("orders +east +orders +ACTIVE ");
        assertThat(CLUSTERS.admin("list", "--links").out()).containsPattern("east +ACTIVE ");
    }

    @Test
    void refusesALinkToItself() {
        LinkAdmin.Run run = CLUSTERS.linkAdmin().createLink("self", CLUSTERS.destination());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("SELF_LINK");
    }

    @Test
    void saysThatNobodyAnswersAtTheDestination() {
        LinkAdmin.Run run = new LinkAdmin("localhost:1", CLUSTERS.folder()).runProcess("list");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err().lines()).singleElement().asString().contains("No broker answers at localhost:1");
    }

    @Test
    void saysThatABrokenFileIsNotAFileOfProperties() throws IOException {
        Path broken = Files.writeString(CLUSTERS.folder().resolve("broken.properties"), "key=\\uZZZZ");

        LinkAdmin.Run run =
                CLUSTERS.linkAdmin().runProcess("create", "--link", "west", "--config-file", broken.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("broken.properties is not a file of properties");
    }

    @Test
    void namesTheBrokerThatDoesNotRunThePlugin() {
        ProcessCluster plain = CLUSTERS.start(ClusterSpec.named("plain").shortLived());

        LinkAdmin.Run run = new LinkAdmin(plain, CLUSTERS.folder()).createLink("east", CLUSTERS.destination());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("does not run on broker 1", "authorizer.class.name");
    }

    private static Arguments refusal(int exitCode, String line, String... arguments) {
        return Arguments.of(exitCode, line, arguments);
    }
}
