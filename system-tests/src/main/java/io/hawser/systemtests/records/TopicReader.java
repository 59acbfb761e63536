/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads topics from the first record to the last, without a group and so without any trace.
 *
 * <p>Immutable; each read uses a consumer of its own on the caller's thread.
 */
public final class TopicReader {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, Object> clientProperties;

    /** @param clientProperties bootstrap servers and security settings, as for an admin client */
    public TopicReader(Map<String, Object> clientProperties) {
        this.clientProperties = Map.copyOf(clientProperties);
    }

    /** Reads what lies before the end offsets of now; under read_committed that is the last stable offset. */
    public TopicContents read(String topic, IsolationLevel isolation) {
        try (var consumer = consumer(isolation)) {
            List<TopicPartition> partitions = partitionsOf(topic, consumer);
            return readTo(consumer.endOffsets(partitions), consumer);
        }
    }

    /**
     * Reads the given partitions until their end offsets are reached, waiting for records that are still to come;
     * {@link IllegalStateException} after a minute without reaching them.
     */
    public TopicContents readTo(String topic, IsolationLevel isolation, Map<Integer, Long> endOffsetsExclusive) {
        try (var consumer = consumer(isolation)) {
            Map<TopicPartition, Long> ends = endOffsetsExclusive.entrySet().stream()
                    .collect(Collectors.toMap(each -> new TopicPartition(topic, each.getKey()), Map.Entry::getValue));
            return readTo(ends, consumer);
        }
    }

    private static List<TopicPartition> partitionsOf(String topic, KafkaConsumer<byte[], byte[]> consumer) {
        return consumer.partitionsFor(topic).stream()
                .map(each -> new TopicPartition(topic, each.partition()))
                .toList();
    }

    private static TopicContents readTo(Map<TopicPartition, Long> ends, KafkaConsumer<byte[], byte[]> consumer) {
        SortedMap<Integer, List<TopicRecord>> records = new TreeMap<>();
        ends.keySet().forEach(partition -> records.put(partition.partition(), new ArrayList<>()));
        consumer.assign(ends.keySet());
        consumer.seekToBeginning(ends.keySet());
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!reached(ends, consumer)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Did not reach " + ends + " within " + TIMEOUT.toSeconds() + " s, only "
                        + positions(ends, consumer));
            }
            consumer.poll(POLL)
                    .forEach(record -> Objects.requireNonNull(records.get(record.partition()))
                            .add(TopicRecord.of(record)));
        }
        return contents(ends, records, consumer);
    }

    private static boolean reached(Map<TopicPartition, Long> ends, KafkaConsumer<?, ?> consumer) {
        boolean all = true;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            if (consumer.position(end.getKey()) >= end.getValue()) {
                consumer.pause(List.of(end.getKey()));
            } else {
                all = false;
            }
        }
        return all;
    }

    private static TopicContents contents(
            Map<TopicPartition, Long> ends,
            SortedMap<Integer, List<TopicRecord>> records,
            KafkaConsumer<?, ?> consumer) {
        ends.forEach((partition, end) ->
                Objects.requireNonNull(records.get(partition.partition())).removeIf(record -> record.offset() >= end));
        return new TopicContents(records, positions(ends, consumer));
    }

    private static SortedMap<Integer, Long> positions(Map<TopicPartition, Long> ends, KafkaConsumer<?, ?> consumer) {
        SortedMap<Integer, Long> positions = new TreeMap<>();
        ends.forEach(
                (partition, end) -> positions.put(partition.partition(), Math.min(end, consumer.position(partition))));
        return positions;
    }

    private KafkaConsumer<byte[], byte[]> consumer(IsolationLevel isolation) {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.name().toLowerCase(Locale.ROOT));
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
