/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source;

import io.hawser.config.StartOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * A question that a source broker can answer.
 *
 * <p>Immutable, and so are the answers.
 *
 * @param <A> type of the answer
 */
public sealed interface SourceRequest<A>
        permits SourceRequest.Cluster,
                SourceRequest.AllTopics,
                SourceRequest.Groups,
                SourceRequest.GroupOffsets,
                SourceRequest.Offsets,
                SourceRequest.TopicConfigs,
                SourceRequest.Acls,
                SourceRequest.BrokerConfig,
                SourceRequest.DefinitionsChange,
                SourceRequest.EpochEnds,
                FetchRequest {

    /**
     * Which brokers there are, and ids, partitions and leaders of some topics (Metadata). Never creates a topic.
     *
     * @param topics names; may be empty
     */
    record Cluster(Set<String> topics) implements SourceRequest<ClusterAnswer> {
        public Cluster {
            topics = Set.copyOf(topics);
        }
    }

    /** As {@link Cluster}, about all topics that the link's principal may see. */
    record AllTopics() implements SourceRequest<ClusterAnswer> {}

    /**
     * @param clusterId null when the source does not tell
     * @param nodes brokers by id
     * @param topics by name, each topic that was asked for
     */
    record ClusterAnswer(@Nullable String clusterId, Map<Integer, SourceNode> nodes, Map<String, SourceTopic> topics) {
        public ClusterAnswer {
            nodes = Map.copyOf(nodes);
            topics = Map.copyOf(topics);
        }
    }

    /**
     * @param error NONE, or why the topic cannot be seen
     * @param id ZERO when the source knows no topic ids (before Kafka 2.8)
     * @param partitions sorted by number, without holes; empty when there is an error
     */
    record SourceTopic(String name, Errors error, Uuid id, List<SourcePartition> partitions) {
        public SourceTopic {
            partitions = List.copyOf(partitions);
        }
    }

    /**
     * @param leader node id; -1 when there is none
     * @param leaderEpoch -1 when not known
     */
    record SourcePartition(int partition, int leader, int leaderEpoch) {}

    /**
     * Where partitions begin or end, or the first record of a time or later stands (ListOffsets). The end is the high watermark:
     * what consumers can see; the stable end is the last stable offset: where the first open transaction begins (KIP-98).
     *
     * @param stable whether that end is meant
     * @param partitions led by the broker that is asked, with the leader epoch under which it is taken for the leader
     */
    record Offsets(Map<TopicPartition, Integer> partitions, StartOffset spec, boolean stable)
            implements SourceRequest<OffsetsAnswer> {
        public Offsets {
            partitions = Map.copyOf(partitions);
        }
    }

    record OffsetsAnswer(Map<TopicPartition, PartitionOffset> offsets) {
        public OffsetsAnswer {
            offsets = Map.copyOf(offsets);
        }
    }

    /** The groups that the broker coordinates, as far as the link's principal may see them (ListGroups). */
    record Groups() implements SourceRequest<GroupsAnswer> {}

    /**
     * @param groups those that commit offsets of topics: classic ones of consumers, consumer groups, Streams groups
     * @param shareGroups those that share the records of a partition (KIP-932)
     */
    record GroupsAnswer(Errors error, Set<String> groups, Set<String> shareGroups) {
        public GroupsAnswer {
            groups = Set.copyOf(groups);
            shareGroups = Set.copyOf(shareGroups);
        }

        public boolean isEmpty() {
            return groups.isEmpty() && shareGroups.isEmpty();
        }
    }

    /**
     * What groups have committed (OffsetFetch), or where share groups begin (DescribeShareGroupOffsets).
     *
     * @param groups coordinated by the broker that is asked; all share groups, or none
     */
    record GroupOffsets(Set<String> groups, boolean share) implements SourceRequest<GroupOffsetsAnswer> {
        public GroupOffsets {
            groups = Set.copyOf(groups);
        }
    }

    /** @param groups by id, all that were asked about */
    record GroupOffsetsAnswer(Map<String, CommittedOffsets> groups) {
        public GroupOffsetsAnswer {
            groups = Map.copyOf(groups);
        }
    }

    /** @param offsets of those partitions that have one; empty when there is an error */
    record CommittedOffsets(Errors error, Map<TopicPartition, CommittedOffset> offsets) {
        public CommittedOffsets {
            offsets = Map.copyOf(offsets);
        }
    }

    /** @param metadata what the consumer has written beside it; mostly empty */
    record CommittedOffset(long offset, String metadata) {}

    /** @param offset -1 when there is an error, and when there is no record of that time or later */
    record PartitionOffset(Errors error, long offset) {}

    /**
     * Where leader epochs end in the logs of partitions (OffsetsForLeaderEpoch, KIP-101, KIP-279).
     *
     * @param questions by partition, all led by the broker that is asked
     */
    record EpochEnds(Map<TopicPartition, EpochQuestion> questions) implements SourceRequest<EpochEndsAnswer> {
        public EpochEnds {
            questions = Map.copyOf(questions);
        }
    }

    /**
     * @param currentLeaderEpoch under which the broker that is asked is taken for the leader
     * @param epoch the one whose end is asked for
     */
    record EpochQuestion(int currentLeaderEpoch, int epoch) {}

    record EpochEndsAnswer(Map<TopicPartition, EpochEnd> ends) {
        public EpochEndsAnswer {
            ends = Map.copyOf(ends);
        }
    }

    /**
     * The end of the largest epoch that the source knows and that is not above the one asked about.
     *
     * @param epoch -1 when the source knows no epoch that low
     * @param endOffset exclusive; -1 when the source knows no epoch that low
     */
    record EpochEnd(Errors error, int epoch, long endOffset) {}

    /** Effective configs of topics (DescribeConfigs). */
    record TopicConfigs(Set<String> topics) implements SourceRequest<TopicConfigsAnswer> {
        public TopicConfigs {
            topics = Set.copyOf(topics);
        }
    }

    /** @param topics by name, all that were asked about */
    record TopicConfigsAnswer(Map<String, ConfigsOfTopic> topics) {
        public TopicConfigsAnswer {
            topics = Map.copyOf(topics);
        }
    }

    /** All ACLs (DescribeAcls). */
    record Acls() implements SourceRequest<AclsAnswer> {}

    /** @param acls empty when there is an error */
    record AclsAnswer(Errors error, Set<AclBinding> acls) {
        public AclsAnswer {
            acls = Set.copyOf(acls);
        }
    }

    /**
     * One config of a broker, as that broker has it (DescribeConfigs).
     *
     * @param broker the one that is asked
     */
    record BrokerConfig(int broker, String key) implements SourceRequest<BrokerConfigAnswer> {}

    /** @param value null when there is an error, and when the broker has none or does not show it */
    record BrokerConfigAnswer(Errors error, @Nullable String value) {}

    /**
     * Sets cluster-wide configs of brokers (IncrementalAlterConfigs): the definitions of the plugin on the source. It is the only
     * question that changes anything there.
     */
    record DefinitionsChange(Map<String, String> configs) implements SourceRequest<ChangeAnswer> {
        public DefinitionsChange {
            configs = Map.copyOf(configs);
        }
    }

    /** @param message of the broker that refused it; null for none */
    record ChangeAnswer(Errors error, @Nullable String message) {}

    /** @param configs by key, only those that are not sensitive; empty after an error */
    record ConfigsOfTopic(Errors error, Map<String, TopicConfig> configs) {
        public ConfigsOfTopic {
            configs = Map.copyOf(configs);
        }
    }

    /** @param setOnTopic whether the topic itself carries the value, rather than a default of the cluster */
    record TopicConfig(String value, boolean setOnTopic) {}
}
