/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.Folders;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.link.LinkAdmin;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The source deletes records: those that are mirrored, and those that are not yet. */
class RetentionIT {

    private static final long BEYOND_AN_INT = 1L << 32;

    @RegisterExtension
    static final TestClusters CLUSTERS = new TestClusters();

    private static ProcessCluster source;
    private static ProcessCluster destination;
    private static LinkAdmin linkAdmin;

    @BeforeAll
    static void startBothClusters() {
        source = CLUSTERS.start(ClusterSpec.named("source").shortLived());
        destination = CLUSTERS.start(ClusterSpec.named("destination").plugin().shortLived());
        linkAdmin = new LinkAdmin(destination, CLUSTERS.folder());
        linkAdmin.createLink("east", source).orFail();
        linkAdmin
                .run(
                        "create",
                        "--link",
                        "careless",
                        "--config",
                        "bootstrap.servers=" + source.bootstrapServers(),
                        "--config",
                        "mirror.gap.policy=continue")
                .orFail();
    }

    @Test
    void beginsWhereTheSourceBeginsWithoutAnyNewRecord() throws Exception {
        Mirrored topic = mirror("trimmed", "east");
        topic.produce(40, "old");
        topic.produce(40, "new");
        topic.awaitEnd(80);

        topic.deleteOnSource(55);
        topic.awaitStart(55);

        topic.deleteOnSource(-1);
        topic.awaitStart(80);
        assertThat(topic.mirrorOffset(OffsetSpec.latest())).isEqualTo(80);

        topic.produce(10, "after");
        topic.awaitEnd(90);
    }

    @Test
    void beginsInsideABatchWhereTheSourceDoes() throws Exception {
        source.topics().create("inside", 1);
        Mirrored topic = new Mirrored(source, destination, linkAdmin, "inside");
        topic.produce(40, "one batch");
        topic.deleteOnSource(17);

        create("inside", "east");

        topic.awaitEnd(40);
        topic.awaitStart(17);
        topic.awaitEqual();
    }

    @Test
    void beginsAtTheOffsetOfAnEmptySourceThatWasWrittenToLongAgo() throws Exception {
        source.topics().create("ancient", 1);
        Mirrored topic = new Mirrored(source, destination, linkAdmin, "ancient");
        moveEmptySourceTo(BEYOND_AN_INT, "ancient");

        create("ancient", "east");

        topic.awaitEnd(BEYOND_AN_INT);
        topic.awaitStart(BEYOND_AN_INT);
        topic.produce(5, "first in years");
        topic.awaitEnd(BEYOND_AN_INT + 5);
        topic.awaitEqual();
    }

    @Test
    void stopsAtAGapUntilItIsAcceptedAndAtTheNextOneAgain() throws Exception {
        Mirrored topic = mirror("gaps", "east");
        topic.produce(30, "mirrored");
        topic.awaitEnd(30);
        loseBehind(topic, 20, 45);

        assertThat(topic.awaitDescribed("FAILED", "GAP")).contains("deleted offsets 30 to 44", "--accept-gap");
        assertThat(topic.mirrorOffset(OffsetSpec.latest())).isEqualTo(30);

        linkAdmin.run("resume", "--mirror-topic", "gaps", "--accept-gap").orFail();
        topic.awaitEnd(50);
        topic.awaitStart(45);
        topic.awaitDescribed("ACTIVE");

        loseBehind(topic, 20, 65);
        topic.awaitDescribed("FAILED", "deleted offsets 50 to 64");
    }

    @Test
    void goesOnBehindAGapOnALinkThatSaysSoEvenIfNothingIsLeft() throws Exception {
        Mirrored topic = mirror("careless-gaps", "careless");
        topic.produce(30, "mirrored");
        topic.awaitEnd(30);

        loseBehind(topic, 20, 50);
        topic.awaitEnd(50);
        topic.awaitStart(50);
        topic.produce(3, "after");
        topic.awaitEnd(53);
    }

    /** Writes records while the mirror stands still, and deletes them before it goes on. */
    private static void loseBehind(Mirrored topic, int records, long beforeOffset) throws Exception {
        linkAdmin.run("pause", "--mirror-topic", topic.topic()).orFail();
        topic.awaitDescribed("PAUSED");
        topic.produce(records, "lost");
        topic.deleteOnSource(beforeOffset);
        linkAdmin.run("resume", "--mirror-topic", topic.topic()).orFail();
    }

    private static Mirrored mirror(String name, String link) {
        source.topics().create(name, 1);
        create(name, link);
        return new Mirrored(source, destination, linkAdmin, name);
    }

    private static void create(String topic, String link) {
        linkAdmin
                .run("create", "--mirror-topic", topic, "--link", link, "--replication-factor", "1")
                .orFail();
    }

    /** No client can write that many records in a test: the partition's only segment, which is empty, is given that name. */
    private static void moveEmptySourceTo(long offset, String topic) throws Exception {
        source.stop(1);
        Path folder = source.dataDirectory(1).resolve(topic + "-0");
        Folders.deleteRecursively(folder.resolve("00000000000000000000.log"));
        Folders.deleteRecursively(folder.resolve("00000000000000000000.index"));
        Folders.deleteRecursively(folder.resolve("00000000000000000000.timeindex"));
        Files.createFile(folder.resolve("%020d.log".formatted(offset)));
        source.start(1);
    }
}
