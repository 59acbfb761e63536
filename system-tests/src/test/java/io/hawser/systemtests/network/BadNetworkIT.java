/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.Listener;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.records.TopicContents;
import io.hawser.systemtests.records.TopicReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A link whose way to the source drops packets, damages them, or answers nonsense. */
class BadNetworkIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String DAMAGED = "to-be-damaged";
    private static final int REQUEST_TIMEOUT_MS = 2_000;
    private static final int DISTANCE_MS = 80;

    private static final TcpProxy PROXY = TcpProxy.start();

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(1, 1)
            .behind(PROXY)
            .link(LinkedClusters.LINK, "request.timeout.ms=" + REQUEST_TIMEOUT_MS);

    @AfterEach
    void heal() {
        PROXY.heal();
    }

    @AfterAll
    static void closeProxy() {
        PROXY.close();
    }

    @Test
    void noticesASilentSourceGoesOnWhenItSpeaksAndFailsOverWhileItDoesNot() {
        mirror("silent");
        produce("silent", 0, "before");
        awaitEqual("silent");

        PROXY.goBlack();
        produce("silent", 0, "meanwhile");
        awaitDescribed("silent", "SOURCE_UNAVAILABLE", "SOURCE_UNREACHABLE", "keeps what comes next for about 6d");
        PROXY.heal();
        awaitEqual("silent");
        awaitDescribed("silent", "ACTIVE");

        PROXY.goBlack();
        LinkAdmin.Run run =
                CLUSTERS.linkAdmin().run("failover", "--mirror-topic", "silent", "--wait", "--timeout", "20s");
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).contains("STOPPED");
    }

    @Test
    void stopsTheDamagedPartitionAloneAndAppendsNothingOfItUntilItIsSoundAgain() {
        mirror("damaged");
        AtomicInteger damaged = new AtomicInteger();
        PROXY.tamper(frame -> damageRecord(frame, damaged));

        produce("damaged", 0, DAMAGED);
        produce("damaged", 1, "sound");

        awaitDescribed("damaged", "FAILED", "CORRUPT_BATCH");
        assertThat(damaged).hasPositiveValue();
        TopicContents mirrored = read(CLUSTERS.destination(), "damaged");
        assertThat(mirrored.records().map(each -> String.valueOf(each.key()))).containsExactly("sound");
        PROXY.heal();
        awaitEqual("damaged");
        awaitDescribed("damaged", "ACTIVE");
    }

    @Test
    void survivesAnswersThatAreNone() {
        mirror("nonsense");
        Random random = new Random(5);
        AtomicInteger spoiled = new AtomicInteger();
        PROXY.tamper(frame -> spoil(frame, random, spoiled));

        for (int i = 0; i < 20; i++) {
            produce("nonsense", i % 2, "record " + i);
        }
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertThat(spoiled).hasValueGreaterThan(30));
        PROXY.heal();

        awaitEqual("nonsense");
        assertThat(CLUSTERS.destination().isRunning(1)).isTrue();
    }

    @Test
    void takesNothingFromAnotherClusterAtTheSameAddress() {
        mirror("same-name");
        produce("same-name", 0, "genuine");
        awaitEqual("same-name");
        ProcessCluster other = startBehindProxy("other");
        other.topics().create("same-name", 2);
        produce(other, "same-name", 0, "genuine");
        produce(other, "same-name", 0, "foreign");

        PROXY.forwardTo(LinkedClusters.farPort(other));
        PROXY.cut();
        awaitDescribed("same-name", "SOURCE_CLUSTER_CHANGED", other.clusterId());
        assertThat(read(CLUSTERS.destination(), "same-name").count()).isEqualTo(1);
        PROXY.forwardTo(LinkedClusters.farPort(CLUSTERS.source()));
        PROXY.cut();
        produce("same-name", 0, "genuine again");

        awaitEqual("same-name");
    }

    @Test
    void tellsHowFarTheSourceIsAndWhatThatCosts() {
        PROXY.tamper(BadNetworkIT::late);
        LinkAdmin linkAdmin = CLUSTERS.linkAdmin();
        linkAdmin
                .run("create", "--link", "far", "--config", "bootstrap.servers=localhost:" + PROXY.port())
                .orFail();

        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(linkAdmin.run("probe", "--link", "far").out())
                                .containsPattern("Round trip: +[89]\\d\\.\\d ms")
                                .containsPattern("1 Gbit/s +\\d+ % +[1-9]"));
        PROXY.heal();
        assertThat(linkAdmin.run("probe", "--link", "nowhere").err()).contains("There is no link nowhere");
        linkAdmin.run("delete", "--link", "far", "--force").orFail();
    }

    /** As over a long line. */
    private static byte[] late(byte[] frame) {
        try {
            TimeUnit.MILLISECONDS.sleep(DISTANCE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return frame;
    }

    private static ProcessCluster startBehindProxy(String name) {
        return CLUSTERS.start(
                ClusterSpec.named(name).shortLived().listeners(Listener.PLAINTEXT, LinkedClusters.farListener(PROXY)));
    }

    /** Turns one bit of a record's value, as a bad cable does behind a checksum that does not see it. */
    private static byte[] damageRecord(byte[] frame, AtomicInteger damaged) {
        int at = new String(frame, StandardCharsets.ISO_8859_1).indexOf(DAMAGED);
        if (at >= 0) {
            frame[at] ^= 1;
            damaged.incrementAndGet();
        }
        return frame;
    }

    /** Every second answer is cut or made up; the correlation id stays, or the client would only hang up. */
    private static byte[] spoil(byte[] frame, Random random, AtomicInteger spoiled) {
        if (frame.length <= Integer.BYTES || random.nextBoolean()) {
            return frame;
        }
        spoiled.incrementAndGet();
        if (random.nextBoolean()) {
            return Arrays.copyOf(frame, Integer.BYTES + random.nextInt(frame.length - Integer.BYTES));
        }
        byte[] noise = new byte[frame.length];
        random.nextBytes(noise);
        return ByteBuffer.wrap(noise).put(frame, 0, Integer.BYTES).array();
    }

    private static void mirror(String topic) {
        CLUSTERS.source().topics().create(topic, 2);
        CLUSTERS.mirror(topic);
    }

    private static void produce(String topic, int partition, String key) {
        produce(CLUSTERS.source(), topic, partition, key);
    }

    private static void produce(ProcessCluster cluster, String topic, int partition, String key) {
        Map<String, Object> properties = new HashMap<>(cluster.adminProperties());
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, partition, key, key));
            producer.flush();
        }
    }

    private static void awaitDescribed(String topic, String... words) {
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(CLUSTERS.linkAdmin()
                                .run("describe", "--mirror-topic", topic)
                                .out())
                        .contains(words));
    }

    private static void awaitEqual(String topic) {
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
            TopicContents expected = read(CLUSTERS.source(), topic);
            assertThat(expected.count()).isPositive();
            assertThat(read(CLUSTERS.destination(), topic)).isEqualTo(expected);
        });
    }

    private static TopicContents read(ProcessCluster cluster, String topic) {
        return new TopicReader(cluster.adminProperties()).read(topic, IsolationLevel.READ_UNCOMMITTED);
    }
}
