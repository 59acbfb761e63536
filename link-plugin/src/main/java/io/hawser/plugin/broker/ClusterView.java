/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.broker;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.apache.kafka.common.Uuid;

/** The destination cluster as of one metadata offset. Immutable, thread-safe. */
public interface ClusterView {

    Optional<Topic> topic(String name);

    /** Brokers that are registered and not fenced. */
    SortedSet<Integer> liveBrokers();

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
