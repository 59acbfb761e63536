/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.local;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Offsets that groups of one kind have here. Thread-safe; each call blocks as those of {@link LocalAdmin} do. */
public interface GroupOffsets {

    /** What groups have; nothing of those that are not there. */
    Map<String, Map<TopicPartition, OffsetAndMetadata>> committed(Collection<String> groups);

    /** @return why offsets of groups were not committed, by group */
    Map<String, KafkaException> commit(Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets);

    /** @return why offsets of groups were not removed, by group */
    Map<String, KafkaException> remove(Map<String, Set<TopicPartition>> offsets);

    /** Whether brokers drop offsets of a group that has had no members for a while (offsets.retention.minutes). */
    boolean expire();
}
