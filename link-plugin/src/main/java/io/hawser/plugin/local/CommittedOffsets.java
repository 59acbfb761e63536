/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.local;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Of classic groups, consumer groups and Streams groups. */
record CommittedOffsets(Admin admin) implements GroupOffsets {

    @Override
    public Map<String, Map<TopicPartition, OffsetAndMetadata>> committed(Collection<String> groups) {
        var answer = admin.listConsumerGroupOffsets(
                groups.stream().collect(Collectors.toMap(group -> group, group -> new ListConsumerGroupOffsetsSpec())));
        Map<String, Map<TopicPartition, OffsetAndMetadata>> committed = new HashMap<>();
        for (String group : groups) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            try {
                LocalAdmin.await(answer.partitionsToOffsetAndMetadata(group)).forEach((partition, offset) -> {
                    if (offset != null) {
                        offsets.put(partition, offset);
                    }
                });
            } catch (GroupIdNotFoundException e) {
                // It has committed nothing.
            }
            committed.put(group, offsets);
        }
        return committed;
    }

    @Override
    public Map<String, KafkaException> commit(Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets) {
        Map<String, KafkaFuture<Void>> futures = new HashMap<>();
        offsets.forEach((group, ofGroup) -> futures.put(
                group, admin.alterConsumerGroupOffsets(group, ofGroup).all()));
        return LocalAdmin.failures(futures);
    }

    @Override
    public Map<String, KafkaException> remove(Map<String, Set<TopicPartition>> offsets) {
        Map<String, KafkaFuture<Void>> futures = new HashMap<>();
        offsets.forEach((group, ofGroup) -> futures.put(
                group, admin.deleteConsumerGroupOffsets(group, ofGroup).all()));
        return LocalAdmin.failures(futures);
    }

    @Override
    public boolean expire() {
        return true;
    }
}
