/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.local;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
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

    /** Header that tells the records of one reversal from those of another of the same day. */
    private static final String REVERSAL = "hawser.reversal";
    /** Header with how many records of the partition were copied so far, this one too. */
    private static final String COUNT = "hawser.count";

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

    /** What the last copy of a partition says. */
    private record Kept(long nextOffset, long count) {}

    /**
     * Copies all of it.
     *
     * @return by partition, how many records were copied
     * @throws KafkaException if not all could be; what was copied stays, and counts the next time
     */
    public List<Long> copy(Range range) {
        create(range);
        Clients open = clients == null ? open() : clients;
        List<Long> copied = new ArrayList<>();
        try {
            for (int number = 0; number < range.from().size(); number++) {
                copied.add(range.from().get(number) < range.to().get(number) ? copy(range, number, open) : 0L);
            }
        } catch (KafkaException e) {
            close();
            throw e;
        }
        return copied;
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

    private void create(Range range) {
        NewTopic topic = new NewTopic(range.target(), range.from().size(), range.replicationFactor())
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
        KafkaException refused = admin.createTopics(List.of(topic)).get(range.target());
        if (refused != null) {
            throw new KafkaException("topic " + range.target() + ": " + refused.getMessage(), refused);
        }
    }

    private long copy(Range range, int number, Clients open) {
        TopicPartition source = new TopicPartition(range.topic(), number);
        Kept kept = kept(range, number, open.uncommitted());
        long next = kept.nextOffset();
        long count = kept.count();
        // Whether a transaction that hangs will be committed nobody knows, and what lies behind it cannot be read
        // otherwise.
        for (Consumer<byte[], byte[]> consumer : List.of(open.committed(), open.uncommitted())) {
            consumer.assign(List.of(source));
            long end = Math.min(
                    range.to().get(number),
                    Objects.requireNonNull(consumer.endOffsets(List.of(source)).get(source)));
            consumer.seek(source, next);
            long progressMs = time.milliseconds();
            while (next < end) {
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                for (ConsumerRecord<byte[], byte[]> found : consumer.poll(POLL)) {
                    if (found.offset() < end) {
                        sent.add(open.producer().send(copyOf(found, range, ++count)));
                    }
                }
                awaitAcknowledged(sent);
                long position = consumer.position(source);
                long nowMs = time.milliseconds();
                if (position > next) {
                    progressMs = nowMs;
                } else if (nowMs - progressMs > STUCK_MS) {
                    throw new KafkaException(source + " cannot be read from offset " + next);
                }
                next = position;
            }
        }
        return count;
    }

    private static ProducerRecord<byte[], byte[]> copyOf(
            ConsumerRecord<byte[], byte[]> record, Range range, long count) {
        Headers headers = new RecordHeaders(record.headers());
        headers.add(REVERSAL, text(range.id()));
        headers.add(COUNT, text(String.valueOf(count)));
        headers.add(OFFSET, text(String.valueOf(record.offset())));
        return new ProducerRecord<>(
                range.target(),
                record.partition(),
                record.timestamp() < 0 ? null : record.timestamp(),
                record.key(),
                record.value(),
                headers);
    }

    private static void awaitAcknowledged(List<Future<RecordMetadata>> sent) {
        try {
            for (Future<RecordMetadata> each : sent) {
                each.get(ACKNOWLEDGED_MS, TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("not acknowledged within " + ACKNOWLEDGED_MS + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    /** Where an earlier attempt got to. */
    private Kept kept(Range range, int number, Consumer<byte[], byte[]> consumer) {
        TopicPartition target = new TopicPartition(range.target(), number);
        Kept none = new Kept(range.from().get(number), 0);
        consumer.assign(List.of(target));
        long end = Objects.requireNonNull(consumer.endOffsets(List.of(target)).get(target));
        if (end == 0) {
            return none;
        }
        consumer.seek(target, end - 1);
        long beganMs = time.milliseconds();
        while (time.milliseconds() - beganMs < STUCK_MS) {
            for (ConsumerRecord<byte[], byte[]> last : consumer.poll(POLL)) {
                return range.id().equals(text(last.headers(), REVERSAL))
                        ? new Kept(number(last.headers(), OFFSET) + 1, number(last.headers(), COUNT))
                        : none;
            }
        }
        throw new KafkaException(target + " cannot be read");
    }

    private static long number(Headers headers, String name) {
        return Long.parseLong(Objects.requireNonNull(text(headers, name)));
    }

    private static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
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
