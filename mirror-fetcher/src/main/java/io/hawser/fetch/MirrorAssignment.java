/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * One partition that this broker mirrors, for as long as it leads it under one leader epoch and nothing about the mirror
 * changes. Any difference makes it another assignment, with a fetch of its own.
 *
 * <p>Immutable.
 *
 * @param mirror the partition on the destination
 * @param mirrorTopicId the mirror topic's id on the destination
 * @param incarnation the mirror topic as its status has it; another one once it was deleted and created anew
 * @param source topic id, name and partition on the source
 * @param leaderEpoch the destination's, under which this broker leads
 */
public record MirrorAssignment(
        TopicPartition mirror, Uuid mirrorTopicId, Uuid incarnation, TopicIdPartition source, int leaderEpoch) {

    public TopicIdPartition mirrorIdPartition() {
        return new TopicIdPartition(mirrorTopicId, mirror);
    }
}
