/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.local;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * Copies the end of a topic to a topic of its own before it is dropped: records that were acknowledged to somebody. Those of
 * aborted transactions were not, and are left out.
 *
 * <p>Each copy keeps its partition, timestamp, key, value and headers and has {@link #OFFSET} beside them. A copy that was begun
 * before goes on behind the last record that it kept; what its writer did not live to see acknowledged can be there twice, with
 * the same offset.
 *
 * <p>Confined to one thread, which it keeps until all is copied: so that is none of a broker's own. Its clients stay open from one
 * topic to the next.
 */
public final class DroppedRecords implements AutoCloseable {

    /** Header with the offset that the record had, in decimal digits. */
    public static final String OFFSET = "hawser.original.offset";

    private static final Duration POLL = Duration.ofMillis(500);
    private static final long STUCK_MS = 30_000;
    private static final long ACKNOWLEDGED_MS = 60_000;
    private static final int FETCH_WAIT_MS = 10;
    /** Each topic is a new one to the clients, and they look for it no more often than that. */
    private static final int METADATA_WAIT_MS = 10;

    private static final int FETCH_BYTES = 4 * 1024 * 1024;
    private static final long BUFFER_BYTES = 64L * 1024 * 1024;
    private static final String NO_LIMIT = String.valueOf(Integer.MAX_VALUE);
    private static final String FOR_EVER = "-1";

    private final LocalCluster local;
    private final LocalAdmin admin;
    private final Time time;
    private @Nullable Clients clients;

    public DroppedRecords(LocalCluster local, LocalAdmin admin, Time time) {
        this.local = local;
        this.admin = admin;
        this.time = time;
    }

    /**
     * What is to be copied.
     *
     * @param id of the reversal
     * @param from by partition, inclusive
     * @param to by partition, exclusive
     * @param target topic that gets it, which is created if it is not there
     */
    public record Range(
            String topic, String id, List<Long> from, List<Long> to, String target, short replicationFactor) {
        public Range {
            from = List.copyOf(from);
            to = List.copyOf(to);
        }
    }

    /** @param committed reads no further than the last stable offset, and nothing of aborted transactions */
    private record Clients(
            Producer<byte[], byte[]> producer,
            Consumer<byte[], byte[]> committed,
            Consumer<byte[], byte[]> uncommitted) {}

    /** A copy that is on its way. */
    private record Sent(PartitionCopy copy, Future<RecordMetadata> acknowledged) {}

    /**
     * Copies all of it. What cannot be copied of one topic holds up no other; what was copied of it stays, and counts the next
     * time.
     *
     * @param wanted to be completed with how many records were copied, by partition; those that are left open have failed
     * @throws KafkaException why those did
     */
    public void copy(Map<Range, CompletableFuture<List<Long>>> wanted) {
        Map<String, KafkaException> refused = admin.createTopics(
                wanted.keySet().stream().map(DroppedRecords::sideTopic).toList());
        Ends ends = ends(wanted.keySet());
        Map<Range, List<PartitionCopy>> copies = new LinkedHashMap<>();
        wanted.forEach((range, done) -> {
            try {
                if (refused.containsKey(range.target())) {
                    throw Objects.requireNonNull(refused.get(range.target()));
                }
                copies.put(range, ends.copies(range));
            } catch (KafkaException e) {
                done.completeExceptionally(new KafkaException("topic " + range.target() + ": " + e.getMessage(), e));
            }
        });
        List<PartitionCopy> all = copies.values().stream().flatMap(List::stream).toList();
        Clients open = clients == null ? open() : clients;
        try {
            findKept(all, open.uncommitted());
            // Whether a transaction that hangs will be committed nobody knows, and what lies behind it cannot be read
            // otherwise.
            read(all, PartitionCopy::stableEnd, open.committed(), open.producer());
            read(all, PartitionCopy::end, open.uncommitted(), open.producer());
        } catch (KafkaException e) {
            close();
            throw e;
        }
        copies.forEach((range, ofRange) -> complete(Objects.requireNonNull(wanted.get(range)), range, ofRange));
    }

    private static void complete(CompletableFuture<List<Long>> done, Range range, List<PartitionCopy> copies) {
        List<Long> counts = new ArrayList<>(Collections.nCopies(range.from().size(), 0L));
        for (PartitionCopy copy : copies) {
            KafkaException failure = copy.failure();
            if (failure != null || copy.nextOffset() < copy.end()) {
                done.completeExceptionally(
                        failure != null ? failure : new KafkaException(copy.source() + " is not copied whole"));
            }
            counts.set(copy.number(), copy.count());
        }
        done.complete(counts);
    }

    /** Ends its clients; the next copy makes new ones. */
    @Override
    public void close() {
        if (clients != null) {
            clients.producer().close(Duration.ZERO);
            clients.committed().close(CloseOptions.timeout(Duration.ZERO));
            clients.uncommitted().close(CloseOptions.timeout(Duration.ZERO));
            clients = null;
        }
    }

    private Clients open() {
        Clients opened = new Clients(producer(), consumer("read_committed"), consumer("read_uncommitted"));
        clients = opened;
        return opened;
    }

    private static NewTopic sideTopic(Range range) {
        return new NewTopic(range.target(), range.from().size(), range.replicationFactor())
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        FOR_EVER,
                        TopicConfig.RETENTION_BYTES_CONFIG,
                        FOR_EVER,
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        NO_LIMIT,
                        TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                        String.valueOf(Long.MAX_VALUE)));
    }

    /** Where the logs begin and end, asked about all topics at once. */
    private record Ends(LocalAdmin.Offsets starts, LocalAdmin.Offsets stable, LocalAdmin.Offsets kept) {

        /** What there is to copy of one topic. */
        List<PartitionCopy> copies(Range range) {
            List<Long> logStarts = starts.of(range.topic());
            List<Long> lastStable = stable.of(range.topic());
            List<Long> keptEnds = kept.of(range.target());
            return IntStream.range(0, range.from().size())
                    .filter(number -> range.from().get(number) < range.to().get(number))
                    .mapToObj(number -> new PartitionCopy(
                            range, number, logStarts.get(number), lastStable.get(number), keptEnds.get(number)))
                    .toList();
        }
    }

    private Ends ends(Collection<Range> ranges) {
        Map<String, Integer> sources = partitions(ranges, Range::topic);
        return new Ends(
                admin.startOffsets(sources),
                admin.stableOffsets(sources),
                admin.endOffsets(partitions(ranges, Range::target)));
    }

    private static Map<String, Integer> partitions(Collection<Range> ranges, Function<Range, String> topic) {
        return ranges.stream()
                .collect(Collectors.toMap(topic, range -> range.from().size(), Math::max));
    }

    /** Where earlier attempts got to: the last copy of each partition says. */
    private void findKept(List<PartitionCopy> copies, Consumer<byte[], byte[]> consumer) {
        Map<TopicPartition, PartitionCopy> open = copies.stream()
                .filter(copy -> copy.keptEnd() > 0)
                .collect(Collectors.toMap(PartitionCopy::target, Function.identity(), (one, other) -> one));
        consumer.assign(open.keySet());
        open.forEach((partition, copy) -> consumer.seek(partition, copy.keptEnd() - 1));
        long beganMs = time.milliseconds();
        while (!open.isEmpty()) {
            for (ConsumerRecord<byte[], byte[]> last : consumer.poll(POLL)) {
                PartitionCopy copy = open.remove(new TopicPartition(last.topic(), last.partition()));
                if (copy != null) {
                    copy.goOnBehind(last);
                }
            }
            if (time.milliseconds() - beganMs > STUCK_MS) {
                open.forEach((partition, copy) -> copy.fail(new KafkaException(partition + " cannot be read")));
                return;
            }
        }
    }

    /** @param end of each, exclusive */
    private void read(
            List<PartitionCopy> copies,
            ToLongFunction<PartitionCopy> end,
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer) {
        Map<TopicPartition, PartitionCopy> open = copies.stream()
                .filter(copy -> copy.failure() == null && copy.nextOffset() < end.applyAsLong(copy))
                .collect(Collectors.toMap(PartitionCopy::source, Function.identity(), (one, other) -> one));
        consumer.assign(open.keySet());
        open.forEach((partition, copy) -> consumer.seek(partition, copy.nextOffset()));
        long progressMs = time.milliseconds();
        while (!open.isEmpty()) {
            List<Sent> sent = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> found : poll(consumer, open)) {
                PartitionCopy copy = open.get(new TopicPartition(found.topic(), found.partition()));
                if (copy != null && found.offset() < end.applyAsLong(copy)) {
                    sent.add(new Sent(copy, producer.send(copy.copyOf(found))));
                }
            }
            sent.forEach(DroppedRecords::awaitAcknowledged);
            boolean progress = false;
            for (PartitionCopy copy : open.values()) {
                progress |= copy.failure() == null && copy.cameTo(consumer.position(copy.source()));
            }
            open.values().removeIf(copy -> copy.failure() != null || copy.nextOffset() >= end.applyAsLong(copy));
            long nowMs = time.milliseconds();
            if (progress) {
                progressMs = nowMs;
            } else if (nowMs - progressMs > STUCK_MS) {
                open.forEach((partition, copy) ->
                        copy.fail(new KafkaException(partition + " cannot be read from offset " + copy.nextOffset())));
                return;
            }
        }
    }

    /** What retention deletes meanwhile is looked for no more; the next attempt begins behind it. */
    private static Iterable<ConsumerRecord<byte[], byte[]>> poll(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, PartitionCopy> open) {
        try {
            return consumer.poll(POLL);
        } catch (OffsetOutOfRangeException e) {
            e.partitions().forEach(partition -> {
                PartitionCopy copy = open.remove(partition);
                if (copy != null) {
                    copy.fail(e);
                }
            });
            consumer.assign(open.keySet());
            return List.of();
        }
    }

    private static void awaitAcknowledged(Sent sent) {
        try {
            sent.acknowledged().get(ACKNOWLEDGED_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            sent.copy().fail(e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause()));
        } catch (TimeoutException e) {
            sent.copy().fail(new KafkaException("not acknowledged within " + ACKNOWLEDGED_MS + " ms", e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    private Consumer<byte[], byte[]> consumer(String isolation) {
        Map<String, Object> properties = new HashMap<>(local.clientProperties("dropped-reader"));
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        // What is asked of the partition before would hold up the next one.
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        properties.put(ConsumerConfig.RETRY_BACKOFF_MS_CONFIG, METADATA_WAIT_MS);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Producer<byte[], byte[]> producer() {
        Map<String, Object> properties = new HashMap<>(local.clientProperties("dropped-writer"));
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, METADATA_WAIT_MS);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.MAX_VALUE);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
