/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.local;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;

/** Groups of the cluster that the plugin runs in. As {@link LocalAdmin}. */
public final class LocalGroups {

    private static final Set<GroupState> WITHOUT_MEMBERS = Set.of(GroupState.EMPTY, GroupState.DEAD);

    private final Admin admin;

    LocalGroups(Admin admin) {
        this.admin = admin;
    }

    /** Ids of all groups that have members. */
    public Set<String> active() {
        return LocalAdmin.await(admin.listGroups().all()).stream()
                .filter(group -> group.groupState()
                        .filter(state -> !WITHOUT_MEMBERS.contains(state))
                        .isPresent())
                .map(GroupListing::groupId)
                .collect(Collectors.toSet());
    }

    /** Of groups that commit. */
    public GroupOffsets committing() {
        return new CommittedOffsets(admin);
    }

    /** Of groups that share the records of a partition (KIP-932). */
    public GroupOffsets sharing() {
        return new ShareGroupOffsets(admin);
    }

    /**
     * Offsets of each group; nothing of those that are not there.
     *
     * @param answers of all the groups; a partition may have null for nothing
     */
    static <V> Map<String, Map<TopicPartition, OffsetAndMetadata>> ofEach(
            Collection<String> groups,
            Function<String, KafkaFuture<Map<TopicPartition, V>>> answers,
            Function<@Nullable V, Optional<OffsetAndMetadata>> offset) {
        Map<String, Map<TopicPartition, OffsetAndMetadata>> all = new HashMap<>();
        for (String group : groups) {
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            try {
                LocalAdmin.await(answers.apply(group))
                        .forEach((partition, value) ->
                                offset.apply(value).ifPresent(found -> offsets.put(partition, found)));
            } catch (GroupIdNotFoundException e) {
                // It has none.
            }
            all.put(group, offsets);
        }
        return all;
    }

    /** First offsets and high watermarks; nothing of partitions that have no leader now. */
    public Map<TopicPartition, Bounds> bounds(Collection<TopicPartition> partitions) {
        ListOffsetsResult starts = admin.listOffsets(partitions.stream()
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.earliest())));
        ListOffsetsResult ends = admin.listOffsets(partitions.stream()
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest())));
        Map<TopicPartition, Bounds> bounds = new HashMap<>();
        for (TopicPartition partition : new HashSet<>(partitions)) {
            try {
                bounds.put(
                        partition,
                        new Bounds(
                                LocalAdmin.await(starts.partitionResult(partition))
                                        .offset(),
                                LocalAdmin.await(ends.partitionResult(partition))
                                        .offset()));
            } catch (KafkaException e) {
                // Its high watermark is not known in this round.
            }
        }
        return bounds;
    }

    /** @param highWatermark exclusive */
    public record Bounds(long start, long highWatermark) {}
}
