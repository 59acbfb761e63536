/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a topic in the background while a test does something else, and keeps account of what was acknowledged.
 * It is patient: a leader that is replaced within some 20 s costs it time, not records. When the cluster is gone for
 * good, it goes on trying until it is stopped.
 *
 * <p>Thread-safe. One thread of its own sends; it never has more in flight than the producer's buffer of 4 MiB.
 *
 * <p>Failure semantics: a failed send is counted and the next record is tried; a failed send within a transaction aborts
 * it; an error that the producer cannot go on from ends the workload and stands in the {@link Ledger}.
 */
public final class Workload implements AutoCloseable {

    private static final Duration STOP_GRACE = Duration.ofSeconds(30);
    private static final Duration END_TIMEOUT = Duration.ofMinutes(2);
    private static final int MAX_BLOCK_MS = 5_000;
    private static final int DELIVERY_TIMEOUT_MS = 25_000;
    private static final int SETTLE_ATTEMPTS = 5;

    private final WorkloadSpec spec;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Random random;
    private final RandomRecords records;
    private final Thread thread;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong failedSends = new AtomicLong();
    /** Acknowledged and not yet accounted for; the producer's I/O thread adds, ours takes. */
    private final Queue<AcknowledgedRecord> fresh = new ConcurrentLinkedQueue<>();

    private final List<AcknowledgedRecord> committed = new ArrayList<>();
    private final List<AcknowledgedRecord> aborted = new ArrayList<>();
    private final List<AcknowledgedRecord> unsettled = new ArrayList<>();
    private volatile boolean stopping;
    private volatile @Nullable RuntimeException failure;

    private Workload(WorkloadSpec spec, Map<String, Object> clientProperties) {
        this.spec = spec;
        this.producer = new KafkaProducer<>(
                producerProperties(spec, clientProperties), new ByteArraySerializer(), new ByteArraySerializer());
        this.random = new Random(spec.seed());
        this.records = new RandomRecords(spec, System.currentTimeMillis(), random);
        this.thread = new Thread(this::run, "workload-" + spec.topic() + "-" + spec.seed());
        thread.setDaemon(true);
    }

    /** @param clientProperties bootstrap servers and security settings, as for an admin client */
    public static Workload start(WorkloadSpec spec, Map<String, Object> clientProperties) {
        Workload workload = new Workload(spec, clientProperties);
        workload.thread.start();
        return workload;
    }

    /** Runs one that is bounded by its spec to its end. */
    public static Ledger complete(WorkloadSpec spec, Map<String, Object> clientProperties) {
        try (Workload workload = start(spec, clientProperties)) {
            workload.awaitEnd();
            return workload.stop();
        }
    }

    /** How many records brokers have acknowledged so far, whatever became of their transactions. */
    public long acknowledged() {
        return acknowledged.get();
    }

    /** Waits until so many more records are acknowledged, a minute at most. */
    public void awaitProgress(long moreRecords) {
        long goal = acknowledged.get() + moreRecords;
        Awaitility.await("workload on " + spec.topic())
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> acknowledged.get() >= goal || !thread.isAlive());
    }

    /** Waits until the workload ends by itself, having written all its records; two minutes at most. */
    public void awaitEnd() {
        if (!joined(END_TIMEOUT)) {
            throw new IllegalStateException(
                    "The workload on " + spec.topic() + " has not ended within " + END_TIMEOUT.toSeconds() + " s");
        }
    }

    /** Ends sending, waits for what is under way, and closes the account. Further calls give the same account. */
    public synchronized Ledger stop() {
        stopping = true;
        if (!joined(STOP_GRACE)) {
            producer.close(Duration.ZERO);
            if (!joined(STOP_GRACE)) {
                throw new IllegalStateException("The workload on " + spec.topic() + " does not end");
            }
        }
        return new Ledger(spec.topic(), committed, aborted, unsettled, failedSends.get(), failure);
    }

    /** As {@link #stop()}, for a cluster that is gone: what is under way is given up at once. */
    public Ledger abandon() {
        stopping = true;
        producer.close(Duration.ZERO);
        return stop();
    }

    @Override
    public void close() {
        stop();
    }

    private boolean joined(Duration time) {
        try {
            thread.join(time.toMillis());
            return !thread.isAlive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while stopping the workload on " + spec.topic(), e);
        }
    }

    private void run() {
        try (producer) {
            if (spec.mode() == WorkloadSpec.Mode.TRANSACTIONAL) {
                settled(producer::initTransactions);
                writeTransactions();
            } else {
                write(spec.maxRecords());
                producer.flush();
            }
        } catch (RuntimeException e) {
            failure = stopping ? null : e;
        }
        accountFor(spec.mode() == WorkloadSpec.Mode.TRANSACTIONAL ? unsettled : committed);
    }

    private void writeTransactions() {
        for (long sent = 0; !stopping && sent < spec.maxRecords(); sent += spec.recordsPerTransaction()) {
            boolean abort = random.nextInt(100) < spec.abortPercent();
            producer.beginTransaction();
            accountFor(wasWritten() && !abort && wasCommitted() ? committed : abortedNow());
        }
    }

    /** Flushed, because the batches of an aborted transaction would not be sent otherwise. */
    private boolean wasWritten() {
        try {
            write(spec.recordsPerTransaction());
            producer.flush();
            return true;
        } catch (KafkaException abortable) {
            return false;
        }
    }

    private boolean wasCommitted() {
        try {
            settled(producer::commitTransaction);
            return true;
        } catch (TimeoutException unknown) {
            throw unknown;
        } catch (KafkaException abortable) {
            return false;
        }
    }

    private List<AcknowledgedRecord> abortedNow() {
        settled(producer::abortTransaction);
        return aborted;
    }

    /** Repeats a step that may time out; a producer allows the same step again after that. */
    private static void settled(Runnable step) {
        for (int attempt = 1; ; attempt++) {
            try {
                step.run();
                return;
            } catch (TimeoutException e) {
                if (attempt == SETTLE_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void write(long count) {
        long intervalNanos = Duration.ofSeconds(1).toNanos() / spec.recordsPerSecond();
        long due = System.nanoTime();
        for (long i = 0; i < count && !stopping; i++) {
            send(records.next());
            due = Math.max(due + intervalNanos, System.nanoTime() - intervalNanos);
            for (long left = due - System.nanoTime(); left > 0 && !stopping; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        int hash = TopicRecord.contentHash(record.key(), record.value(), record.headers());
        var unused = producer.send(record, (metadata, error) -> {
            if (error == null) {
                fresh.add(new AcknowledgedRecord(metadata.partition(), metadata.offset(), hash));
                acknowledged.incrementAndGet();
            } else {
                failedSends.incrementAndGet();
            }
        });
    }

    private void accountFor(List<AcknowledgedRecord> account) {
        for (AcknowledgedRecord each = fresh.poll(); each != null; each = fresh.poll()) {
            account.add(each);
        }
    }

    private static Map<String, Object> producerProperties(WorkloadSpec spec, Map<String, Object> clientProperties) {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, spec.mode() != WorkloadSpec.Mode.PLAIN);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, spec.codec().configValue());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 4 * 1024 * 1024);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
        if (spec.mode() == WorkloadSpec.Mode.TRANSACTIONAL) {
            properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "workload-" + spec.topic() + "-" + spec.seed());
        }
        return properties;
    }
}
