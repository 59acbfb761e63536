/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import io.hawser.systemtests.network.HeldAnswers;
import io.hawser.systemtests.network.TcpProxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An unclean election at the source: the mirror holds records that the source has lost, and the source has others at their
 * offsets. Two brokers on each side, so that every replica is compared.
 */
class DivergenceIT {

    private static final TcpProxy PROXY = TcpProxy.start();

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(2, 2)
            .behind(PROXY)
            .link("following", "mirror.divergence.policy=truncate")
            .link("patient", "request.timeout.ms=120000");

    @AfterAll
    static void close() {
        PROXY.close();
    }

    @Test
    void keepsWhatTheSourceLostUntilTheOwnerLetsItGo() throws Exception {
        Mirrored topic = mirror("kept", "east");
        diverge(topic);

        assertThat(topic.awaitDescribed("FAILED", "DIVERGED"))
                .contains("offsets 80 to 99", "--accept-divergence truncate");
        assertThat(topic.mirrorOffset(OffsetSpec.latest())).isEqualTo(100);
        commit(topic, "behind", 95);

        CLUSTERS.admin("resume", "--mirror-topic", topic.topic(), "--accept-divergence", "truncate");
        topic.awaitEnd(85);
        topic.awaitEqual();
        assertThat(committed(topic, "behind")).isEqualTo(80);
        topic.awaitDescribed("ACTIVE");
    }

    /** Neither an offset nor a batch's first offset tells then: the source has a batch that begins where the mirror ends. */
    @Test
    void findsOutThoughTheSourceHasGrownBeyondTheMirror() {
        Mirrored topic = mirror("overgrown", "east");
        UncleanElection election = new UncleanElection(CLUSTERS, topic);
        election.writeCommon();
        UncleanElection.Casualties casualties = election.loseTail();
        CLUSTERS.admin("pause", "--mirror-topic", topic.topic());
        topic.awaitDescribed("PAUSED");
        election.replaceTail(casualties, UncleanElection.LOST_END - UncleanElection.COMMON_END);
        topic.produce(20, "other, from where the mirror ends");

        CLUSTERS.admin("resume", "--mirror-topic", topic.topic());

        assertThat(topic.awaitDescribed("FAILED", "DIVERGED")).contains("offsets 80 to 99");
        assertThat(topic.mirrorOffset(OffsetSpec.latest())).isEqualTo(UncleanElection.LOST_END);
    }

    @Test
    void dropsWhatTheSourceLostFromAReplicaThatWasAwayToo() throws Exception {
        Mirrored topic = mirror("away", "following");
        UncleanElection election = new UncleanElection(CLUSTERS, topic);
        election.writeCommon();
        int leader = CLUSTERS.destination().topics().leader(topic.topic(), 0).orElseThrow();
        int follower = leader == 1 ? 2 : 1;
        UncleanElection.Casualties casualties = election.loseTail();
        CLUSTERS.destination().stop(follower);
        election.replaceTail(casualties, 25);
        topic.awaitEnd(105);

        CLUSTERS.destination().start(follower);
        topic.awaitReplicas(2);
        CLUSTERS.destination().topics().awaitInSync(topic.topic());
        topic.awaitEqual();
    }

    /**
     * The mirror's leader is paused with an answer on its way to it, of records that the source loses; it goes on when another
     * leads, leads again, and then has the answer.
     */
    @Test
    void appendsNothingThatItWasAnsweredBeforeAnotherLed() throws Exception {
        UncleanElection.createTopicOn(CLUSTERS, "stale", List.of(1, 2));
        CLUSTERS.mirrorBy("patient", "stale");
        Mirrored topic = new Mirrored(CLUSTERS, "stale");
        UncleanElection election = new UncleanElection(CLUSTERS, topic);
        election.writeCommon();
        UncleanElection.Casualties casualties = election.killFollowers();
        CLUSTERS.source().topics().awaitInSync(topic.topic(), 1);
        int leader = CLUSTERS.destination().topics().leader(topic.topic(), 0).orElseThrow();

        try (HeldAnswers held = HeldAnswers.of(PROXY, UncleanElection.LOST)) {
            election.writeTail();
            held.awaitOne();
            PROXY.hideLosses();
            CLUSTERS.destination().pause(leader);
            CLUSTERS.source().kill(casualties.leader());
            CLUSTERS.destination().topics().awaitLeaderOtherThan(leader, topic.topic(), 0);
            election.startWithoutTail(casualties);
            CLUSTERS.destination().resume(leader);
            CLUSTERS.destination().topics().electPreferredLeader(topic.topic(), 0);
            topic.awaitEnd(UncleanElection.COMMON_END);
        }

        election.writeOther(25);
        PROXY.cut();
        election.startRest(casualties);
        topic.awaitEnd(UncleanElection.COMMON_END + 25);
        topic.awaitEqual();
        topic.awaitDescribed("ACTIVE");
    }

    @Test
    void mirrorsTheTopicAnewWhenTheOwnerWantsThat() throws Exception {
        Mirrored topic = mirror("anew", "east");
        diverge(topic);
        topic.awaitDescribed("FAILED", "DIVERGED");

        CLUSTERS.admin("resume", "--mirror-topic", topic.topic(), "--accept-divergence", "recreate");

        topic.awaitEnd(85);
        topic.awaitDescribed("ACTIVE");
        topic.awaitEqual();
    }

    @Test
    void mirrorsATopicThatWasDeletedAndMadeAnewOnlyWhenTheOwnerWantsThat() throws Exception {
        Mirrored topic = mirror("reborn", "following");
        topic.produce(10, "first life");
        topic.awaitEnd(10);
        try (Admin admin = CLUSTERS.source().admin()) {
            admin.deleteTopics(List.of(topic.topic())).all().get(30, TimeUnit.SECONDS);
        }
        topic.awaitDescribed("FAILED", "SOURCE_TOPIC_DELETED");
        CLUSTERS.source().topics().create(topic.topic(), 1, 2, Map.of());
        topic.produce(30, "second life, and longer");

        topic.awaitDescribed("FAILED", "SOURCE_TOPIC_RECREATED");
        assertThat(topic.mirrorOffset(OffsetSpec.latest())).isEqualTo(10);
        CLUSTERS.admin("resume", "--mirror-topic", topic.topic(), "--accept-divergence", "recreate");

        topic.awaitEnd(30);
        topic.awaitEqual();
    }

    /** The source loses offsets 80 to 99 and has five others there. */
    private static void diverge(Mirrored topic) {
        UncleanElection election = new UncleanElection(CLUSTERS, topic);
        election.writeCommon();
        election.replaceTail(election.loseTail(), 5);
    }

    private static Mirrored mirror(String name, String link) {
        UncleanElection.createTopic(CLUSTERS, name, 2);
        CLUSTERS.mirrorBy(link, name);
        return new Mirrored(CLUSTERS, name);
    }

    private static void commit(Mirrored topic, String group, long offset) throws Exception {
        try (Admin admin = CLUSTERS.destination().admin()) {
            admin.alterConsumerGroupOffsets(
                            group, Map.of(new TopicPartition(topic.topic(), 0), new OffsetAndMetadata(offset)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static long committed(Mirrored topic, String group) throws Exception {
        try (Admin admin = CLUSTERS.destination().admin()) {
            return admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(30, TimeUnit.SECONDS)
                    .get(new TopicPartition(topic.topic(), 0))
                    .offset();
        }
    }
}
