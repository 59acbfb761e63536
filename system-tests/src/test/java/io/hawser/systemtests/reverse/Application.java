/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.reverse;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ProcessCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A transactional producer and a consumer group, which move from cluster to cluster. Confined to the test's thread. */
final class Application {

    static final String GROUP = "readers";

    private static final int RECORDS_PER_TRANSACTION = 10;
    private static final int RECORDS_PER_POLL = 7;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final String topic;
    private final List<String> written = new ArrayList<>();
    private final List<String> read = new ArrayList<>();

    Application(String topic) {
        this.topic = topic;
    }

    /** Begins anew with its transactional id, commits so many transactions and aborts one. */
    void write(ProcessCluster cluster, int transactions) {
        Map<String, Object> properties = new HashMap<>(cluster.adminProperties());
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "writer");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            for (int transaction = 0; transaction < transactions; transaction++) {
                List<String> values = new ArrayList<>();
                producer.beginTransaction();
                for (int number = 0; number < RECORDS_PER_TRANSACTION; number++) {
                    String value = String.valueOf(written.size() + number);
                    producer.send(new ProducerRecord<>(topic, value, value));
                    values.add(value);
                }
                producer.commitTransaction();
                written.addAll(values);
            }
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, "aborted", "aborted"));
            producer.flush();
            producer.abortTransaction();
        }
    }

    /** The group goes on where it had committed, until it has got so many records. */
    void readSome(ProcessCluster cluster, int records) {
        int wanted = read.size() + records;
        readUntil(cluster, () -> read.size() >= wanted);
    }

    /** The group goes on where it had committed, until it has got all that was committed. */
    void readAll(ProcessCluster cluster) {
        readUntil(cluster, () -> new HashSet<>(read).containsAll(written));
    }

    private void readUntil(ProcessCluster cluster, BooleanSupplier done) {
        Map<String, Object> properties = new HashMap<>(cluster.adminProperties());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_PER_POLL);
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            long deadlineNs = System.nanoTime() + LIMIT.toNanos();
            while (!done.getAsBoolean()) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    read.add(record.value());
                }
                consumer.commitSync();
                assertThat(System.nanoTime())
                        .as("%s read of %s", read.size(), written.size())
                        .isLessThan(deadlineNs);
            }
        }
    }

    List<String> written() {
        return written;
    }

    List<String> readTwice() {
        Set<String> once = new HashSet<>();
        return read.stream().filter(value -> !once.add(value)).toList();
    }

    /** In the order in which the group got them, on all clusters. */
    List<String> read() {
        return read;
    }
}
