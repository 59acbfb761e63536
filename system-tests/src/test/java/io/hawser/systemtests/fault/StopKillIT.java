/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.records.Ledger;
import io.hawser.systemtests.records.TopicContents;
import io.hawser.systemtests.records.TopicReader;
import io.hawser.systemtests.records.TopicRecord;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The coordinator, or the leader of a partition, is killed at each step of a promotion and of a failover. All of them:
 * {@code -Pstress}, or {@code -Dhawser.stops.rounds}; by default some that a seed chooses.
 */
class StopKillIT {

    private static final int PARTITIONS = 3;
    private static final int ROUNDS = Integer.getInteger("hawser.stops.rounds", 2);
    private static final long SEED = Long.getLong("hawser.stops.seed", 101);

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
            ClusterSpec.named("source").shortLived(),
            ClusterSpec.named("destination").brokers(3).dedicatedController().shortLived());

    private enum Victim {
        COORDINATOR,
        LEADER
    }

    private record Round(String verb, StopSteps.Step step, Victim victim) {
        String topic() {
            return (verb + "-" + step + "-" + victim).toLowerCase(Locale.ROOT);
        }
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void opensNothingHalfWhoeverDiesAtWhicheverStep() throws Exception {
        List<Round> rounds = new ArrayList<>();
        for (String verb : List.of("failover", "promote")) {
            for (StopSteps.Step step : StopSteps.Step.values()) {
                for (Victim victim : Victim.values()) {
                    rounds.add(new Round(verb, step, victim));
                }
            }
        }
        Collections.shuffle(rounds, new Random(SEED));
        for (Round round : rounds.subList(0, Math.min(ROUNDS, rounds.size()))) {
            System.out.println(round);
            play(round);
        }
    }

    private static void play(Round round) throws Exception {
        String topic = round.topic();
        boolean failover = round.verb().equals("failover");
        source().topics().create(topic, PARTITIONS);
        Ledger written = write(topic);
        CLUSTERS.mirror(topic);
        try (KafkaProducer<String, String> open = transactional(topic);
                StopSteps steps = StopSteps.of(destination(), topic)) {
            if (failover) {
                open.beginTransaction();
                for (int number = 0; number < PARTITIONS; number++) {
                    open.send(new ProducerRecord<>(topic, number, "open", "lost"))
                            .get(30, TimeUnit.SECONDS);
                }
            }
            CLUSTERS.equality().awaitReplicas(topic);
            int victim = destination()
                    .topics()
                    .leader(round.victim() == Victim.COORDINATOR ? StopSteps.STATE_TOPIC : topic, 0)
                    .orElseThrow();
            try (FirstWrites writes = FirstWrites.to(destination(), topic, PARTITIONS)) {
                CompletableFuture<?> asked = CompletableFuture.runAsync(
                        () -> CLUSTERS.linkAdmin().run(round.verb(), "--mirror-topic", topic));
                steps.await(round.step());
                destination().kill(victim);
                asked.get(60, TimeUnit.SECONDS);
                Eventually.holds(() -> assertThat(
                                CLUSTERS.admin(round.verb(), "--mirror-topic", topic, "--wait", "--timeout", "40s")
                                        .out())
                        .contains("STOPPED"));
                List<Long> accepted = writes.awaitAll();

                List<Long> lastMirrored = steps.lastMirroredOffsets();
                for (int number = 0; number < PARTITIONS; number++) {
                    // The marker that aborts what was open comes first.
                    assertThat(accepted.get(number))
                            .as("first own record of partition %s, whose mirror ended at %s", number, lastMirrored)
                            .isGreaterThanOrEqualTo(lastMirrored.get(number) + (failover ? 1 : 0));
                }
            }
            destination().start(victim);
            destination().topics().awaitInSync(topic, 3);
        }
        TopicContents contents =
                new TopicReader(destination().adminProperties()).read(topic, IsolationLevel.READ_COMMITTED);
        assertThat(contents.lacking(written.committed())).isEmpty();
        assertThat(contents.records().map(each -> String.valueOf(each.key()))).noneMatch(key -> key.contains("open"));
        assertThat(contents.records()
                        .filter(each -> String.valueOf(each.key()).equals("own"))
                        .map(TopicRecord::partition)
                        .distinct())
                .as("partitions whose own records are behind no open transaction")
                .hasSize(PARTITIONS);
        CLUSTERS.admin("delete", "--mirror-topic", topic, "--force");
    }

    private static Ledger write(String topic) {
        WorkloadSpec spec = WorkloadSpec.of(topic, Mode.TRANSACTIONAL, Codec.LZ4, topic.hashCode())
                .maxRecords(100);
        return Workload.complete(spec, source().adminProperties());
    }

    private static KafkaProducer<String, String> transactional(String topic) {
        Map<String, Object> properties = new HashMap<>(source().adminProperties());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "left open in " + topic);
        KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
        producer.initTransactions();
        return producer;
    }

    private static ProcessCluster source() {
        return CLUSTERS.source();
    }

    private static ProcessCluster destination() {
        return CLUSTERS.destination();
    }
}
