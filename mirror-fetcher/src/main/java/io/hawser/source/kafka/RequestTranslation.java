/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import io.hawser.source.FetchRequest;
import io.hawser.source.SourceNode;
import io.hawser.source.SourceRequest;
import io.hawser.source.SourceRequest.ClusterAnswer;
import io.hawser.source.SourceRequest.ConfigsOfTopic;
import io.hawser.source.SourceRequest.EpochEnd;
import io.hawser.source.SourceRequest.EpochEndsAnswer;
import io.hawser.source.SourceRequest.OffsetsAnswer;
import io.hawser.source.SourceRequest.PartitionOffset;
import io.hawser.source.SourceRequest.SourcePartition;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.source.SourceRequest.TopicConfig;
import io.hawser.source.SourceRequest.TopicConfigsAnswer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopicCollection;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.DescribeConfigsRequest;
import org.apache.kafka.common.requests.DescribeConfigsResponse;
import org.apache.kafka.common.requests.ListOffsetsRequest;
import org.apache.kafka.common.requests.ListOffsetsResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochRequest;
import org.apache.kafka.common.requests.OffsetsForLeaderEpochResponse;

/**
 * One question in Kafka's protocol: the request, and how its response reads.
 *
 * <p>Immutable.
 *
 * @param <A> type of the answer
 */
record RequestTranslation<A>(AbstractRequest.Builder<?> builder, Reader<A> reader) {

    private static final byte DYNAMIC_TOPIC_CONFIG = DescribeConfigsResponse.ConfigSource.TOPIC_CONFIG.id();

    /** Reads a response in the version that was asked for. */
    @FunctionalInterface
    interface Reader<A> {
        A read(AbstractResponse response, short version);
    }

    A answer(AbstractResponse response, short version) {
        return reader.read(response, version);
    }

    /** The sealed hierarchy ties each request's type to its answer's, which the compiler cannot see. */
    @SuppressWarnings("unchecked")
    static <A> RequestTranslation<A> of(SourceRequest<A> request) {
        RequestTranslation<?> translation;
        if (request instanceof FetchRequest fetch) {
            translation = FetchTranslation.of(fetch);
        } else if (request instanceof SourceRequest.Cluster cluster) {
            translation = metadata(new MetadataRequest.Builder(List.copyOf(cluster.topics()), false));
        } else if (request instanceof SourceRequest.AllTopics) {
            translation = metadata(MetadataRequest.Builder.allTopics());
        } else if (request instanceof SourceRequest.Groups || request instanceof SourceRequest.GroupOffsets) {
            translation = GroupTranslation.of(request);
        } else if (request instanceof SourceRequest.Offsets offsets) {
            translation = offsets(offsets);
        } else if (request instanceof SourceRequest.TopicConfigs configs) {
            translation = topicConfigs(configs);
        } else if (request instanceof SourceRequest.Acls) {
            translation = AclTranslation.all();
        } else if (request instanceof SourceRequest.BrokerConfig config) {
            translation = BrokerConfigTranslation.of(config);
        } else if (request instanceof SourceRequest.DefinitionsChange change) {
            translation = BrokerConfigTranslation.of(change);
        } else if (request instanceof SourceRequest.EpochEnds epochEnds) {
            translation = epochEnds(epochEnds);
        } else {
            throw new IllegalStateException("No translation of " + request);
        }
        return (RequestTranslation<A>) translation;
    }

    private static RequestTranslation<ClusterAnswer> metadata(MetadataRequest.Builder builder) {
        return new RequestTranslation<>(builder, (response, version) -> clusterAnswer((MetadataResponse) response));
    }

    private static ClusterAnswer clusterAnswer(MetadataResponse response) {
        Map<Integer, SourceNode> nodes = new HashMap<>();
        response.brokers().forEach(node -> nodes.put(node.id(), new SourceNode(node.id(), node.host(), node.port())));
        Map<String, SourceTopic> topics = new HashMap<>();
        for (MetadataResponse.TopicMetadata topic : response.topicMetadata()) {
            topics.put(topic.topic(), sourceTopic(topic));
        }
        return new ClusterAnswer(response.clusterId(), nodes, topics);
    }

    private static SourceTopic sourceTopic(MetadataResponse.TopicMetadata topic) {
        List<SourcePartition> partitions = new ArrayList<>();
        topic.partitionMetadata().stream()
                .sorted(Comparator.comparingInt(MetadataResponse.PartitionMetadata::partition))
                .forEach(partition -> partitions.add(new SourcePartition(
                        partition.partition(), partition.leaderId.orElse(-1), partition.leaderEpoch.orElse(-1))));
        return new SourceTopic(topic.topic(), topic.error(), topic.topicId(), partitions);
    }

