/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.latency;

import io.hawser.systemtests.cluster.ProcessCluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A producer that writes records of 1 KiB at some rate until it is closed. One thread of its own. */
final class Load implements AutoCloseable {

    private static final int RECORD_BYTES = 1024;
    private static final long PAUSE_NS = 1_000_000;

    private final Thread thread;
    private volatile boolean running = true;

    /** @param bytesPerSecond {@link Long#MAX_VALUE} for as fast as it goes */
    Load(ProcessCluster cluster, TopicPartition partition, long bytesPerSecond) {
        Map<String, Object> properties = new HashMap<>(cluster.adminProperties());
        properties.put(ProducerConfig.ACKS_CONFIG, "1");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 * 1024);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        thread = new Thread(() -> write(properties, partition, bytesPerSecond), "load");
        thread.start();
    }

    private void write(Map<String, Object> properties, TopicPartition partition, long bytesPerSecond) {
        byte[] value = new byte[RECORD_BYTES];
        new Random(1).nextBytes(value);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            long startNs = System.nanoTime();
            long sent = 0;
            while (running) {
                double dueBytes = (System.nanoTime() - startNs) / 1e9 * bytesPerSecond;
                if (sent > dueBytes) {
                    LockSupport.parkNanos(PAUSE_NS);
                } else {
                    producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), null, value));
                    sent += RECORD_BYTES;
                }
            }
            producer.close(Duration.ofSeconds(5));
        }
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        thread.join();
    }
}
