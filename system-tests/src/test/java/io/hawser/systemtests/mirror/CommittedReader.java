/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;

/**
 * A read_committed consumer that stays, while other things happen to the topic that it reads. Thread-safe; a thread of its
 * own polls.
 */
final class CommittedReader implements AutoCloseable {

    private final List<TopicPartition> partitions;
    private final KafkaConsumer<String, String> consumer;
    private final List<String> values = new CopyOnWriteArrayList<>();
    private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::run, "committed-reader");
    private volatile boolean closing;

    private CommittedReader(List<TopicPartition> partitions, KafkaConsumer<String, String> consumer) {
        this.partitions = partitions;
        this.consumer = consumer;
    }

    static CommittedReader start(Map<String, Object> clientProperties, String topic, int partitions) {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, IsolationLevel.READ_COMMITTED.toString());
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        CommittedReader reader = new CommittedReader(
                IntStream.range(0, partitions)
                        .mapToObj(number -> new TopicPartition(topic, number))
                        .toList(),
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer()));
        reader.thread.setDaemon(true);
        reader.thread.start();
        return reader;
    }

    /** All that was shown so far. */
    List<String> values() {
        return List.copyOf(values);
    }

    /** Waits until it has come that far, or further, in each partition. */
    void awaitPositions(long offset) {
        Awaitility.await("a reader of " + partitions + " at " + offset)
                .atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(partitions)
                        .allMatch(partition -> positions.getOrDefault(partition, -1L) >= offset, "at " + offset));
    }

    @Override
    public void close() throws InterruptedException {
        closing = true;
        thread.join();
    }

    private void run() {
        try (consumer) {
            consumer.assign(partitions);
            while (!closing) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
                partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
            }
        }
    }
}
