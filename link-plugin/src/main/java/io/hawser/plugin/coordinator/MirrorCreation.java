/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.definition.MirrorDefinition;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceErrors;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.source.SourceRequest.TopicConfigsAnswer;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateKey;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.protocol.Errors;

/**
 * Creates a mirror topic as its source topic is: as many partitions, the same effective configs, before any data.
 *
 * <p>Law: the definition, which makes the name read-only, is in the metadata log before the topic is; and the source topic's id
 * is pinned before anything is fetched.
 *
 * <p>Confined to the link's tasks thread.
 */
final class MirrorCreation {

    private final CoordinatorContext context;
    private final StatusBook book;

    MirrorCreation(CoordinatorContext context, StatusBook book) {
        this.context = context;
        this.book = book;
    }

    void establish(MirrorDefinition mirror, SourceTopic source, SourceClient client) throws SourceException {
        if (source.error() != Errors.NONE) {
            failed(
                    mirror,
                    new SourceFailure(
                            SourceErrors.failureCode(source.error()),
                            "topic " + source.name() + " on the source: " + message(source.error())));
            return;
        }
        TopicConfigsAnswer configs = client.topicConfigs(source.name());
        if (configs.error() != Errors.NONE) {
            failed(
                    mirror,
                    new SourceFailure(
                            SourceErrors.failureCode(configs.error()),
                            "configs of topic " + source.name() + " on the source (DESCRIBE_CONFIGS): "
                                    + message(configs.error())));
            return;
        }
        create(mirror, source, SyncedTopicConfigs.of(configs.configs(), mirror.configs()));
    }

    void failed(MirrorDefinition mirror, SourceFailure failure) {
        long nowMs = context.time().milliseconds();
        book.change(StateKey.mirror(mirror.topic()), known -> {
            boolean ours = known != null && MirrorTransitions.isOf(mirror, known);
            if (ours && known != null && known.established()) {
                return known.withState(known.state(), failure.at(nowMs), nowMs);
            }
            MirrorStatus base = ours && known != null ? known : fresh(mirror, nowMs);
            return base.withState(MirrorState.FAILED, failure.at(nowMs), nowMs);
        });
    }

    private void create(MirrorDefinition mirror, SourceTopic source, Map<String, String> configs) {
        int partitions = source.partitions().size();
        try {
            context.admin().createTopic(mirror.topic(), partitions, mirror.replicationFactor(), configs);
        } catch (KafkaException e) {
            failed(mirror, new SourceFailure(FailureCode.TOPIC_CREATION, String.valueOf(e.getMessage())));
            return;
        }
        Optional<ClusterView.Topic> existing = context.cluster().get().topic(mirror.topic());
        if (existing.isPresent() && existing.get().partitions().size() != partitions) {
            failed(
                    mirror,
                    new SourceFailure(
                            FailureCode.TOPIC_CREATION,
                            "topic " + mirror.topic() + " has "
                                    + existing.get().partitions().size() + " partitions here and " + partitions
                                    + " on the source"));
            return;
        }
        long nowMs = context.time().milliseconds();
        book.change(
                StateKey.mirror(mirror.topic()),
                known -> (known != null && MirrorTransitions.isOf(mirror, known) ? known : fresh(mirror, nowMs))
                        .established(source.id(), partitions)
                        .withState(MirrorState.ACTIVE, null, nowMs));
    }

    private MirrorStatus fresh(MirrorDefinition mirror, long nowMs) {
        return MirrorStatus.fresh(mirror, context.definitions().get().generation(), nowMs);
    }

    private static String message(Errors error) {
        return error == Errors.UNKNOWN_TOPIC_OR_PARTITION ? "it does not exist" : error.message();
    }
}
