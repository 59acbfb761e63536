/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A state topic that takes nothing for a while. */
class StateTopicIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ConfigResource STATE_TOPIC = new ConfigResource(ConfigResource.Type.TOPIC, "__hawser_state");

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(1, 1);

    @Test
    void takesNothingOfANewEpochBeforeTheEpochIsKept() throws Exception {
        Mirrored waiting = mirror("waiting");
        Mirrored known = mirror("known");
        CLUSTERS.source().restart(1);
        known.produce(10, "of the new epoch");
        known.awaitEnd(20);

        refuseWrites();
        waiting.produce(10, "of the new epoch");
        known.produce(10, "of the new epoch, which is kept");
        known.awaitEnd(30);
        Awaitility.await()
                .during(Duration.ofSeconds(1))
                .atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(waiting.mirrorOffset(OffsetSpec.latest())).isEqualTo(10));

        takeWrites();
        waiting.awaitEnd(20);
        waiting.awaitEqual();
    }

    @Test
    void endsAPromotionOfWhichNothingCouldBeKeptAtFirst() throws Exception {
        mirror("promoted");
        refuseWrites();
        LinkAdmin.Run waited =
                CLUSTERS.linkAdmin().run("promote", "--mirror-topic", "promoted", "--wait", "--timeout", "3s");
        assertThat(waited.exitCode()).as(waited.out() + waited.err()).isEqualTo(3);
        assertThat(Files.readString(CLUSTERS.destination().logFile(1)))
                .contains("Topic __hawser_state does not take what is written to it");

        takeWrites();

        CLUSTERS.admin("promote", "--mirror-topic", "promoted", "--wait", "--timeout", "40s");
        assertThat(CLUSTERS.admin("list", "--state", "STOPPED").out()).contains("promoted");
    }

    @Test
    void changesWhatTheBrokersHaveAndNotWhatTheyHaveToldSoFar() throws Exception {
        Mirrored topic = mirror("told");
        refuseWrites();
        CLUSTERS.admin("pause", "--mirror-topic", "told");

        CompletableFuture<LinkAdmin.Run> resumed =
                CompletableFuture.supplyAsync(() -> CLUSTERS.admin("resume", "--mirror-topic", "told"));

        assertThat(resumed).failsWithin(Duration.ofSeconds(3)).withThrowableOfType(TimeoutException.class);
        takeWrites();
        assertThat(resumed).succeedsWithin(LIMIT);
        topic.produce(10, "after the pause");
        topic.awaitEnd(20);
    }

    private static Mirrored mirror(String topic) {
        CLUSTERS.source().topics().create(topic, 1);
        CLUSTERS.mirror(topic);
        Mirrored mirrored = new Mirrored(CLUSTERS, topic);
        mirrored.produce(10, "of the first epoch");
        mirrored.awaitEnd(10);
        return mirrored;
    }

    /** No batch is as small as what the topic takes then. */
    private static void refuseWrites() throws Exception {
        alterState(AlterConfigOp.OpType.SET);
    }

    private static void takeWrites() throws Exception {
        alterState(AlterConfigOp.OpType.DELETE);
    }

    private static void alterState(AlterConfigOp.OpType change) throws Exception {
        ConfigEntry largest = new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "1");
        try (Admin admin = CLUSTERS.destination().admin()) {
            admin.incrementalAlterConfigs(Map.of(STATE_TOPIC, List.of(new AlterConfigOp(largest, change))))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }
}
