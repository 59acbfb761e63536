/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.config.DivergencePolicy;
import io.hawser.definition.LossAcceptance;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.plugin.ownership.LossDecisions;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.PartitionStatus;
import io.hawser.status.StateKey;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes a mirror topic whose source has other records now, so that it is created anew from the source's beginning.
 *
 * <p>Law: the topic is deleted only if the link says so or its owner has agreed, and by its id, so never another one. Its name
 * stays read-only all the while.
 *
 * <p>Confined to the coordinator's thread.
 */
final class MirrorRecreation {

    private static final Logger LOG = LoggerFactory.getLogger(MirrorRecreation.class);
    private static final Set<FailureCode> REASONS = Set.of(FailureCode.DIVERGED, FailureCode.SOURCE_TOPIC_RECREATED);

    private final CoordinatorContext context;
    private final StatusBook book;

    MirrorRecreation(CoordinatorContext context, StatusBook book) {
        this.context = context;
        this.book = book;
    }

    /** Takes the next step, if there is one. */
    void advance(MirrorDefinition mirror, MirrorStatus status) {
        if (status.obsoleteTopicId() != null) {
            delete(mirror, status.obsoleteTopicId());
        } else if (mirror.intent() == MirrorIntent.MIRROR
                && status.established()
                && status.state() == MirrorState.FAILED
                && isWanted(mirror, status)) {
            context.cluster().get().topic(mirror.topic()).ifPresent(topic -> begin(mirror, topic));
        }
    }

    private void begin(MirrorDefinition mirror, ClusterView.Topic topic) {
        LOG.warn("Mirror topic {} is deleted and mirrored anew: its source has other records now", mirror.topic());
        book.change(
                StateKey.mirror(mirror.topic()),
                current -> current == null ? null : current.recreated(Uuid.randomUuid(), topic.id()));
    }

    private void delete(MirrorDefinition mirror, Uuid topicId) {
        boolean gone = context.cluster()
                .get()
                .topic(mirror.topic())
                .filter(topic -> topic.id().equals(topicId))
                .isEmpty();
        if (gone) {
            book.change(
                    StateKey.mirror(mirror.topic()),
                    current -> current == null ? null : current.withoutObsoleteTopic());
        } else {
            context.admin().deleteTopic(topicId);
        }
    }

    private boolean isWanted(MirrorDefinition mirror, MirrorStatus status) {
        for (int number = 0; number < status.partitions(); number++) {
            Optional<PartitionStatus> partition = book.partition(mirror, number);
            if (partition.filter(MirrorRecreation::hasOtherRecords).isPresent() && isWanted(mirror, partition.get())) {
                return true;
            }
        }
        return false;
    }

    private boolean isWanted(MirrorDefinition mirror, PartitionStatus partition) {
        LossAcceptance acceptance = mirror.acceptance();
        if (acceptance != null
                && acceptance.divergence() != null
                && !acceptance.id().equals(partition.usedAcceptance())) {
            return acceptance.divergence() == DivergencePolicy.RECREATE;
        }
        return LossDecisions.divergencePolicy(context.definitions().get(), mirror.topic()) == DivergencePolicy.RECREATE;
    }

    private static boolean hasOtherRecords(PartitionStatus partition) {
        Failure failure = partition.failure();
        return failure != null && REASONS.contains(failure.code());
    }
}
