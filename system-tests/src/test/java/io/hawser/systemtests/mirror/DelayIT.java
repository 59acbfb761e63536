/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import io.hawser.systemtests.records.SegmentComparison;
import io.hawser.systemtests.records.TopicReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Mirrors that take only what is old enough, and failovers to a time or offset before a poisoned write. */
class DelayIT {

    private static final long DELAY_MS = 12_000;
    private static final String HOUR = "mirror.delay.ms=3600000";
    private static final long HOUR_MS = 3_600_000;

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(1, 2);

    @Test
    void showsRecordsWhenTheyAreOldEnoughAndNotBeforeAndAllOnceThatIsWanted() throws Exception {
        Mirrored topic = mirror("late", 1, "mirror.delay.ms=" + DELAY_MS);
        long writtenMs = System.currentTimeMillis();
        write("late", 0, writtenMs, "a", "b");

        topic.awaitDescribed("held back by the delay", "ACTIVE", "12s; what is younger is on the source only");
        String last = "";
        while (System.currentTimeMillis() - writtenMs < DELAY_MS - 5_000) {
            assertThat(end("late", 0)).isZero();
            last = describe("late");
        }
        // The lag is known as long as nothing is fetched, too.
        assertThat(last)
                .contains("\"state\" : \"ACTIVE\"", "\"delayMs\" : 12000", "\"lagRecords\" : 2,")
                .containsPattern("\"heldBackForMs\" : \\d");
        topic.awaitEnd(2);
        long ageMs = System.currentTimeMillis() - writtenMs;
        System.out.println("a batch with a delay of " + DELAY_MS + " ms was there when it was " + ageMs + " ms old");
        assertThat(ageMs).isBetween(DELAY_MS, DELAY_MS + 10_000);

        CLUSTERS.admin("alter", "--link", LinkedClusters.LINK, "--config", HOUR);
        CLUSTERS.admin("alter", "--mirror-topic", "late", "--delete-config", "mirror.delay.ms");
        write("late", 0, System.currentTimeMillis(), "c");
        topic.awaitDescribed("Delay:", "1h0m", "held back by the delay");
        CLUSTERS.admin("alter", "--mirror-topic", "late", "--config", "mirror.delay.ms=0");
        topic.awaitEnd(3);
        CLUSTERS.admin("alter", "--mirror-topic", "late", "--delete-config", "mirror.delay.ms");
        write("late", 0, System.currentTimeMillis(), "d");
        topic.awaitDescribed("held back by the delay");
        CLUSTERS.admin("promote", "--mirror-topic", "late", "--wait");
        CLUSTERS.admin("alter", "--link", LinkedClusters.LINK, "--delete-config", "mirror.delay.ms");
        assertThat(values("late")).containsExactly("a", "b", "c", "d");
    }

    /** A leader dies while it drops. */
    @Test
    void failsOverToTheTimeBeforeAPoisonedWriteThoughALeaderDies() throws Exception {
        Mirrored topic = mirror("orders", 2);
        long poisonMs = System.currentTimeMillis() - 1_000;
        for (int partition = 0; partition < 2; partition++) {
            write("orders", partition, poisonMs - 5_000, "good 1", "good 2");
            write("orders", partition, poisonMs - 1, "good 3");
        }
        write("orders", 0, poisonMs, "poison 1", "poison 2");
        write("orders", 0, poisonMs - 2_000, "behind the poison");
        topic.awaitEnd(6);
        Eventually.holds(() -> assertThat(end("orders", 1)).isEqualTo(3));
        topic.commit(CLUSTERS.destination(), "reader", 5, "kept");
        assertRefusals(topic.topic());

        LinkAdmin.Run dryRun = failOver("orders", "--to-timestamp", String.valueOf(poisonMs), "--dry-run");
        assertThat(dryRun.out()).contains("WOULD_FAILOVER", "3 (partition 0: 3 to 5)");
        failOver("orders", "--to-timestamp", String.valueOf(poisonMs));
        int victim = CLUSTERS.destination().topics().leader("orders", 0).orElseThrow();
        CLUSTERS.destination().kill(victim);
        LinkAdmin.Run failover = failOver("orders", "--to-timestamp", String.valueOf(poisonMs), "--wait");
        assertThat(failover.out()).contains("STOPPED", "3,3", "still on the source");
        assertThat(writeTo("orders", 0, "new").offset()).isEqualTo(3);
        CLUSTERS.destination().start(victim);

        assertThat(values("orders"))
                .containsExactlyInAnyOrder("good 1", "good 2", "good 3", "new", "good 1", "good 2", "good 3");
        assertThat(Objects.requireNonNull(topic.committed(CLUSTERS.destination(), "reader"))
                        .offset())
                .isEqualTo(3);
        assertReplicasEqual("orders", 2);
    }

