/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import io.hawser.admin.control.ClientSettings;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * A producer that tries to write to each partition of a mirror until it has been acknowledged a record there: what an application
 * that has moved over sees of a failover.
 *
 * <p>Thread-safe; a thread of its own writes.
 */
final class FirstWrites implements AutoCloseable {

    private static final long PAUSE_MS = 10;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final KafkaProducer<String, String> producer;
    private final String topic;
    private final int partitions;
    private final Map<Integer, Long> acknowledgedNs = new ConcurrentHashMap<>();
    private final Set<Integer> onTheirWay = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean running = true;
    private volatile String refusal = "nothing was answered";

    /** Knows the partitions' leaders when it returns, as a client that has been reading does. */
    FirstWrites(ClientSettings destination, String topic, int partitions) {
        this.producer = destination.producer();
        this.topic = topic;
        this.partitions = partitions;
        this.thread = new Thread(this::run, "link-admin-canary-destination");
        thread.setDaemon(true);
        producer.partitionsFor(topic);
    }

    void start() {
        thread.start();
    }

    /** When the last of the partitions had acknowledged its first record, by {@link System#nanoTime()}; empty before that. */
    OptionalLong allAtNs() {
        return acknowledgedNs.size() < partitions
                ? OptionalLong.empty()
                : acknowledgedNs.values().stream().mapToLong(Long::longValue).max();
    }

    /** Why the last record that was refused was. */
    String refusal() {
        return refusal;
    }

    private void run() {
        try {
            while (running && acknowledgedNs.size() < partitions) {
                IntStream.range(0, partitions)
                        .filter(partition -> !acknowledgedNs.containsKey(partition))
                        .filter(onTheirWay::add)
                        .forEach(this::send);
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException | IllegalStateException e) {
            // Closed, or nothing is known of the topic for long: it was not writable, and that is what is told.
            running = false;
        }
    }

    private void send(int partition) {
        producer.send(
                new ProducerRecord<>(
                        topic, partition, "canary", "first record after the failover of a link-admin drill"),
                (metadata, refused) -> {
                    if (refused == null) {
                        acknowledgedNs.putIfAbsent(partition, System.nanoTime());
                    } else {
                        refusal = String.valueOf(refused.getMessage());
                    }
                    onTheirWay.remove(partition);
                });
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
        producer.close(CLOSE_LIMIT);
    }
}
