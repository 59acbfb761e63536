/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.ownership;

import io.hawser.config.DivergencePolicy;
import io.hawser.config.GapPolicy;
import io.hawser.config.LinkConfig;
import io.hawser.definition.Definitions;
import io.hawser.definition.LossAcceptance;
import io.hawser.definition.MirrorDefinition;
import io.hawser.fetch.LossPolicies;
import io.hawser.fetch.MirrorAssignment;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.status.FailureCode;
import io.hawser.status.PartitionStatus;
import io.hawser.status.PartitionStatus.PartitionLoss;
import io.hawser.status.PartitionStatus.PartitionTruncation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about losses by what the link says and what the mirror's owner has agreed to, and writes each decision down.
 *
 * <p>Thread-safe.
 */
public final class LossDecisions implements LossPolicies {

    private static final Logger LOG = LoggerFactory.getLogger(LossDecisions.class);

    private final PartitionBook book;
    private final Supplier<Definitions> definitions;
    private final Supplier<ClusterView> cluster;
    private final Time time;

    public LossDecisions(
            PartitionBook book, Supplier<Definitions> definitions, Supplier<ClusterView> cluster, Time time) {
        this.book = book;
        this.definitions = definitions;
        this.cluster = cluster;
        this.time = time;
    }

    @Override
    public long startAt(MirrorAssignment assignment) {
        return book.startOffset(assignment);
    }

    @Override
    public boolean passOver(MirrorAssignment assignment, long fromOffset, long toOffset) {
        PartitionStatus status = book.status(assignment);
        PartitionLoss loss = new PartitionLoss(FailureCode.GAP, fromOffset, toOffset, time.milliseconds());
        if (status.losses().stream().anyMatch(known -> isSameGap(known, loss))) {
            return true;
        }
        LossAcceptance acceptance =
                unused(assignment, status).filter(LossAcceptance::gap).orElse(null);
        if (acceptance == null && gapPolicy(assignment) != GapPolicy.CONTINUE) {
            return false;
        }
        LOG.warn(
                "{}: offsets {} to {} were deleted on the source before they were mirrored; going on behind them",
                assignment.mirror(),
                fromOffset,
                toOffset - 1);
        book.change(assignment, current -> current.withLoss(loss).withUsedAcceptance(idOf(acceptance)));
        return true;
    }

    @Override
    public boolean drop(MirrorAssignment assignment, long fromOffset, long toOffset) {
        PartitionStatus status = book.status(assignment);
        if (status.truncation() != null) {
            return true;
        }
        LossAcceptance acceptance = unused(assignment, status)
                .filter(consent -> consent.divergence() != null)
                .orElse(null);
        DivergencePolicy policy = acceptance != null && acceptance.divergence() != null
                ? acceptance.divergence()
                : divergencePolicy(definitions.get(), assignment.mirror().topic());
        List<Integer> replicas = cluster.get().replicas(assignment.mirror());
        if (policy != DivergencePolicy.TRUNCATE || replicas.isEmpty()) {
            return false;
        }
        LOG.warn(
                "{}: dropping offsets {} to {}, which the source has lost",
                assignment.mirror(),
                fromOffset,
                toOffset - 1);
        book.change(
                assignment,
                current -> current.truncating(PartitionTruncation.to(fromOffset, replicas))
                        .withLoss(new PartitionLoss(FailureCode.DIVERGED, fromOffset, toOffset, time.milliseconds()))
                        .withUsedAcceptance(idOf(acceptance)));
        return true;
    }

    /** A partition that is well has no use for a consent any more: it is not for the next loss. */
    public void followsAgain(MirrorAssignment assignment) {
        unused(assignment, book.status(assignment))
                .ifPresent(consent -> book.change(assignment, current -> current.withUsedAcceptance(consent.id())));
    }

    /** What the link of a mirror topic says. */
    public static DivergencePolicy divergencePolicy(Definitions definitions, String topic) {
        return DivergencePolicy.valueOf(
                linkProperty(definitions, topic, LinkConfig.DIVERGENCE_POLICY, DivergencePolicy.FAIL));
    }

    private GapPolicy gapPolicy(MirrorAssignment assignment) {
        return GapPolicy.valueOf(
                linkProperty(definitions.get(), assignment.mirror().topic(), LinkConfig.GAP_POLICY, GapPolicy.FAIL));
    }

    private static String linkProperty(Definitions definitions, String topic, String name, Enum<?> otherwise) {
        return definitions
                .mirror(topic)
                .flatMap(mirror -> definitions.link(mirror.link()))
                .map(link -> link.configs().get(name))
                .orElse(otherwise.name())
                .toUpperCase(Locale.ROOT);
    }

    private Optional<LossAcceptance> unused(MirrorAssignment assignment, PartitionStatus status) {
        return definitions
                .get()
                .mirror(assignment.mirror().topic())
                .map(MirrorDefinition::acceptance)
                .filter(consent -> !consent.id().equals(status.usedAcceptance()));
    }

    /** The source's log start may have gone on while the mirror had nothing yet of what lies behind the gap. */
    private static boolean isSameGap(PartitionLoss known, PartitionLoss found) {
        return known.kind() == found.kind() && known.fromOffset() == found.fromOffset();
    }

    private static @Nullable Uuid idOf(@Nullable LossAcceptance acceptance) {
        return acceptance == null ? null : acceptance.id();
    }
}
