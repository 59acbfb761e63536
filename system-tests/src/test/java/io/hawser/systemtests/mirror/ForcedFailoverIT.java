/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.documents.DocumentedCommands;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.records.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A failover while a broker of the destination is down, too, which alone has some of the partitions. */
class ForcedFailoverIT {

    private static final String TOPIC = "orders";
    private static final int PARTITIONS = 4;
    private static final int GONE = 2;

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(1, 2);

    @Test
    void leavesOutWhatHasNoLeaderUntilItHasOne() throws Exception {
        ProcessCluster source = CLUSTERS.source();
        ProcessCluster destination = CLUSTERS.destination();
        source.topics().create(TOPIC, PARTITIONS);
        CLUSTERS.admin("create", "--mirror-topic", TOPIC, "--link", LinkedClusters.LINK, "--replication-factor", "1");
        try (KafkaProducer<String, String> producer = transactional(source)) {
            producer.beginTransaction();
            sendToAll(producer, "committed");
            producer.commitTransaction();
            producer.beginTransaction();
            sendToAll(producer, "open");
            Eventually.holds(() -> assertThat(ends(destination, partitions(number -> true), false))
                    .allMatch(end -> end == 3));
            source.kill(1);
            producer.close(Duration.ZERO);
        }
        List<TopicPartition> lacking =
                partitions(number -> destination.topics().leader(TOPIC, number).orElseThrow() == GONE);
        List<TopicPartition> there = partitions(number -> !lacking.contains(new TopicPartition(TOPIC, number)));
        assertThat(lacking).isNotEmpty();
        assertThat(there).isNotEmpty();
        destination.kill(GONE);
        String numbers =
                lacking.stream().map(TopicPartition::partition).toList().toString();

        Eventually.holds(() -> assertThat(CLUSTERS.admin("failover", "--mirror-topic", TOPIC, "--dry-run")
                        .out())
                .contains("LEADER_UNAVAILABLE", "partitions " + numbers + " have no leader, and would be waited for"));
        LinkAdmin.Run waited =
                CLUSTERS.linkAdmin().run("failover", "--mirror-topic", TOPIC, "--wait", "--timeout", "15s");
        assertThat(waited.exitCode()).isEqualTo(3);
        assertThat(waited.out()).contains("PENDING_STOPPED", "LEADER_UNAVAILABLE", numbers);

        LinkAdmin.Run forced = DocumentedCommands.at(
                        DocumentedCommands.Place.RUNBOOK,
                        Map.of("west-1:9092", CLUSTERS.linkAdmin()),
                        CLUSTERS.folder())
                .run("failover --mirror-topic " + TOPIC + " --force", "west-1:9092");

        assertThat(forced.out())
                .contains("STOPPED", "LEADER_UNAVAILABLE", "partitions " + numbers + " had no leader", "unknown");
        try (KafkaProducer<String, String> producer = transactional(destination)) {
            producer.beginTransaction();
            for (TopicPartition partition : there) {
                send(producer, partition.partition(), "new");
            }
            producer.commitTransaction();

            destination.start(GONE);
            producer.beginTransaction();
            sendToAll(producer, "newer");
            producer.commitTransaction();
        }

        Eventually.holds(() -> {
            assertThat(CLUSTERS.admin("describe", "--mirror-topic", TOPIC).out())
                    .contains("Last mirrored:   3,3,3,3")
                    .doesNotContain("LEADER_UNAVAILABLE");
            List<TopicPartition> all = partitions(number -> true);
            assertThat(ends(destination, all, true)).isEqualTo(ends(destination, all, false));
        });
        assertThat(new TopicReader(destination.adminProperties())
                        .read(TOPIC, IsolationLevel.READ_COMMITTED)
                        .records()
                        .map(record -> String.valueOf(record.value())))
                .hasSize(PARTITIONS + there.size() + PARTITIONS)
                .noneMatch(value -> value.contains("open"));
    }

    private static List<TopicPartition> partitions(IntPredicate which) {
        return IntStream.range(0, PARTITIONS)
                .filter(which)
                .mapToObj(number -> new TopicPartition(TOPIC, number))
                .toList();
    }

    private static KafkaProducer<String, String> transactional(ProcessCluster cluster) {
        Map<String, Object> properties = new HashMap<>(cluster.adminProperties());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "payer");
        KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
        producer.initTransactions();
        return producer;
    }

    private static void sendToAll(KafkaProducer<String, String> producer, String value) throws Exception {
        for (int number = 0; number < PARTITIONS; number++) {
            send(producer, number, value);
        }
    }

    private static void send(KafkaProducer<String, String> producer, int partition, String value) throws Exception {
        producer.send(new ProducerRecord<>(TOPIC, partition, "key", value)).get(60, TimeUnit.SECONDS);
    }

    private static List<Long> ends(ProcessCluster cluster, List<TopicPartition> partitions, boolean stable)
            throws Exception {
        IsolationLevel isolation = stable ? IsolationLevel.READ_COMMITTED : IsolationLevel.READ_UNCOMMITTED;
        try (Admin admin = cluster.admin()) {
            List<Long> ends = new ArrayList<>();
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
            var result = admin.listOffsets(latest, new ListOffsetsOptions(isolation));
            for (TopicPartition partition : partitions) {
                ends.add(result.partitionResult(partition)
                        .get(20, TimeUnit.SECONDS)
                        .offset());
            }
            return ends;
        }
    }
}
