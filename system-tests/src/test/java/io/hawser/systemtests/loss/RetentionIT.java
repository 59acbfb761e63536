/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.Folders;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The source deletes records: those that are mirrored, and those that are not yet. */
class RetentionIT {

    private static final long BEYOND_AN_INT = 1L << 32;

    @RegisterExtension
    static final LinkedClusters CLUSTERS =
            LinkedClusters.ofBrokers(1, 2).link("careless", "mirror.gap.policy=continue");

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
        CLUSTERS.source().topics().create("inside", 1);
        Mirrored topic = new Mirrored(CLUSTERS, "inside");
        topic.produce(40, "one batch");
        topic.deleteOnSource(17);

        create("inside", "east");

        topic.awaitEnd(40);
        topic.awaitStart(17);
        topic.awaitEqual();
    }

    @Test
    void beginsAtTheOffsetOfAnEmptySourceThatWasWrittenToLongAgo() throws Exception {
        CLUSTERS.source().topics().create("ancient", 1);
        Mirrored topic = new Mirrored(CLUSTERS, "ancient");
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

        CLUSTERS.admin("resume", "--mirror-topic", "gaps", "--accept-gap");
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
        topic.awaitEqual();
    }

    /** Writes records while the mirror stands still, and deletes them before it goes on. */
    private static void loseBehind(Mirrored topic, int records, long beforeOffset) throws Exception {
        CLUSTERS.admin("pause", "--mirror-topic", topic.topic());
        topic.awaitDescribed("PAUSED");
        topic.produce(records, "lost");
        topic.deleteOnSource(beforeOffset);
        CLUSTERS.admin("resume", "--mirror-topic", topic.topic());
    }

    private static Mirrored mirror(String name, String link) {
        CLUSTERS.source().topics().create(name, 1);
        create(name, link);
        return new Mirrored(CLUSTERS, name);
    }

    private static void create(String topic, String link) {
        CLUSTERS.mirrorBy(link, topic);
    }

    /** No client can write that many records in a test: the partition's only segment, which is empty, is given that name. */
    private static void moveEmptySourceTo(long offset, String topic) throws Exception {
        CLUSTERS.source().stop(1);
        Path folder = CLUSTERS.source().dataDirectory(1).resolve(topic + "-0");
        Folders.deleteRecursively(folder.resolve("00000000000000000000.log"));
        Folders.deleteRecursively(folder.resolve("00000000000000000000.index"));
        Folders.deleteRecursively(folder.resolve("00000000000000000000.timeindex"));
        Files.createFile(folder.resolve("%020d.log".formatted(offset)));
        CLUSTERS.source().start(1);
    }
}
