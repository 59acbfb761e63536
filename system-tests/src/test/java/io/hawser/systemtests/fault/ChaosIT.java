/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.records.Ledger;
import io.hawser.systemtests.records.TopicReader;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Brokers of both sides are killed, paused and restarted, one at a time and in an order that a seed gives, while all kinds of
 * producers write. For longer: {@code -Pstress}, or {@code -Dhawser.chaos.seconds}.
 */
class ChaosIT {

    private static final String TOPIC = "chaos";
    private static final int PARTITIONS = 4;
    private static final int SECONDS = Integer.getInteger("hawser.chaos.seconds", 20);
    private static final long SEED = Long.getLong("hawser.chaos.seed", 1);

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(2, 2);

    @Test
    @Timeout(value = 90, unit = TimeUnit.MINUTES)
    void losesDoublesAndMixesNothing() {
        CLUSTERS.source().topics().create(TOPIC, PARTITIONS, 2, Map.of());
        CLUSTERS.mirror(TOPIC);
        Random random = new Random(SEED);
        List<String> done = new ArrayList<>();
        List<Workload> workloads = List.of(
                workload(Mode.PLAIN, Codec.NONE, 1),
                workload(Mode.IDEMPOTENT, Codec.LZ4, 2),
                workload(Mode.TRANSACTIONAL, Codec.ZSTD, 3));
        try {
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (System.nanoTime() < endNs) {
                done.add(trouble(random));
                workloads.forEach(workload -> workload.awaitProgress(20));
            }
        } finally {
            System.out.printf("seed %d: %s%n", SEED, done);
        }
        List<Ledger> ledgers = workloads.stream().map(Workload::stop).toList();

        CLUSTERS.equality().await(TOPIC, PARTITIONS);
        var mirrored =
                new TopicReader(CLUSTERS.destination().adminProperties()).read(TOPIC, IsolationLevel.READ_COMMITTED);
        ledgers.stream()
                .filter(ledger -> ledger.failedSends() == 0)
                .forEach(ledger ->
                        assertThat(mirrored.lacking(ledger.committed())).isEmpty());
    }

    /** Does something to one broker and waits until it is back; returns what it did. */
    private static String trouble(Random random) {
        boolean ofSource = random.nextInt(3) == 0;
        ProcessCluster cluster = ofSource ? CLUSTERS.source() : CLUSTERS.destination();
        int broker = 1 + random.nextInt(2);
        int kind = random.nextInt(3);
        switch (kind) {
            case 0 -> {
                cluster.kill(broker);
                cluster.start(broker);
            }
            case 1 -> cluster.restart(broker);
            default -> {
                cluster.pause(broker);
                cluster.topics().awaitLeaderOtherThan(broker, TOPIC, random.nextInt(PARTITIONS));
                cluster.resume(broker);
            }
        }
        cluster.topics().awaitInSync(TOPIC);
        return List.of("kill", "restart", "pause").get(kind) + " " + cluster.name() + " " + broker;
    }

    private static Workload workload(Mode mode, Codec codec, long seed) {
        return Workload.start(
                WorkloadSpec.of(TOPIC, mode, codec, seed).recordsPerSecond(200),
                CLUSTERS.source().adminProperties());
    }
}
