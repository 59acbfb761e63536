/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import java.time.Instant;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Mirrors that do not begin where their source does. */
class StartOffsetIT {

    @RegisterExtension
    static final LinkedClusters CLUSTERS =
            LinkedClusters.ofBrokers(1, 2).link("new", "mirror.start.offset.spec=latest", "topic.config.sync.ms=500");

    /** Also if what comes next comes when another broker has found out where to begin. */
    @Test
    void beginsAtTheEndThatTheSourceHadWhenTheMirrorWasMade() {
        Mirrored topic = written("late", 50);
        CLUSTERS.mirrorBy("new", topic.topic());
        topic.awaitEnd(50);
        int leader = CLUSTERS.destination().topics().leader(topic.topic(), 0).orElseThrow();

        CLUSTERS.destination().kill(leader);
        topic.produce(10, "more");
        CLUSTERS.destination().topics().awaitLeaderOtherThan(leader, topic.topic(), 0);

        topic.awaitEnd(60);
        topic.awaitStart(50);
        CLUSTERS.destination().start(leader);
        CLUSTERS.destination().topics().awaitInSync(topic.topic());
    }

    /** With nothing at the source there is nothing in the mirror's log to tell that it has begun. */
    @Test
    void losesNothingThatCameWhileNobodyFetched() {
        CLUSTERS.source().topics().create("empty", 1);
        Mirrored topic = new Mirrored(CLUSTERS, "empty");
        CLUSTERS.mirrorBy("new", topic.topic());
        CLUSTERS.admin("pause", "--mirror-topic", topic.topic());
        topic.awaitDescribed("PAUSED");
        topic.produce(10, "meanwhile");

        CLUSTERS.admin("resume", "--mirror-topic", topic.topic());

        topic.awaitEnd(10);
        assertThat(topic.mirrorOffset(OffsetSpec.earliest())).isZero();
    }

    @Test
    void beginsWhereItsOwnerSaysRatherThanWhereTheLinkDoes() {
        Mirrored topic = written("whole", 50);

        CLUSTERS.mirrorBy("new", topic.topic(), "--config", "mirror.start.offset.spec=earliest");

        topic.awaitEnd(50);
        assertThat(topic.mirrorOffset(OffsetSpec.earliest())).isZero();
        topic.awaitEqual();
    }

    @Test
    void beginsAtATime() {
        Mirrored topic = written("timed", 50);
        Instant between = Instant.ofEpochMilli(System.currentTimeMillis() + 1);
        topic.produce(10, "later");

        CLUSTERS.mirror(topic.topic(), "--config", "mirror.start.offset.spec=" + between);

        topic.awaitEnd(60);
        topic.awaitStart(50);
        LinkAdmin.Run wrong = CLUSTERS.linkAdmin()
                .run(
                        "create",
                        "--mirror-topic",
                        "never",
                        "--link",
                        "new",
                        "--config",
                        "mirror.start.offset.spec=yesterday");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.out() + wrong.err()).contains("'yesterday'", "2026-03-01T12:00:00Z");
    }

    private static Mirrored written(String name, int records) {
        CLUSTERS.source().topics().create(name, 1);
        Mirrored topic = new Mirrored(CLUSTERS, name);
        topic.produce(records, "early");
        return topic;
    }
}
