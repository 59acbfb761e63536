/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.Eventually;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Tries all the time to write to each partition of a topic until it could. Thread-safe. */
final class FirstWrites implements AutoCloseable {

    private final Map<Integer, Long> accepted = new ConcurrentHashMap<>();
    private final KafkaProducer<String, String> producer;
    private final String topic;
    private final int partitions;
    private final Thread thread = new Thread(this::run, "first-writes");
    private volatile boolean running = true;

    private FirstWrites(KafkaProducer<String, String> producer, String topic, int partitions) {
        this.producer = producer;
        this.topic = topic;
        this.partitions = partitions;
    }

    static FirstWrites to(ProcessCluster cluster, String topic, int partitions) {
        Map<String, Object> properties = new HashMap<>(cluster.adminProperties());
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 3_000);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 3_000);
        FirstWrites writes = new FirstWrites(
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer()), topic, partitions);
        writes.thread.start();
        return writes;
    }

    /** Offsets at which the first record of each partition was accepted. */
    List<Long> awaitAll() {
        Eventually.holds(() -> assertThat(accepted).hasSize(partitions));
        return IntStream.range(0, partitions).mapToObj(accepted::get).toList();
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        thread.join();
        producer.close();
    }

    private void run() {
        while (running) {
            for (int number = 0; number < partitions; number++) {
                try {
                    long offset = producer.send(new ProducerRecord<>(topic, number, "own", "own"))
                            .get()
                            .offset();
                    accepted.putIfAbsent(number, offset);
                } catch (ExecutionException e) {
                    // Refused, or its leader is gone: again.
                } catch (InterruptedException e) {
                    return;
                }
            }
        }
    }
}
