/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.sync;

import io.hawser.plugin.local.LocalGroups.Bounds;
import io.hawser.source.SourceRequest.CommittedOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done with one group's offsets on the mirrors.
 *
 * <p>Law: an offset that is not one of ours is somebody else's, and stays as it is from then on. Ours is the source's, but never
 * outside of what the mirror holds, and without a leader epoch, since the source's may be above the mirror's and consumers would
 * look for it for ever.
 *
 * <p>Immutable.
 *
 * @param commits by mirror partition
 * @param removals mirror partitions whose offset has gone at the source
 * @param foreign mirror partitions with somebody else's offset
 * @param clamped mirror partitions whose offset is not the source's, as text with both
 * @param written what is ours once this is done, and while it is being done; see {@link io.hawser.status.GroupStatus}
 */
record GroupPlan(
        Map<TopicPartition, OffsetAndMetadata> commits,
        Set<TopicPartition> removals,
        Set<TopicPartition> foreign,
        List<String> clamped,
        Map<String, List<Long>> written) {

    private static final Comparator<TopicPartition> BY_NAME =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    /**
     * @param source what the group has committed there, by mirror partition
     * @param gone mirror partitions for which the source is known to have no offset of the group
     * @param bounds of the mirror partitions, as far as they are known
     * @param stored what is committed here
     * @param written what was ours before
     * @param refresh whether to commit what is right already, so that it does not expire
     */
    static GroupPlan of(
            Map<TopicPartition, CommittedOffset> source,
            Set<TopicPartition> gone,
            Map<TopicPartition, Bounds> bounds,
            Map<TopicPartition, OffsetAndMetadata> stored,
            Map<String, List<Long>> written,
            boolean refresh) {
        GroupPlan plan = new GroupPlan(
                new HashMap<>(),
                new TreeSet<>(BY_NAME),
                new TreeSet<>(BY_NAME),
                new ArrayList<>(),
                new TreeMap<>(written));
        source.forEach((partition, offset) -> {
            Bounds held = bounds.get(partition);
            if (held != null) {
                plan.follow(partition, offset, held, stored.get(partition), refresh);
            }
        });
        gone.forEach(partition -> plan.forget(partition, stored.get(partition)));
        return plan;
    }

    static String key(TopicPartition partition) {
        return partition.topic() + "/" + partition.partition();
    }

    private void follow(
            TopicPartition partition,
            CommittedOffset offset,
            Bounds held,
            @Nullable OffsetAndMetadata present,
            boolean refresh) {
        if (isForeign(partition, present)) {
            written.remove(key(partition));
            foreign.add(partition);
            return;
        }
        long wanted = Math.max(held.start(), Math.min(offset.offset(), held.highWatermark()));
        if (wanted != offset.offset()) {
            clamped.add(partition + " at " + wanted + " instead of " + offset.offset());
        }
        boolean right = present != null
                && present.offset() == wanted
                && present.metadata().equals(offset.metadata());
        if (!right || refresh) {
            commits.put(partition, new OffsetAndMetadata(wanted, Optional.empty(), offset.metadata()));
            written.put(
                    key(partition),
                    present == null || present.offset() == wanted
                            ? List.of(wanted)
                            : List.of(present.offset(), wanted));
        }
    }

    private void forget(TopicPartition partition, @Nullable OffsetAndMetadata present) {
        if (present != null && !isForeign(partition, present)) {
            removals.add(partition);
        } else {
            written.remove(key(partition));
        }
    }

    private boolean isForeign(TopicPartition partition, @Nullable OffsetAndMetadata present) {
        return present != null
                && !written.getOrDefault(key(partition), List.of()).contains(present.offset());
    }
}
