/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.local;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * Where share groups begin in each partition. What they have acknowledged behind it is not to be had; they are given it again.
 */
record ShareGroupOffsets(Admin admin) implements GroupOffsets {

    @Override
    public Map<String, Map<TopicPartition, OffsetAndMetadata>> committed(Collection<String> groups) {
        var answer = admin.listShareGroupOffsets(
                groups.stream().collect(Collectors.toMap(group -> group, group -> new ListShareGroupOffsetsSpec())));
        Map<String, Map<TopicPartition, OffsetAndMetadata>> starts = new HashMap<>();
        for (String group : groups) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            try {
                LocalAdmin.await(answer.partitionsToOffsetInfo(group)).forEach((partition, info) -> {
                    if (info != null && info.startOffset() >= 0) {
                        offsets.put(partition, new OffsetAndMetadata(info.startOffset()));
                    }
                });
            } catch (GroupIdNotFoundException e) {
                // It has begun nowhere.
            }
            starts.put(group, offsets);
        }
        return starts;
    }

    @Override
    public Map<String, KafkaException> commit(Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets) {
        Map<String, KafkaFuture<Void>> futures = new HashMap<>();
        offsets.forEach((group, ofGroup) -> {
            Map<TopicPartition, Long> starts = new HashMap<>();
            ofGroup.forEach((partition, offset) -> starts.put(partition, offset.offset()));
            futures.put(group, admin.alterShareGroupOffsets(group, starts).all());
        });
        return LocalAdmin.failures(futures);
    }

    /** Kafka forgets whole topics only; so did the source. */
    @Override
    public Map<String, KafkaException> remove(Map<String, Set<TopicPartition>> offsets) {
        Map<String, KafkaFuture<Void>> futures = new HashMap<>();
        offsets.forEach((group, partitions) -> futures.put(
                group,
                admin.deleteShareGroupOffsets(
                                group,
                                partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet()))
                        .all()));
        return LocalAdmin.failures(futures);
    }

    @Override
    public boolean expire() {
        return false;
    }
}
