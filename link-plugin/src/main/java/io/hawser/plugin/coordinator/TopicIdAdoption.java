/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.definition.MirrorDefinition;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateKey;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pins a mirror to its source topic's id when a source that had none, older than Kafka 2.8, was upgraded. Once: what the
 * logs' epochs tell of another topic under that name is found out by them, as it was before.
 *
 * <p>Thread-safe: no state.
 */
final class TopicIdAdoption {

    private static final Logger LOG = LoggerFactory.getLogger(TopicIdAdoption.class);

    private TopicIdAdoption() {}

    static boolean isDue(MirrorDefinition mirror, MirrorStatus status, StatusBook book) {
        return Uuid.ZERO_UUID.equals(status.sourceTopicId())
                && book.hasFailed(mirror, status, FailureCode.SOURCE_TOPIC_RECREATED);
    }

    static void adopt(MirrorDefinition mirror, SourceTopic topic, StatusBook book) {
        if (topic.error() == Errors.NONE && !topic.id().equals(Uuid.ZERO_UUID)) {
            book.change(
                    StateKey.mirror(mirror.topic()),
                    status -> status == null || !Uuid.ZERO_UUID.equals(status.sourceTopicId())
                            ? status
                            : status.pinnedTo(topic.id()));
            LOG.info("Mirror topic {} is of topic {} with id {}", mirror.topic(), topic.name(), topic.id());
        }
    }
}
