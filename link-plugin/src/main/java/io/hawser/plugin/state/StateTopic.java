/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.state;

import io.hawser.definition.TopicNames;
import io.hawser.plugin.local.LocalCluster;
import io.hawser.status.CoordinatorEpoch;
import io.hawser.status.StateCodec;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes the state topic.
 *
 * <p>Law: writes reach the topic in the order of the calls. {@link #upToDate} completes only after all that was in the topic
 * when it was called can be seen in {@link #snapshot}.
 *
 * <p>Thread-safe; no call blocks. One thread reads, another sends: a producer may block for metadata, its callers may not.
 *
 * <p>Failure semantics: a write that fails, or that finds the queue full, fails its stage, and its key is among those
 * {@link #toWriteAgain()}. A reader that fails is made anew and reads from the beginning.
 */
public final class StateTopic implements StateStore, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StateTopic.class);
    private static final TopicPartition PARTITION = new TopicPartition(TopicNames.STATE_TOPIC, 0);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final int QUEUE_LIMIT = 100_000;
    private static final int MAX_BLOCK_MS = 10_000;

    /** What one answer or one round says of many partitions shall go in few batches. */
    private static final int LINGER_MS = 5;

    /** A client counts a record before it compresses it; lags of many partitions shrink to a tenth. */
    private static final int MAX_RECORD_BYTES = 8 * 1024 * 1024;

    private final LocalCluster local;
    private final Runnable onChange;
    private final StateSnapshot snapshot = new StateSnapshot();
    private final Queue<CompletableFuture<Void>> waiting = new ConcurrentLinkedQueue<>();
    private final ExecutorService writer = writerThread();
    private final Thread reader = new Thread(this::read, "hawser-state-reader");
    private final KafkaProducer<String, byte[]> producer;
    private final Set<String> failed = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean refusing = new AtomicBoolean();
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
    private volatile boolean running = true;

    /** @param onChange called after something new was read; must not block */
    public StateTopic(LocalCluster local, Runnable onChange) {
        this.local = local;
        this.onChange = onChange;
        this.producer = newProducer(local);
        reader.setDaemon(true);
        reader.start();
    }

    @Override
    public StateSnapshot snapshot() {
        return snapshot;
    }

    @Override
    public <V> CompletionStage<Void> write(StateKey<V> key, V value) {
        return send(key.text(), StateCodec.write(value), StateSnapshot.NO_COORDINATOR);
    }

    /**
     * As {@link #write(StateKey, Object)}, for a key that only the coordinator writes.
     *
     * @param epoch leader epoch of the topic under which this broker coordinates; once one of a higher epoch has written, this
     *     does not count any more
     */
    public <V> CompletionStage<Void> write(StateKey<V> key, V value, int epoch) {
        return send(key.text(), StateCodec.write(value), epoch);
    }

    /** Forgets a key. */
    public CompletionStage<Void> delete(String key) {
        return send(key, null, StateSnapshot.NO_COORDINATOR);
    }

    /** As {@link #delete(String)}, for a key that only the coordinator writes. */
    public CompletionStage<Void> delete(String key, int epoch) {
        return send(key, null, epoch);
    }

    @Override
    public Set<String> toWriteAgain() {
        Set<String> keys = new HashSet<>(snapshot.overwritten());
        keys.addAll(failed);
        return keys;
    }

    @Override
    public CompletionStage<Void> upToDate() {
        CompletableFuture<Void> future = new CompletableFuture<>();
        waiting.add(future);
        KafkaConsumer<String, byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        return future;
    }

    @Override
    public void close() {
        running = false;
        KafkaConsumer<String, byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        writer.shutdownNow();
        producer.close(CLOSE_LIMIT);
        try {
            reader.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletionStage<Void> send(String key, byte @Nullable [] value, int epoch) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        failed.remove(key);
        CompletionStage<Void> written = done.whenComplete((ok, error) -> written(key, error));
        try {
            writer.execute(() -> sendNow(key, value, epoch, done));
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(new KafkaException("the state topic takes no more writes now", e));
        }
        return written;
    }

    private void written(String key, @Nullable Throwable error) {
        if (error == null) {
            if (refusing.compareAndSet(true, false)) {
                LOG.info("Topic {} takes what is written to it again", PARTITION.topic());
            }
        } else {
            failed.add(key);
            if (running && refusing.compareAndSet(false, true)) {
                LOG.warn(
                        "Topic {} does not take what is written to it, now {}: {}. States that are shown are old, and"
                                + " promotions wait, until it does; that is tried again and again.",
                        PARTITION.topic(),
                        key,
                        error.toString());
            }
        }
    }

    private void sendNow(String key, byte @Nullable [] value, int epoch, CompletableFuture<Void> done) {
        try {
            ProducerRecord<String, byte[]> record = new ProducerRecord<>(PARTITION.topic(), 0, key, value);
            if (epoch != StateSnapshot.NO_COORDINATOR) {
                record.headers().add(CoordinatorEpoch.header(epoch));
            }
            producer.send(record, (metadata, error) -> {
                if (error == null) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(error);
                }
            });
        } catch (Throwable e) {
            done.completeExceptionally(e);
        }
    }

    private void read() {
        while (running) {
            try (KafkaConsumer<String, byte[]> fresh = newConsumer()) {
                consumer = fresh;
                fresh.assign(List.of(PARTITION));
                fresh.seekToBeginning(List.of(PARTITION));
                while (running) {
                    readMore(fresh);
                }
            } catch (RuntimeException | VirtualMachineError | LinkageError e) {
                LOG.warn("The state topic cannot be read; trying again: {}", e.toString());
                pause();
            }
        }
        consumer = null;
        failWaiting();
    }

    private void readMore(KafkaConsumer<String, byte[]> from) {
        try {
            boolean changed = false;
            for (ConsumerRecord<String, byte[]> record : from.poll(POLL)) {
                apply(record);
                changed = true;
            }
            if (changed) {
                onChange.run();
            }
            if (!waiting.isEmpty()) {
                settle(from);
            }
        } catch (WakeupException e) {
            if (running) {
                settle(from);
            }
        }
    }

    private void apply(ConsumerRecord<String, byte[]> record) {
        snapshot.apply(record.key(), record.value(), CoordinatorEpoch.of(record.headers()));
    }

    private void settle(KafkaConsumer<String, byte[]> from) {
        List<CompletableFuture<Void>> asked = new ArrayList<>();
        for (CompletableFuture<Void> next = waiting.poll(); next != null; next = waiting.poll()) {
            asked.add(next);
        }
        if (asked.isEmpty()) {
            return;
        }
        try {
            long end = from.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
            while (running && from.position(PARTITION) < end) {
                from.poll(POLL).forEach(this::apply);
            }
            asked.forEach(future -> future.complete(null));
            onChange.run();
        } catch (WakeupException e) {
            waiting.addAll(asked);
        } catch (Throwable e) {
            asked.forEach(future -> future.completeExceptionally(e));
            throw e;
        }
    }

    private void failWaiting() {
        for (CompletableFuture<Void> next = waiting.poll(); next != null; next = waiting.poll()) {
            next.completeExceptionally(new KafkaException("the plugin ends"));
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private KafkaConsumer<String, byte[]> newConsumer() {
        Map<String, Object> properties = local.clientProperties("state-reader");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5_000);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 15_000);
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        return withOwnClasses(
                () -> new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer()));
    }

    private static KafkaProducer<String, byte[]> newProducer(LocalCluster local) {
        Map<String, Object> properties = local.clientProperties("state-writer");
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES);
        return withOwnClasses(() -> new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer()));
    }

    /** Kafka's clients load classes by the thread's context loader, which is not ours to rely on. */
    private static <C> C withOwnClasses(Supplier<C> client) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(StateTopic.class.getClassLoader());
        try {
            return client.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static ExecutorService writerThread() {
        return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE_LIMIT), work -> {
            Thread thread = new Thread(work, "hawser-state-writer");
            thread.setDaemon(true);
            return thread;
        });
    }
}
