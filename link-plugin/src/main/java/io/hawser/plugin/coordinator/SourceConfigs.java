/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.definition.MirrorDefinition;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceErrors;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceRequest.TopicConfigsAnswer;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.PartitionStatus;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a mirror topic follow its source's configs where a difference keeps records out.
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
        if (status.state() != MirrorState.FAILED) {
            return false;
        }
        for (int number = 0; number < status.partitions(); number++) {
            Failure failure =
                    book.partition(mirror, number).map(PartitionStatus::failure).orElse(null);
            if (failure != null && failure.code() == FailureCode.RECORD_TOO_LARGE) {
                return true;
            }
        }
        return false;
    }

    void follow(MirrorDefinition mirror, SourceClient client) throws SourceException {
        long nowMs = context.time().milliseconds();
        if (nowMs - followedMs.getOrDefault(mirror.topic(), 0L) < INTERVAL_MS) {
            return;
        }
        followedMs.put(mirror.topic(), nowMs);
        TopicConfigsAnswer answer = client.topicConfigs(mirror.sourceTopic());
        if (answer.error() != Errors.NONE) {
            throw new SourceException(new SourceFailure(
                    SourceErrors.failureCode(answer.error()),
                    "configs of topic " + mirror.sourceTopic() + " on the source (DESCRIBE_CONFIGS): "
                            + answer.error().message()));
        }
        Map<String, String> configs = SyncedTopicConfigs.of(answer.configs(), mirror.configs());
        if (configs.equals(lastSet.get(mirror.topic()))) {
            return;
        }
        try {
            context.admin().setTopicConfigs(mirror.topic(), configs);
            lastSet.put(mirror.topic(), configs);
            LOG.info("Mirror topic {} has taken the configs of {} on the source", mirror.topic(), mirror.sourceTopic());
        } catch (KafkaException e) {
            LOG.warn("Mirror topic {} cannot take the configs of its source: {}", mirror.topic(), e.getMessage());
        }
    }
}
