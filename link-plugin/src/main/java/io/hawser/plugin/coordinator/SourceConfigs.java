/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.definition.MirrorDefinition;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceErrors;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceRequest.ConfigsOfTopic;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a mirror topic follow its source's configs where a difference keeps records out. A source that has lowered its limits
 * may hold batches from before, which it would refuse by now: the mirror's limits then rise beyond the source's.
 *
 * <p>Confined to the link's tasks thread.
 */
final class SourceConfigs {

    private static final Logger LOG = LoggerFactory.getLogger(SourceConfigs.class);
    private static final long INTERVAL_MS = 2_000;

    private final CoordinatorContext context;
    private final Map<String, Long> followedMs = new HashMap<>();
    private final Map<String, Map<String, String>> lastSet = new HashMap<>();

    SourceConfigs(CoordinatorContext context) {
        this.context = context;
    }

    /** Whether a partition of the mirror refuses a record for its size. */
    static boolean areToBeFollowed(MirrorDefinition mirror, MirrorStatus status, StatusBook book) {
        return book.hasFailed(mirror, status, FailureCode.RECORD_TOO_LARGE);
    }

    void follow(MirrorDefinition mirror, SourceClient client) throws SourceException {
        long nowMs = context.time().milliseconds();
        if (nowMs - followedMs.getOrDefault(mirror.topic(), 0L) < INTERVAL_MS) {
            return;
        }
        followedMs.put(mirror.topic(), nowMs);
        ConfigsOfTopic answer = Objects.requireNonNull(
                client.topicConfigs(Set.of(mirror.sourceTopic())).get(mirror.sourceTopic()));
        if (answer.error() != Errors.NONE) {
            throw new SourceException(new SourceFailure(
                    SourceErrors.failureCode(answer.error()),
                    "configs of topic " + mirror.sourceTopic() + " on the source (DESCRIBE_CONFIGS): "
                            + answer.error().message()));
        }
        Map<String, String> ofSource = SyncedTopicConfigs.of(answer.configs(), mirror.configs());
        Map<String, String> inVain = lastSet.get(mirror.topic());
        Map<String, String> configs =
                inVain == null ? ofSource : SyncedTopicConfigs.withMoreRoom(ofSource, inVain, mirror.configs());
        if (configs.equals(inVain)) {
            return;
        }
        try {
            context.admin().setTopicConfigs(mirror.topic(), configs);
            lastSet.put(mirror.topic(), configs);
            LOG.info(
                    "Mirror topic {} has taken the configs of {} on the source, with max.message.bytes={} and"
                            + " segment.bytes={}",
                    mirror.topic(),
                    mirror.sourceTopic(),
                    configs.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                    configs.get(TopicConfig.SEGMENT_BYTES_CONFIG));
        } catch (KafkaException e) {
            LOG.warn("Mirror topic {} cannot take the configs of its source: {}", mirror.topic(), e.getMessage());
        }
    }
}
