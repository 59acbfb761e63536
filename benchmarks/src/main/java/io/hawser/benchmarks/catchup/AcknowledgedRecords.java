/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

import io.hawser.benchmarks.Percentiles;
import io.hawser.systemtests.cluster.ProcessCluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Records of 1 KiB, 500 per second, and how long each takes to be acknowledged. Confined to one thread. */
final class AcknowledgedRecords implements AutoCloseable {

    static final String TOPIC = "local";
    private static final long INTERVAL_NS = 2_000_000;
    private static final byte[] VALUE = new byte[1024];

    private final KafkaProducer<byte[], byte[]> producer;

    AcknowledgedRecords(ProcessCluster cluster) {
        Map<String, Object> properties = new HashMap<>(cluster.adminProperties());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    Percentiles measureWhile(BooleanSupplier condition) {
        Queue<Long> micros = new ConcurrentLinkedQueue<>();
        long dueNs = System.nanoTime();
        while (condition.getAsBoolean()) {
            long sentNs = System.nanoTime();
            producer.send(
                    new ProducerRecord<>(TOPIC, VALUE),
                    (metadata, error) -> micros.add((System.nanoTime() - sentNs) / 1_000));
            dueNs += INTERVAL_NS;
            LockSupport.parkNanos(dueNs - System.nanoTime());
        }
        producer.flush();
        return Percentiles.of(micros.stream().mapToLong(Long::longValue).toArray());
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
