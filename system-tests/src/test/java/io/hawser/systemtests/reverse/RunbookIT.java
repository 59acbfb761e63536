/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.reverse;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.GroupCommits;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.documents.DocumentedCommands;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The README's runbook from its first command to its last, with an application that moves along. */
class RunbookIT {

    private static final String TOPIC = "orders";
    private static final String EAST = "east-1:9092";
    private static final String WEST = "west-1:9092";
    private static final int SYNC_MS = 1_000;
    private static final String[] OFFSETS_FOLLOW = {
        "consumer.offset.sync.enable=true", "consumer.offset.sync.ms=" + SYNC_MS
    };

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
                    ClusterSpec.named("source").plugin().shortLived(),
                    ClusterSpec.named("destination").shortLived())
            .link(LinkedClusters.LINK, OFFSETS_FOLLOW);

    @TempDir
    static Path folder;

    private final Application application = new Application(TOPIC);

    @Test
    void bringsAnApplicationThereAndBack() throws Exception {
        LinkAdmin inEast = new LinkAdmin(east(), folder);
        inEast.createLink("west", west(), OFFSETS_FOLLOW).orFail();
        DocumentedCommands runbook = DocumentedCommands.at(
                DocumentedCommands.Place.RUNBOOK, Map.of(EAST, inEast, WEST, CLUSTERS.linkAdmin()), folder);
        east().topics().create(TOPIC, 1);
        CLUSTERS.mirror(TOPIC);
        application.write(east(), 4);
        application.readSome(east(), 25);

        runbook.run("reverse --mirror-topic orders --link west --planned", EAST);
        application.write(west(), 4);
        application.readSome(west(), 40);
        runbook.run("reverse --mirror-topic orders --link east --planned", WEST);
        application.write(east(), 4);
        application.readAll(east());
        assertThat(application.read())
                .as("each record once, over two planned switches")
                .isEqualTo(application.written());

        awaitLagInWest();
        assertThat(runbook.run("drill", WEST).out()).contains("READY");
        awaitOffsetInWest();
        application.write(east(), 4);
        CLUSTERS.equality().awaitReturned(TOPIC);
        int readBefore = application.read().size();
        application.readSome(east(), 20);
        List<String> readSinceTheSync = List.copyOf(
                application.read().subList(readBefore, application.read().size()));
        east().kill(1);
        LinkAdmin.Run failover = runbook.run("failover --mirror-topic orders --wait", WEST);
        assertThat(failover.out()).contains("STOPPED", "nothing keeps producers from writing");
        application.write(west(), 4);
        application.readAll(west());
        List<String> readTwice = application.readTwice();
        assertThat(readSinceTheSync).containsAll(readTwice);

        east().start(1);
        Eventually.holds(
                () -> assertThat(inEast.run("describe", "--mirror-topic", TOPIC).out())
                        .contains("PENDING_RESTORE", "PROMOTED_ELSEWHERE"));
        assertThat(runbook.run("reverse --mirror-topic orders --link west --dry-run", EAST)
                        .out())
                .contains("WOULD_REVERSE");
        runbook.run("reverse --mirror-topic orders --link west --wait", EAST);
        assertThat(runbook.run("verify", EAST).out()).contains("EQUAL");
        runbook.run("reverse --mirror-topic orders --link east --planned", WEST);
        application.write(east(), 4);
        application.readAll(east());

        assertThat(application.readTwice()).isEqualTo(readTwice);
        // Those are of other days; DocumentationIT and ForcedFailoverIT run them.
        assertThat(runbook.left())
                .allMatch(command -> command.contains(" --force ") || command.contains(" --to-timestamp "));
    }

    /** A mirror that has just become one has not told it yet. */
    private static void awaitLagInWest() {
        Eventually.holds(() -> assertThat(CLUSTERS.admin("describe", "--mirror-topic", TOPIC, "-o", "json")
                        .out())
                .contains("\"lagMs\" : 0,"));
    }

    /** What is committed from now on may be read again. */
    private static void awaitOffsetInWest() {
        Eventually.holds(() -> assertThat(committed(west())).isEqualTo(committed(east())));
    }

    private static long committed(ProcessCluster cluster) {
        return Objects.requireNonNull(GroupCommits.committed(cluster, Application.GROUP, new TopicPartition(TOPIC, 0)))
                .offset();
    }

    private static ProcessCluster east() {
        return CLUSTERS.source();
    }

    private static ProcessCluster west() {
        return CLUSTERS.destination();
    }
}
