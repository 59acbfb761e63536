/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import io.hawser.source.FetchAnswer;
import io.hawser.source.FetchAnswer.Diverging;
import io.hawser.source.FetchAnswer.Leader;
import io.hawser.source.FetchAnswer.PartitionAnswer;
import io.hawser.source.FetchRequest;
import io.hawser.source.FetchRequest.PartitionFetch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.FetchResponse;

/**
 * A fetch in Kafka's protocol. Asks as a consumer, so that it sees committed records only and needs no more than READ; from
 * version 9 on, the first that is refused by a leader of another epoch (KIP-320). From version 12 on it is told where logs part
 * (KIP-595).
 *
 * <p>Immutable.
 */
final class FetchTranslation {

    private static final short OLDEST_VERSION = 9;
    private static final short TELLS_DIVERGENCE = 12;
    private static final int NO_EPOCH = -1;
    private static final ByteBuffer NO_RECORDS = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private FetchTranslation() {}

    static RequestTranslation<FetchAnswer> of(FetchRequest request) {
        FetchRequestData data = new FetchRequestData()
                .setMaxWaitMs(request.maxWaitMs())
                .setMinBytes(request.minBytes())
                .setMaxBytes(request.maxBytes())
                .setSessionId(request.sessionId())
                .setSessionEpoch(request.sessionEpoch())
                .setRackId(request.rack())
                .setTopics(topics(request))
                .setForgottenTopicsData(forgotten(request));
        return new RequestTranslation<>(
                new Builder(data), (response, version) -> answer((FetchResponse) response, version));
    }

    private static List<FetchTopic> topics(FetchRequest request) {
        Map<String, FetchTopic> topics = new LinkedHashMap<>();
        for (PartitionFetch fetch : request.partitions()) {
            TopicIdPartition source = fetch.source();
            FetchTopic topic = topics.get(source.topic());
            if (topic == null) {
                topic = new FetchTopic().setTopic(source.topic()).setTopicId(source.topicId());
                topics.put(source.topic(), topic);
            }
            topic.partitions()
                    .add(new FetchPartition()
                            .setPartition(source.partition())
                            .setFetchOffset(fetch.fetchOffset())
                            .setCurrentLeaderEpoch(fetch.currentLeaderEpoch())
                            .setLastFetchedEpoch(fetch.lastFetchedEpoch().orElse(NO_EPOCH))
                            .setPartitionMaxBytes(fetch.maxBytes()));
        }
        return new ArrayList<>(topics.values());
    }

    private static List<ForgottenTopic> forgotten(FetchRequest request) {
        Map<String, ForgottenTopic> topics = new LinkedHashMap<>();
        for (TopicIdPartition source : request.forgotten()) {
            topics.computeIfAbsent(
                            source.topic(),
                            name -> new ForgottenTopic().setTopic(name).setTopicId(source.topicId()))
                    .partitions()
                    .add(source.partition());
        }
        return new ArrayList<>(topics.values());
    }

    private static FetchAnswer answer(FetchResponse response, short version) {
        FetchResponseData data = response.data();
        List<PartitionAnswer> partitions = new ArrayList<>();
        for (FetchableTopicResponse topic : data.responses()) {
            for (PartitionData partition : topic.partitions()) {
                partitions.add(partition(topic, partition));
            }
        }
        return new FetchAnswer(
                Errors.forCode(data.errorCode()),
                version >= TELLS_DIVERGENCE,
                data.sessionId(),
                data.throttleTimeMs(),
                partitions);
    }

    private static PartitionAnswer partition(FetchableTopicResponse topic, PartitionData partition) {
        return new PartitionAnswer(
                topic.topic(),
                topic.topicId(),
                partition.partitionIndex(),
                Errors.forCode(partition.errorCode()),
                partition.highWatermark(),
                partition.logStartOffset(),
                FetchResponse.isDivergingEpoch(partition)
                        ? new Diverging(
                                partition.divergingEpoch().epoch(),
                                partition.divergingEpoch().endOffset())
                        : null,
                partition.preferredReadReplica(),
                partition.currentLeader().leaderId() < 0
                        ? null
                        : new Leader(
                                partition.currentLeader().leaderId(),
                                partition.currentLeader().leaderEpoch()),
                partition.records() instanceof MemoryRecords records ? records.buffer() : NO_RECORDS);
    }

    private static final class Builder extends AbstractRequest.Builder<org.apache.kafka.common.requests.FetchRequest> {
        private final FetchRequestData data;

        Builder(FetchRequestData data) {
            super(ApiKeys.FETCH, OLDEST_VERSION, ApiKeys.FETCH.latestVersion());
            this.data = data;
        }

        @Override
        public org.apache.kafka.common.requests.FetchRequest build(short version) {
            if (version < TELLS_DIVERGENCE) {
                data.topics().forEach(topic -> topic.partitions().forEach(each -> each.setLastFetchedEpoch(NO_EPOCH)));
            }
            return new org.apache.kafka.common.requests.FetchRequest(data, version);
        }

        /** Names no records, only sizes: Kafka logs requests at debug level. */
        @Override
        public String toString() {
            return "Fetch(session=" + data.sessionId() + ", topics="
                    + data.topics().size() + ")";
        }
    }
}
