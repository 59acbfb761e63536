/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.records.Ledger;
import io.hawser.systemtests.records.TopicContents;
import io.hawser.systemtests.records.TopicReader;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The day of the disaster, on two fresh clusters, which therefore hand out the same producer ids. */
class FailoverIT {

    private static final String TOPIC = "payments";
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    private static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);

    @RegisterExtension
    final LinkedClusters clusters = LinkedClusters.ofBrokers(1, 2);

    @Test
    void makesTheMirrorWritableWithTheSourceDeadAndATransactionOpen() throws Exception {
        ProcessCluster source = clusters.source();
        ProcessCluster destination = clusters.destination();
        source.topics().create(TOPIC, 2);
        clusters.mirror(TOPIC);
        Ledger before = write(source, Mode.IDEMPOTENT, 1);
        KafkaProducer<String, String> open = openTransaction(source);
        try {
            awaitMirrored(source, destination);

            source.kill(1);
            LinkAdmin.Run failover = clusters.admin("failover", "--mirror-topic", TOPIC, "--wait");

            assertThat(failover.out()).contains("STOPPED");
            assertThat(ends(destination, IsolationLevel.READ_COMMITTED))
                    .as("the last stable offset has reached the end")
                    .isEqualTo(ends(destination, IsolationLevel.READ_UNCOMMITTED));
        } finally {
            open.close(Duration.ZERO);
        }
        Ledger idempotent = write(destination, Mode.IDEMPOTENT, 2);
        Ledger transactional = write(destination, Mode.TRANSACTIONAL, 3);
        destination.restart(destination.topics().leader(TOPIC, 0).orElseThrow());

        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            TopicContents contents =
                    new TopicReader(destination.adminProperties()).read(TOPIC, IsolationLevel.READ_COMMITTED);
            assertThat(contents.lacking(before.committed())).isEmpty();
            assertThat(idempotent.committed()).hasSize(200);
            assertThat(contents.lacking(idempotent.committed())).isEmpty();
            assertThat(contents.lacking(transactional.committed())).isEmpty();
            assertThat(contents.records().map(each -> String.valueOf(each.key())))
                    .noneMatch(key -> key.contains("never-committed"));
        });
    }

    @Test
    void opensNothingToProducersBeforeTheFailover() {
        ProcessCluster destination = clusters.destination();
        clusters.source().topics().create(TOPIC, 2);
        clusters.mirror(TOPIC);

        Ledger refused = write(destination, Mode.IDEMPOTENT, 4);
        destination.restart(destination.topics().leader(TOPIC, 0).orElseThrow());
        Ledger refusedAfterRestart = write(destination, Mode.PLAIN, 5);

        assertThat(refused.committed()).isEmpty();
        assertThat(refusedAfterRestart.committed()).isEmpty();
        assertThat(ends(destination, IsolationLevel.READ_UNCOMMITTED).values()).containsOnly(0L);
    }

    private static KafkaProducer<String, String> openTransaction(ProcessCluster cluster) throws Exception {
        Map<String, Object> properties = new HashMap<>(cluster.adminProperties());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "left-open");
        KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOPIC, 0, "never-committed", "lost")).get(10, TimeUnit.SECONDS);
        return producer;
    }

    private static void awaitMirrored(ProcessCluster source, ProcessCluster destination) {
        Map<TopicPartition, Long> ends = ends(source, IsolationLevel.READ_UNCOMMITTED);
        Eventually.holds(() ->
                assertThat(ends(destination, IsolationLevel.READ_UNCOMMITTED)).isEqualTo(ends));
    }

    private static Map<TopicPartition, Long> ends(ProcessCluster cluster, IsolationLevel isolation) {
        try (Admin admin = cluster.admin()) {
            return admin
                    .listOffsets(
                            Map.of(FIRST, OffsetSpec.latest(), SECOND, OffsetSpec.latest()),
                            new ListOffsetsOptions(isolation))
                    .all()
                    .get(20, TimeUnit.SECONDS)
                    .entrySet()
                    .stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, entry -> entry.getValue().offset()));
        } catch (Exception e) {
            throw new IllegalStateException("no end offsets of " + TOPIC, e);
        }
    }

    private static Ledger write(ProcessCluster cluster, Mode mode, long seed) {
        WorkloadSpec spec = WorkloadSpec.of(TOPIC, mode, Codec.LZ4, seed)
                .recordsPerSecond(2_000)
                .maxRecords(200);
        return Workload.complete(spec, cluster.adminProperties());
    }
}
