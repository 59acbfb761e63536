/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.latency;

import io.hawser.benchmarks.Percentiles;
import io.hawser.systemtests.cluster.ProcessCluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;

/** Records that hold the time at which they were sent, one by one, from one cluster to another. Confined to one thread. */
final class TimedRecords implements AutoCloseable {

    static final int PER_SECOND = 200;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final TopicPartition partition;
    private final KafkaProducer<Long, Long> producer;
    private final KafkaConsumer<Long, Long> consumer;

    /**
     * @param from where records are produced
     * @param to where they are consumed; may be the same
     */
    TimedRecords(TopicPartition partition, ProcessCluster from, ProcessCluster to) {
        this.partition = partition;
        Map<String, Object> properties = new HashMap<>(from.adminProperties());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        producer = new KafkaProducer<>(properties, new LongSerializer(), new LongSerializer());
        consumer = new KafkaConsumer<>(to.adminProperties(), new LongDeserializer(), new LongDeserializer());
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
    }

    void sendOne() throws Exception {
        producer.send(record()).get(10, TimeUnit.SECONDS);
    }

    void awaitOne() {
        long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        while (consumer.poll(Duration.ofMillis(10)).isEmpty()) {
            if (System.nanoTime() > deadlineNs) {
                throw new IllegalStateException("No record of " + partition + " arrived within " + LIMIT);
            }
        }
    }

    /** @param warmUp how many records go before those that are measured */
    Percentiles measure(int warmUp, int records) {
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
        long[] micros = new long[records];
        int read = 0;
        ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
        try {
            sender.scheduleAtFixedRate(
                    () -> producer.send(record()), 0, TimeUnit.SECONDS.toMicros(1) / PER_SECOND, TimeUnit.MICROSECONDS);
            while (read < warmUp + records) {
                for (ConsumerRecord<Long, Long> each : consumer.poll(Duration.ofSeconds(1))) {
                    if (read >= warmUp && read < warmUp + records) {
                        micros[read - warmUp] = (System.nanoTime() - each.value()) / 1_000;
                    }
                    read++;
                }
            }
        } finally {
            sender.shutdownNow();
        }
        return Percentiles.of(micros);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        consumer.close();
    }

    private ProducerRecord<Long, Long> record() {
        return new ProducerRecord<>(partition.topic(), partition.partition(), null, System.nanoTime());
    }
}
