/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.reverse;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.MirrorEquality;
import io.hawser.systemtests.records.TopicReader;
import io.hawser.systemtests.records.TopicRecord;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Brokers die while topics become mirrors again. East is the cluster that was written to first. More often: {@code -Pstress}, or
 * {@code -Dhawser.reverse.rounds}.
 */
class ReverseKillIT {

    private static final List<String> TOPICS = List.of("a", "b");
    private static final int PARTITIONS = 3;
    private static final int ROUNDS = Integer.getInteger("hawser.reverse.rounds", 1);
    private static final int RECORDS = 300;
    private static final int LATEST_KILL_MS = 1_500;
    private static final String STATE_TOPIC = "__hawser_state";

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
                    ClusterSpec.named("source")
                            .brokers(3)
                            .dedicatedController()
                            .plugin()
                            .shortLived(),
                    ClusterSpec.named("destination").shortLived())
            .link(LinkedClusters.LINK, "source.fence.enable=false");

    @TempDir
    static Path folder;

    private final Random random = new Random(20_261_122);

    /** The coordinator in even rounds, the leader of a partition in odd ones, at some moment of the way. */
    @Test
    void losesNothingWhoeverDiesOnTheWay() {
        LinkAdmin inEast = new LinkAdmin(CLUSTERS.source(), folder);
        inEast.createLink("west", CLUSTERS.destination(), "source.fence.enable=false")
                .orFail();
        TOPICS.forEach(topic -> {
            east().topics().create(topic, PARTITIONS, 3, Map.of("min.insync.replicas", "2"));
            write(east(), topic);
            CLUSTERS.mirror(topic);
            CLUSTERS.equality().awaitReplicas(topic);
        });
        String all = String.join(",", TOPICS);
        for (int round = 0; round < ROUNDS; round++) {
            CLUSTERS.admin("failover", "--mirror-topic", all, "--wait");
            TOPICS.forEach(topic -> write(east(), topic));
            TOPICS.forEach(topic -> write(west(), topic));
            Map<String, Set<String>> dropped =
                    TOPICS.stream().collect(Collectors.toMap(topic -> topic, topic -> readable(topic, west())));

            inEast.run("reverse", "--mirror-topic", all, "--link", "west").orFail();
            int victim = kill(round);
            inEast.run("reverse", "--mirror-topic", all, "--link", "west", "--wait", "--timeout", "2m")
                    .orFail();
            east().start(victim);

            for (String topic : TOPICS) {
                east().topics().awaitInSync(topic, 3);
                new MirrorEquality(west(), east()).awaitReturned(topic);
                assertThat(saved(topic)).as("round %s, %s", round, topic).containsAll(dropped.get(topic));
            }
            inEast.run("promote", "--mirror-topic", all, "--wait").orFail();
            CLUSTERS.admin("reverse", "--mirror-topic", all, "--link", LinkedClusters.LINK, "--wait");
        }
    }

    private int kill(int round) {
        int delayMs = random.nextInt(LATEST_KILL_MS);
        String topic = round % 2 == 0 ? STATE_TOPIC : TOPICS.get(random.nextInt(TOPICS.size()));
        long atNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMs);
        int victim = east().topics().leader(topic, 0).orElseThrow();
        while (System.nanoTime() < atNs) {
            Thread.onSpinWait();
        }
        east().kill(victim);
        Eventually.holds(() -> east().topics().awaitLeaderOtherThan(victim, topic, 0));
        return victim;
    }

    /** Contents of what only east has: the committed records beyond what both have. */
    private static Set<String> readable(String topic, ProcessCluster other) {
        Set<String> here = contents(east(), topic);
        here.removeAll(contents(other, topic));
        return here;
    }

    private static Set<String> saved(String topic) {
        return contents(east(), SideTopic.of(east(), topic));
    }

    private static Set<String> contents(ProcessCluster cluster, String topic) {
        return new TopicReader(cluster.adminProperties())
                .read(topic, IsolationLevel.READ_COMMITTED)
                .records()
                .map(ReverseKillIT::content)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String content(TopicRecord record) {
        return record.partition() + " " + record.timestamp() + " " + record.key() + " " + record.value();
    }

    private static ProcessCluster east() {
        return CLUSTERS.source();
    }

    private static ProcessCluster west() {
        return CLUSTERS.destination();
    }

    private void write(ProcessCluster cluster, String topic) {
        WorkloadSpec spec = WorkloadSpec.of(topic, Mode.TRANSACTIONAL, Codec.LZ4, random.nextLong())
                .maxRecords(RECORDS);
        try (Workload workload = Workload.start(spec, cluster.adminProperties())) {
            workload.awaitEnd();
            assertThat(workload.stop().failure()).isNull();
        }
    }
}
