/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.local;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Of classic groups, consumer groups and Streams groups. */
record CommittedOffsets(Admin admin) implements GroupOffsets {

    @Override
    public Map<String, Map<TopicPartition, OffsetAndMetadata>> committed(Collection<String> groups) {
        var answer = admin.listConsumerGroupOffsets(
                groups.stream().collect(Collectors.toMap(group -> group, group -> new ListConsumerGroupOffsetsSpec())));
        return LocalGroups.ofEach(groups, answer::partitionsToOffsetAndMetadata, Optional::ofNullable);
    }

    @Override
    public Map<String, KafkaException> commit(Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets) {
        return LocalAdmin.failures(
                offsets,
                (group, ofGroup) ->
                        admin.alterConsumerGroupOffsets(group, ofGroup).all());
    }

    @Override
    public Map<String, KafkaException> remove(Map<String, Set<TopicPartition>> offsets) {
        return LocalAdmin.failures(
                offsets,
                (group, ofGroup) ->
                        admin.deleteConsumerGroupOffsets(group, ofGroup).all());
    }

    @Override
    public boolean expire() {
        return true;
    }
}
