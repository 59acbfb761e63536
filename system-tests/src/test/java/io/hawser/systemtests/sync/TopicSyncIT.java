/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.Topics;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.network.TcpProxy;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Configs and partitions of topics, and topics themselves, that change at the source. */
class TopicSyncIT {

    private static final String STATE_TOPIC = "__hawser_state";
    private static final String SOURCE_RETENTION = "86400000";
    private static final String SYNC_OFTEN = "topic.config.sync.ms=500";
    private static final String FILTERS = "auto.create.mirror.topics.filters={\"topicFilters\":["
            + "{\"name\":\"shop.\",\"patternType\":\"PREFIXED\",\"filterType\":\"INCLUDE\"},"
            + "{\"name\":\"shop[.]tmp.*\",\"patternType\":\"REGEX\",\"filterType\":\"EXCLUDE\"}]}";

    private static final TcpProxy PROXY = TcpProxy.start();

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
                    ClusterSpec.named("source").shortLived().property("log.retention.ms", SOURCE_RETENTION),
                    ClusterSpec.named("destination")
                            .brokers(2)
                            .dedicatedController()
                            .shortLived())
            .link(LinkedClusters.LINK, SYNC_OFTEN)
            .link(
                    "named",
                    SYNC_OFTEN,
                    "topic.config.sync.include=min.insync.replicas",
                    "topic.config.sync.exclude=retention.ms")
            .behind(PROXY)
            .link("shop", SYNC_OFTEN, "cluster.link.prefix=west.", "auto.create.mirror.topics.ms=3600000");

    @AfterAll
    static void closeProxy() {
        PROXY.close();
    }

    @Test
    void followsConfigsThatAreSetAndUnset() {
        source().create("set", 1, 1, Map.of("retention.ms", "111111111", "segment.ms", "7200000"));
        CLUSTERS.mirror("set");

        assertThat(destination().configs("set"))
                .containsEntry("retention.ms", "111111111")
                .containsEntry("segment.ms", "7200000")
                .containsEntry("unclean.leader.election.enable", "false");

        source().changeConfigs("set", Map.of("retention.ms", "222222222", "compression.type", "lz4"));
        Eventually.holds(() -> assertThat(destination().configs("set"))
                .containsEntry("retention.ms", "222222222")
                .containsEntry("compression.type", "lz4"));

        unset("set", "retention.ms");
        unset("set", "compression.type");
        unset("set", "segment.ms");
        Eventually.holds(() -> assertThat(destination().configs("set"))
                .containsEntry("retention.ms", SOURCE_RETENTION)
                .doesNotContainKeys("compression.type", "segment.ms"));
        assertThat(CLUSTERS.admin("describe", "--link", LinkedClusters.LINK).out())
                .contains("topic-configs", "partitions", "ACTIVE");
    }

    @Test
    void followsWhatTheLinkNamesBesidesAndNotWhatItLeavesOut() {
        source().create("named", 1, 1, Map.of("retention.ms", "111111111", "segment.ms", "7200000"));
        CLUSTERS.mirrorBy("named", "named");
        Map<String, String> asCreated = destination().configs("named");

        source().changeConfigs(
                        "named",
                        Map.of("retention.ms", "222222222", "min.insync.replicas", "2", "segment.ms", "3600000"));
        Eventually.holds(() -> assertThat(destination().configs("named")).containsEntry("segment.ms", "3600000"));

        assertThat(asCreated).containsEntry("segment.ms", "7200000").doesNotContainKey("retention.ms");
        assertThat(destination().configs("named"))
                .containsEntry("min.insync.replicas", "2")
                .doesNotContainKey("retention.ms");
    }

    /** A source that has lowered its limits may hold batches from before. */
    @Test
    void lowersTheLimitsOfSizeOnlyWhenTheMirrorHasAll() {
        source().create("limits", 1, 1, Map.of("max.message.bytes", "2000000"));
        CLUSTERS.mirror("limits");
        CLUSTERS.admin("pause", "--mirror-topic", "limits");
        write("limits", 50);

        source().changeConfigs("limits", Map.of("max.message.bytes", "500000", "retention.ms", "333333333"));
        Eventually.holds(() -> assertThat(destination().configs("limits")).containsEntry("retention.ms", "333333333"));

        assertThat(destination().configs("limits")).containsEntry("max.message.bytes", "2000000");
        CLUSTERS.admin("resume", "--mirror-topic", "limits");
        Eventually.holds(
                () -> assertThat(destination().configs("limits")).containsEntry("max.message.bytes", "500000"));
        CLUSTERS.equality().awaitReplicas("limits");
    }

    @Test
    void keepsWhatTheMirrorsOwnerWantsOtherwise() {
        source().create("own", 1, 1, Map.of("retention.ms", "111111111"));
        CLUSTERS.mirror("own", "--config", "retention.ms=5000000", "--config", "min.insync.replicas=2");
        source().changeConfigs("own", Map.of("retention.ms", "222222222", "segment.ms", "7200000"));
        Eventually.holds(() -> assertThat(destination().configs("own")).containsEntry("segment.ms", "7200000"));
        assertThat(destination().configs("own"))
                .containsEntry("retention.ms", "5000000")
                .containsEntry("min.insync.replicas", "2");

        CLUSTERS.admin(
                "alter", "--mirror-topic", "own", "--config", "segment.ms=3600000", "--delete-config", "retention.ms");

        assertThat(destination().configs("own"))
                .containsEntry("segment.ms", "3600000")
                .containsEntry("retention.ms", "222222222");
        LinkAdmin.Run wrong =
                CLUSTERS.linkAdmin().run("alter", "--mirror-topic", "own", "--config", "segment.ms=often");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.out()).contains("segment.ms");
        source().changeConfigs("own", Map.of("flush.ms", "60000"));
        Eventually.holds(() -> assertThat(destination().configs("own"))
                .containsEntry("flush.ms", "60000")
                .containsEntry("segment.ms", "3600000"));
    }

    @Test
    void getsThePartitionsThatTheSourceGets() {
        source().create("grown", 1);
        CLUSTERS.mirror("grown");
        write("grown", 100);

        source().grow("grown", 4);
        Eventually.holds(() -> assertThat(destination().partitions("grown")).isEqualTo(4));
        write("grown", 400);

        CLUSTERS.equality().awaitReplicas("grown");
        Eventually.holds(() -> assertThat(CLUSTERS.admin("describe", "--mirror-topic", "grown", "-o", "json")
                        .out())
                .contains("\"partition\" : 3"));
        LinkAdmin.Run failover = CLUSTERS.linkAdmin().run("failover", "--mirror-topic", "grown", "--wait");
        assertThat(failover.out() + failover.err()).contains("STOPPED");
    }

    @Test
    void makesMirrorsOfTheTopicsThatTheFiltersTake() {
        destination().create("west.shop.taken", 1);
        source().create("shop.orders", 2);
        source().create("shop.taken", 1);
        source().create("shop.tmp.1", 1);
        source().create("office", 1);
        write("shop.orders", 100);

        CLUSTERS.admin(
                "alter", "--link", "shop", "--config", FILTERS, "--config", "auto.create.mirror.topics.enable=true");
        Eventually.holds(() -> assertThat(destination().names()).contains("west.shop.orders"));
        CLUSTERS.equality().awaitMirror("shop.orders", "west.shop.orders");
        // A mirror that was made has the topics looked at once more, which is over when another look is.
        CLUSTERS.linkAdmin().run("discover", "--link", "shop");
        source().create("shop.new", 1);
        LinkAdmin.Run discovered = CLUSTERS.linkAdmin().run("discover", "--link", "shop");

        assertThat(discovered.out())
                .contains("west.shop.new")
                .contains("shop.taken", "exists here and is not a mirror");
        assertThat(discovered.exitCode()).isEqualTo(1);
        Eventually.holds(() -> assertThat(destination().names()).contains("west.shop.new"));
        assertThat(destination().names()).doesNotContain("west.shop.tmp.1", "west.office", "west.__consumer_offsets");
        assertThat(CLUSTERS.admin("describe", "--link", "shop").out()).contains("exists here and is not a mirror");
    }

    /** What the killed coordinator has begun or not, another one finishes. */
    @Test
    void goesOnWhenTheCoordinatorIsKilled() {
        source().create("orphan", 1, 1, Map.of("retention.ms", "111111111"));
        CLUSTERS.mirror("orphan");
        write("orphan", 50);
        int coordinator = destination().leader(STATE_TOPIC, 0).orElseThrow();

        source().grow("orphan", 3);
        source().changeConfigs("orphan", Map.of("retention.ms", "222222222"));
        CLUSTERS.destination().kill(coordinator);
        source().changeConfigs("orphan", Map.of("segment.ms", "7200000"));

        Eventually.holds(() -> assertThat(destination().configs("orphan"))
                .containsEntry("retention.ms", "222222222")
                .containsEntry("segment.ms", "7200000"));
        Eventually.holds(() -> assertThat(destination().partitions("orphan")).isEqualTo(3));
        CLUSTERS.destination().start(coordinator);
        write("orphan", 300);
        CLUSTERS.equality().awaitReplicas("orphan");
    }

    /** The source is given a config that Kafka does not have, as one of a later version may have it. */
    @Test
    void leavesOutWhatThisClusterKnowsNothingOf() {
        source().create("later", 1);
        CLUSTERS.mirror("later");
        PROXY.tamper(answer -> new String(answer, StandardCharsets.ISO_8859_1)
                .replace("flush.messages", "flush.massages")
                .getBytes(StandardCharsets.ISO_8859_1));

        source().changeConfigs("later", Map.of("flush.messages", "1000000", "retention.ms", "222222222"));

        Eventually.holds(() -> assertThat(destination().configs("later")).containsEntry("retention.ms", "222222222"));
        Eventually.holds(() -> assertThat(CLUSTERS.admin("describe", "--link", LinkedClusters.LINK)
                        .out())
                .contains("later: this cluster knows nothing of flush.massages"));
        PROXY.heal();
    }

    @Test
    void saysThatThereIsNothingToDoWithoutAnAuthorizer() {
        source().create("open", 1);
        CLUSTERS.mirror("open");

        CLUSTERS.admin(
                "alter",
                "--link",
                LinkedClusters.LINK,
                "--config",
                "acl.sync.enable=true",
                "--config",
                "acl.filters={\"aclFilters\":[{}]}");

        Eventually.holds(() -> assertThat(CLUSTERS.admin("describe", "--link", LinkedClusters.LINK)
                        .out())
                .contains("SKIPPED", "acls: NO_AUTHORIZER: the source has no authorizer"));
    }

    /** The mirrors that it was about to create another one creates, each of them once. */
    @Test
    void makesAllMirrorsWhenTheCoordinatorIsKilledMeanwhile() {
        int many = 200;
        List<String> topics =
                IntStream.range(0, many).mapToObj(number -> "mass." + number).toList();
        topics.forEach(topic -> source().create(topic, 1));
        int coordinator = destination().leader(STATE_TOPIC, 0).orElseThrow();

        CLUSTERS.admin(
                "alter",
                "--link",
                "shop",
                "--config",
                FILTERS.replace("shop.\"", "mass.\""),
                "--config",
                "auto.create.mirror.topics.enable=true");
        Eventually.holds(() -> assertThat(destination().names()).anyMatch(name -> name.startsWith("west.mass.")));
        CLUSTERS.destination().kill(coordinator);

        Eventually.holds(() -> assertThat(destination().names())
                .containsAll(topics.stream().map(topic -> "west." + topic).toList()));
        CLUSTERS.destination().start(coordinator);
        write("mass.7", 50);
        CLUSTERS.equality().awaitMirror("mass.7", "west.mass.7");
        Eventually.holds(() -> assertThat(CLUSTERS.admin("list", "--link", "shop", "--state", "ACTIVE")
                        .out()
                        .lines()
                        .filter(line -> line.startsWith("west.mass.")))
                .hasSize(many));
    }

    private static void unset(String topic, String key) {
        Map<String, @Nullable String> nothing = Collections.singletonMap(key, null);
        source().changeConfigs(topic, nothing);
    }

    private static void write(String topic, int records) {
        WorkloadSpec spec = WorkloadSpec.of(topic, Mode.IDEMPOTENT, Codec.LZ4, records)
                .recordsPerSecond(2_000)
                .maxRecords(records);
        Workload.complete(spec, CLUSTERS.source().adminProperties());
    }

    private static Topics source() {
        return CLUSTERS.source().topics();
    }

    private static Topics destination() {
        return CLUSTERS.destination().topics();
    }
}