    private static RequestTranslation<OffsetsAnswer> offsets(SourceRequest.Offsets request) {
        Map<String, ListOffsetsTopic> topics = new HashMap<>();
        request.partitions()
                .forEach((partition, leaderEpoch) -> topics.computeIfAbsent(
                                partition.topic(), name -> new ListOffsetsTopic().setName(name))
                        .partitions()
                        .add(new ListOffsetsPartition()
                                .setPartitionIndex(partition.partition())
                                .setCurrentLeaderEpoch(leaderEpoch)
                                .setTimestamp(request.spec().timestamp())));
        return new RequestTranslation<>(
                ListOffsetsRequest.Builder.forConsumer(
                                false,
                                request.stable() ? IsolationLevel.READ_COMMITTED : IsolationLevel.READ_UNCOMMITTED)
                        .setTargetTimes(List.copyOf(topics.values())),
                (response, version) -> offsetsAnswer((ListOffsetsResponse) response));
    }

    private static OffsetsAnswer offsetsAnswer(ListOffsetsResponse response) {
        Map<TopicPartition, PartitionOffset> offsets = new HashMap<>();
        response.topics()
                .forEach(topic -> topic.partitions()
                        .forEach(partition -> offsets.put(
                                new TopicPartition(topic.name(), partition.partitionIndex()),
                                new PartitionOffset(Errors.forCode(partition.errorCode()), partition.offset()))));
        return new OffsetsAnswer(offsets);
    }

    private static RequestTranslation<EpochEndsAnswer> epochEnds(SourceRequest.EpochEnds request) {
        OffsetForLeaderTopicCollection topics = new OffsetForLeaderTopicCollection();
        request.questions().forEach((partition, question) -> {
            OffsetForLeaderTopic topic = topics.find(partition.topic());
            if (topic == null) {
                topic = new OffsetForLeaderTopic().setTopic(partition.topic());
                topics.add(topic);
            }
            topic.partitions()
                    .add(new OffsetForLeaderPartition()
                            .setPartition(partition.partition())
                            .setCurrentLeaderEpoch(question.currentLeaderEpoch())
                            .setLeaderEpoch(question.epoch()));
        });
        return new RequestTranslation<>(
                OffsetsForLeaderEpochRequest.Builder.forConsumer(topics),
                (response, version) -> epochEndsAnswer((OffsetsForLeaderEpochResponse) response));
    }

    private static EpochEndsAnswer epochEndsAnswer(OffsetsForLeaderEpochResponse response) {
        Map<TopicPartition, EpochEnd> ends = new HashMap<>();
        response.data()
                .topics()
                .forEach(topic -> topic.partitions()
                        .forEach(partition -> ends.put(
                                new TopicPartition(topic.topic(), partition.partition()),
                                new EpochEnd(
                                        Errors.forCode(partition.errorCode()),
                                        partition.leaderEpoch(),
                                        partition.endOffset()))));
        return new EpochEndsAnswer(ends);
    }

    private static RequestTranslation<TopicConfigsAnswer> topicConfigs(SourceRequest.TopicConfigs request) {
        DescribeConfigsRequestData data = new DescribeConfigsRequestData();
        request.topics()
                .forEach(topic -> data.resources()
                        .add(new DescribeConfigsRequestData.DescribeConfigsResource()
                                .setResourceType(ConfigResource.Type.TOPIC.id())
                                .setResourceName(topic)
                                .setConfigurationKeys(null)));
        return new RequestTranslation<>(
                new DescribeConfigsRequest.Builder(data),
                (response, version) -> topicConfigsAnswer(request, (DescribeConfigsResponse) response));
    }

    private static TopicConfigsAnswer topicConfigsAnswer(
            SourceRequest.TopicConfigs request, DescribeConfigsResponse response) {
        Map<String, ConfigsOfTopic> topics = new HashMap<>();
        request.topics().forEach(topic -> topics.put(topic, new ConfigsOfTopic(Errors.UNKNOWN_SERVER_ERROR, Map.of())));
        response.data().results().forEach(result -> topics.put(result.resourceName(), configsOfTopic(result)));
        return new TopicConfigsAnswer(topics);
    }

    private static ConfigsOfTopic configsOfTopic(DescribeConfigsResult result) {
        Map<String, TopicConfig> configs = new HashMap<>();
        for (DescribeConfigsResourceResult config : result.configs()) {
            if (!config.isSensitive() && config.value() != null) {
                configs.put(
                        config.name(), new TopicConfig(config.value(), config.configSource() == DYNAMIC_TOPIC_CONFIG));
            }
        }
        return new ConfigsOfTopic(Errors.forCode(result.errorCode()), configs);
    }
}
