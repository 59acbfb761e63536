/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.local;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Where share groups begin in each partition. What they have acknowledged behind it is not to be had; they are given it again.
 */
record ShareGroupOffsets(Admin admin) implements GroupOffsets {

    @Override
    public Map<String, Map<TopicPartition, OffsetAndMetadata>> committed(Collection<String> groups) {
        var answer = admin.listShareGroupOffsets(
                groups.stream().collect(Collectors.toMap(group -> group, group -> new ListShareGroupOffsetsSpec())));
        return LocalGroups.ofEach(
                groups,
                answer::partitionsToOffsetInfo,
                info -> Optional.ofNullable(info)
                        .filter(known -> known.startOffset() >= 0)
                        .map(known -> new OffsetAndMetadata(known.startOffset())));
    }

    @Override
    public Map<String, KafkaException> commit(Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets) {
        return LocalAdmin.failures(offsets, (group, ofGroup) -> {
            Map<TopicPartition, Long> starts = new HashMap<>();
            ofGroup.forEach((partition, offset) -> starts.put(partition, offset.offset()));
            return admin.alterShareGroupOffsets(group, starts).all();
        });
    }

    /** Kafka forgets whole topics only; so did the source. */
    @Override
    public Map<String, KafkaException> remove(Map<String, Set<TopicPartition>> offsets) {
        return LocalAdmin.failures(
                offsets,
                (group, partitions) -> admin.deleteShareGroupOffsets(
                                group,
                                partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet()))
                        .all());
    }

    @Override
    public boolean expire() {
        return false;
    }
}
