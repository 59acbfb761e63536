/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.link.LinkedClusters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One broker with one replica. */
class SingleReplicaIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ROUNDS = 9;

    /** Any request to the broker wakes who waits, and its own clients send one each half second: too late for these. */
    private static final long AT_ONCE_MS = 200;

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(1, 1);

    /** Without a follower nothing but the append itself moves the high watermark and wakes who waits for it. */
    @Test
    void wakesAConsumerThatWaitsOnAMirrorOfOneReplica() throws Exception {
        CLUSTERS.source().topics().create("alone", 1);
        CLUSTERS.mirror("alone", "--wait");
        List<Long> delaysMs = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = patientConsumer();
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        CLUSTERS.source().adminProperties(), new ByteArraySerializer(), new ByteArraySerializer())) {
            consumer.assign(List.of(new TopicPartition("alone", 0)));
            consumer.seek(new TopicPartition("alone", 0), 0);
            for (int round = 0; round < ROUNDS; round++) {
                assertThat(consumer.poll(Duration.ofMillis(100)))
                        .as("all read, the next fetch waits at the broker")
                        .isEmpty();
                delaysMs.add(delayMs(producer, consumer));
            }
        }

        delaysMs.sort(null);
        System.out.println("a waiting consumer had a new record of the source after ms: " + delaysMs);
        assertThat(delaysMs.get(ROUNDS / 2))
                .as("the middle one of %s", delaysMs)
                .isLessThan(AT_ONCE_MS);
    }

    /** From the source's acknowledgement to the consumer. */
    private static long delayMs(KafkaProducer<byte[], byte[]> producer, KafkaConsumer<byte[], byte[]> consumer)
            throws Exception {
        AtomicLong acknowledgedNs = new AtomicLong();
        var sent = producer.send(
                new ProducerRecord<>("alone", 0, null, "new".getBytes(StandardCharsets.UTF_8)),
                (metadata, error) -> acknowledgedNs.set(System.nanoTime()));
        long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        while (consumer.poll(Duration.ofSeconds(10)).isEmpty()) {
            assertThat(System.nanoTime()).as("the record has not come").isLessThan(deadlineNs);
        }
        long receivedNs = System.nanoTime();
        sent.get(30, TimeUnit.SECONDS);
        return Math.max(0, receivedNs - acknowledgedNs.get()) / 1_000_000;
    }

    private static KafkaConsumer<byte[], byte[]> patientConsumer() {
        Map<String, Object> properties = new HashMap<>(CLUSTERS.destination().adminProperties());
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5_000);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
