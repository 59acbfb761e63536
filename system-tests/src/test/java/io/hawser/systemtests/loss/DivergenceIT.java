/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.link.LinkAdmin;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An unclean election at the source: the mirror holds records that the source has lost, and the source has others at their
 * offsets. Two brokers on each side, so that every replica is compared.
 */
class DivergenceIT {

    @RegisterExtension
    static final TestClusters CLUSTERS = new TestClusters();

    private static ProcessCluster source;
    private static ProcessCluster destination;
    private static LinkAdmin linkAdmin;

    @BeforeAll
    static void startBothClusters() {
        source = CLUSTERS.start(
                ClusterSpec.named("source").brokers(2).dedicatedController().shortLived());
        destination = CLUSTERS.start(ClusterSpec.named("destination")
                .brokers(2)
                .dedicatedController()
                .plugin()
                .shortLived());
        linkAdmin = new LinkAdmin(destination, CLUSTERS.folder());
        linkAdmin.createLink("east", source).orFail();
        createLink("following", "truncate");
    }

    @Test
    void keepsWhatTheSourceLostUntilTheOwnerLetsItGo() throws Exception {
        Mirrored topic = mirror("kept", "east");
        diverge(topic);

        assertThat(topic.awaitDescribed("FAILED", "DIVERGED"))
                .contains("offsets 80 to 99", "--accept-divergence truncate");
        assertThat(topic.mirrorOffset(OffsetSpec.latest())).isEqualTo(100);
        commit(topic, "behind", 95);

        linkAdmin
                .run("resume", "--mirror-topic", topic.topic(), "--accept-divergence", "truncate")
                .orFail();
        topic.awaitEnd(85);
        topic.awaitEqual();
        assertThat(committed(topic, "behind")).isEqualTo(80);
        topic.awaitDescribed("ACTIVE");
    }

    @Test
    void dropsWhatTheSourceLostFromAReplicaThatWasAwayToo() throws Exception {
        Mirrored topic = mirror("away", "following");
        topic.produce(80, "common");
        topic.awaitEnd(80);
        int leader = destination.topics().leader(topic.topic(), 0).orElseThrow();
        int follower = leader == 1 ? 2 : 1;
        int sourceLeader = loseTail(topic);
        destination.stop(follower);
        source.start(sourceLeader == 1 ? 2 : 1);
        topic.produce(25, "other");
        topic.awaitEnd(105);

        destination.start(follower);
        source.start(sourceLeader);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(replicas(topic)).containsExactlyInAnyOrder(1, 2));
        destination.topics().awaitInSync(topic.topic());
        topic.awaitEqual();
    }

    @Test
    void mirrorsTheTopicAnewWhenTheOwnerWantsThat() throws Exception {
        Mirrored topic = mirror("anew", "east");
        diverge(topic);
        topic.awaitDescribed("FAILED", "DIVERGED");

        linkAdmin
                .run("resume", "--mirror-topic", topic.topic(), "--accept-divergence", "recreate")
                .orFail();

        topic.awaitEnd(85);
        topic.awaitDescribed("ACTIVE");
        topic.awaitEqual();
    }

    @Test
    void mirrorsATopicThatWasDeletedAndMadeAnewOnlyWhenTheOwnerWantsThat() throws Exception {
        Mirrored topic = mirror("reborn", "following");
        topic.produce(10, "first life");
        topic.awaitEnd(10);
        try (Admin admin = source.admin()) {
            admin.deleteTopics(List.of(topic.topic())).all().get(30, TimeUnit.SECONDS);
        }
        topic.awaitDescribed("FAILED", "SOURCE_TOPIC_DELETED");
        source.topics().create(topic.topic(), 1, 2, Map.of());
        topic.produce(30, "second life, and longer");

        topic.awaitDescribed("FAILED", "SOURCE_TOPIC_RECREATED");
        assertThat(topic.mirrorOffset(OffsetSpec.latest())).isEqualTo(10);
        linkAdmin
                .run("resume", "--mirror-topic", topic.topic(), "--accept-divergence", "recreate")
                .orFail();

        topic.awaitEnd(30);
        topic.awaitEqual();
    }

    /** The source loses offsets 80 to 99 and has five others there. */
    private static void diverge(Mirrored topic) {
        topic.produce(80, "common");
        topic.awaitEnd(80);
        int leader = loseTail(topic);
        source.start(leader == 1 ? 2 : 1);
        topic.produce(5, "other");
        source.start(leader);
        source.topics().awaitInSync(topic.topic());
    }

    /** Lets the source's leader alone take 20 records, which are mirrored, and die with them; returns that leader. */
    private static int loseTail(Mirrored topic) {
        source.topics().awaitInSync(topic.topic());
        int leader = source.topics().leader(topic.topic(), 0).orElseThrow();
        source.kill(leader == 1 ? 2 : 1);
        topic.produce(20, "lost");
        topic.awaitEnd(100);
        source.kill(leader);
        return leader;
    }

    private static Mirrored mirror(String name, String link) {
        source.topics()
                .create(name, 1, 2, Map.of("unclean.leader.election.enable", "true", "min.insync.replicas", "1"));
        linkAdmin
                .run("create", "--mirror-topic", name, "--link", link, "--replication-factor", "2")
                .orFail();
        return new Mirrored(source, destination, linkAdmin, name);
    }

    private static void createLink(String name, String divergencePolicy) {
        linkAdmin
                .run(
                        "create",
                        "--link",
                        name,
                        "--config",
                        "bootstrap.servers=" + source.bootstrapServers(),
                        "--config",
                        "mirror.divergence.policy=" + divergencePolicy)
                .orFail();
    }

    private static void commit(Mirrored topic, String group, long offset) throws Exception {
        try (Admin admin = destination.admin()) {
            admin.alterConsumerGroupOffsets(
                            group, Map.of(new TopicPartition(topic.topic(), 0), new OffsetAndMetadata(offset)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static long committed(Mirrored topic, String group) throws Exception {
        try (Admin admin = destination.admin()) {
            return admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(30, TimeUnit.SECONDS)
                    .get(new TopicPartition(topic.topic(), 0))
                    .offset();
        }
    }

    private static List<Integer> replicas(Mirrored topic) throws Exception {
        try (Admin admin = destination.admin()) {
            return admin
                    .describeTopics(List.of(topic.topic()))
                    .allTopicNames()
                    .get(30, TimeUnit.SECONDS)
                    .get(topic.topic())
                    .partitions()
                    .get(0)
                    .replicas()
                    .stream()
                    .map(node -> node.id())
                    .toList();
        }
    }
}
