/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.broker;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** The destination cluster as of one metadata offset. Immutable, thread-safe. */
public interface ClusterView {

    Optional<Topic> topic(String name);

    /** Empty if there is no such topic. */
    OptionalInt partitionCount(String topic);

    /** Brokers that hold a partition, the preferred leader first; empty if there is no such partition. */
    List<Integer> replicas(TopicPartition partition);

    /** What is set on the topic itself, by key; empty if there is no such topic. */
    Map<String, String> topicConfigs(String name);

    /** Keys that a topic of this cluster may have. */
    Set<String> knownTopicConfigs();

    /** Brokers that are registered and not fenced. */
    SortedSet<Integer> liveBrokers();

    /** Controllers that are registered, with their listeners; empty while the cluster's metadata version does not have them. */
    SortedMap<Integer, List<Endpoint>> controllers();

    /** @param partitions by number */
    record Topic(Uuid id, List<Partition> partitions) {
        public Topic {
            partitions = List.copyOf(partitions);
        }
    }

    /**
     * @param leader -1 when there is none
     * @param replicas brokers that hold the partition, the preferred leader first
     * @param isr those in sync, in the order of {@code replicas}
     */
    record Partition(int leader, int leaderEpoch, List<Integer> replicas, List<Integer> isr) {
        public Partition {
            replicas = List.copyOf(replicas);
            isr = List.copyOf(isr);
        }
    }
}
