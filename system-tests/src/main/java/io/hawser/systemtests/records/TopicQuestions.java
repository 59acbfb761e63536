/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongUnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** What brokers say of a topic, where its files do not tell. Confined to the caller's thread. */
final class TopicQuestions implements AutoCloseable {

    private static final int LIMIT_S = 20;

    private final String topic;
    private final boolean compacted;
    private final Admin admin;

    /** @param compacted whether a producer's last batch may have lost records, and the time of its last record with them */
    TopicQuestions(ReplicatedTopic replicated, boolean compacted) {
        this.topic = replicated.topic();
        this.compacted = compacted;
        this.admin = Admin.create(replicated.clientProperties());
    }

    int partitions() {
        return Objects.requireNonNull(await(admin.describeTopics(List.of(topic)).allTopicNames())
                        .get(topic))
                .partitions()
                .size();
    }

    long startOffset(int partition) {
        return offset(partition, OffsetSpec.earliest());
    }

    /** Exclusive; the leader's high watermark. */
    long endOffset(int partition) {
        return offset(partition, OffsetSpec.latest());
    }

    /**
     * The producers that one replica knows, in words that are equal if they are, by producer id.
     *
     * @param moved what becomes of an id on the other side
     */
    SortedMap<Long, String> producers(int partition, int broker, LongUnaryOperator moved) {
        TopicPartition wanted = new TopicPartition(topic, partition);
        var answer = await(admin.describeProducers(List.of(wanted), new DescribeProducersOptions().brokerId(broker))
                .partitionResult(wanted));
        SortedMap<Long, String> producers = new TreeMap<>();
        for (ProducerState state : answer.activeProducers()) {
            producers.put(moved.applyAsLong(state.producerId()), words(state));
        }
        return producers;
    }

    @Override
    public void close() {
        admin.close();
    }

    private String words(ProducerState state) {
        return "epoch " + state.producerEpoch() + ", last sequence " + state.lastSequence()
                + (compacted ? "" : ", last time " + state.lastTimestamp())
                + ", coordinator epoch " + state.coordinatorEpoch()
                + ", transaction open from " + state.currentTransactionStartOffset();
    }

    private long offset(int partition, OffsetSpec spec) {
        TopicPartition wanted = new TopicPartition(topic, partition);
        return await(admin.listOffsets(Map.of(wanted, spec)).partitionResult(wanted))
                .offset();
    }

    private static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get(LIMIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("No answer within " + LIMIT_S + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Interrupted while waiting for the cluster", e);
        }
    }
}
