/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import io.hawser.admin.control.ClientSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * A producer that writes to a canary on the source at a steady rate, to all partitions in turn, and remembers what was
 * acknowledged.
 *
 * <p>Thread-safe; a thread of its own writes. It ends by itself when the topic is refused to it, as after a failover.
 */
final class Flow implements AutoCloseable {

    /** 200 records per second. */
    private static final long PAUSE_MS = 5;

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final KafkaProducer<String, String> producer;
    private final String topic;
    private final int partitions;
    private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean running = true;
    private volatile @Nullable Exception failure;

    Flow(ClientSettings source, String topic, int partitions) {
        this.producer = source.producer();
        this.topic = topic;
        this.partitions = partitions;
        this.thread = new Thread(this::run, "link-admin-canary-source");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** All so far. */
    Collection<Acknowledged> acknowledged() {
        return List.copyOf(acknowledged);
    }

    boolean isEmpty() {
        return acknowledged.isEmpty();
    }

    /** Why a record was refused; null if none was. */
    @Nullable
    Exception failure() {
        return failure;
    }

    private void run() {
        try {
            for (int number = 0; running && failure == null; number++) {
                int partition = number % partitions;
                producer.send(
                        new ProducerRecord<>(topic, partition, "canary", "record " + number + " of a link-admin drill"),
                        (metadata, error) -> {
                            if (error == null) {
                                acknowledged.add(new Acknowledged(partition, metadata.offset(), System.nanoTime()));
                            } else {
                                failure = error;
                            }
                        });
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException | IllegalStateException e) {
            failure = e;
        }
    }

    @Override
    public void close() {
        running = false;
        thread.interrupt();
        producer.close(CLOSE_LIMIT);
    }
}