    /** All of it is younger than the delay, so that nothing is here when it is asked for. */
    @Test
    void takesWhatIsOlderThanThePoisonFirstWhereADelayHasHeldItBack() throws Exception {
        Mirrored topic = mirror("early", 1, HOUR);
        long poisonMs = System.currentTimeMillis() - 1_000;
        write("early", 0, poisonMs - 2_000, "good");
        write("early", 0, poisonMs, "poison");
        topic.awaitDescribed("held back by the delay");
        assertThat(end("early", 0)).isZero();

        LinkAdmin.Run run = failOver("early", "--to-timestamp", String.valueOf(poisonMs), "--wait", "-o", "json");

        assertThat(run.out()).contains("STOPPED", "\"lastMirroredOffsets\" : \"1\"");
        assertThat(values("early")).containsExactly("good");
        assertReplicasEqual("early", 1);
    }

    @Test
    void staysWhenTheSourceTopicIsDeletedAndGoesToAnOffset() throws Exception {
        Mirrored topic = mirror("deleted", 1, HOUR);
        long nowMs = System.currentTimeMillis();
        write("deleted", 0, nowMs - 2 * HOUR_MS, "old 1");
        write("deleted", 0, nowMs - 2 * HOUR_MS, "old 2", "old 3");
        write("deleted", 0, nowMs, "young");
        topic.awaitEnd(3);
        topic.awaitDescribed("held back by the delay");

        try (Admin admin = CLUSTERS.source().admin()) {
            admin.deleteTopics(List.of("deleted")).all().get(30, TimeUnit.SECONDS);
        }
        topic.awaitDescribed("FAILED", "SOURCE_TOPIC_DELETED");
        assertThat(values("deleted")).containsExactly("old 1", "old 2", "old 3");
        failOver("deleted", "--to-offset", "0:2", "--wait");

        assertThat(values("deleted")).as("a batch goes as a whole").containsExactly("old 1");
        assertThat(writeTo("deleted", 0, "new").offset()).isEqualTo(1);
    }

    private static void assertRefusals(String topic) {
        assertRefused("OFFSET_OUT_OF_RANGE", "which has 0 to 5", topic, "--to-offset", "0:7");
        assertRefused("NO_SUCH_PARTITION", "no partition 2", topic, "--to-offset", "2:0");
        assertRefused("NOT_A_MIRROR", "not a mirror topic", "unknown", "--to-timestamp", "5");
    }

    private static void assertRefused(String code, String words, String topic, String... options) {
        LinkAdmin.Run run = CLUSTERS.linkAdmin().run(failover(topic, options));
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
        assertThat(run.out()).contains(code, words);
    }

    private static LinkAdmin.Run failOver(String topic, String... options) {
        return CLUSTERS.admin(failover(topic, options));
    }

    private static String[] failover(String topic, String... options) {
        String[] all = new String[options.length + 3];
        all[0] = "failover";
        all[1] = "--mirror-topic";
        all[2] = topic;
        System.arraycopy(options, 0, all, 3, options.length);
        return all;
    }

    private static Mirrored mirror(String topic, int partitions, String... configs) {
        CLUSTERS.source().topics().create(topic, partitions);
        String[] options = new String[2 * configs.length];
        for (int i = 0; i < configs.length; i++) {
            options[2 * i] = "--config";
            options[2 * i + 1] = configs[i];
        }
        CLUSTERS.mirror(topic, options);
        return new Mirrored(CLUSTERS, topic);
    }

    private static String describe(String topic) {
        return CLUSTERS.admin("describe", "--mirror-topic", topic, "-o", "json").out();
    }

    private static long end(String topic, int partition) {
        return new TopicReader(CLUSTERS.destination().adminProperties())
                .read(topic, IsolationLevel.READ_UNCOMMITTED)
                .endOffsets()
                .getOrDefault(partition, 0L);
    }

    private static List<String> values(String topic) {
        return new TopicReader(CLUSTERS.destination().adminProperties())
                .read(topic, IsolationLevel.READ_COMMITTED)
                .records()
                .map(each -> String.valueOf(each.value()))
                .toList();
    }

    private static void assertReplicasEqual(String topic, int partitions) {
        List<Path> folders = List.of(
                CLUSTERS.destination().dataDirectory(1), CLUSTERS.destination().dataDirectory(2));
        for (int partition = 0; partition < partitions; partition++) {
            SegmentComparison comparison = SegmentComparison.ofReplicas(topic, partition, folders);
            Eventually.holds(() -> {
                SegmentComparison.Result result = comparison.compare();
                assertThat(result.differences()).isEmpty();
                assertThat(result.replicas()).isEqualTo(2);
            });
        }
    }

    /** One batch whose records all have that time. */
    private static void write(String topic, int partition, long timestampMs, String... values) throws Exception {
        Map<String, Object> properties = new HashMap<>(CLUSTERS.source().adminProperties());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 1_000);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.partitionsFor(topic);
            for (String value : values) {
                producer.send(new ProducerRecord<>(topic, partition, timestampMs, null, value));
            }
            producer.flush();
        }
    }

    private static RecordMetadata writeTo(String topic, int partition, String value) throws Exception {
        Map<String, Object> properties = CLUSTERS.destination().adminProperties();
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            return producer.send(new ProducerRecord<>(topic, partition, null, value))
                    .get(30, TimeUnit.SECONDS);
        }
    }
}
