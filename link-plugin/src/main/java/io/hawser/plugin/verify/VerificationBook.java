/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.verify;

import io.hawser.plugin.verify.PartitionLogs.Range;
import io.hawser.status.Failure;
import io.hawser.status.StateKey;
import io.hawser.status.VerificationDifference;
import io.hawser.status.VerificationStatus;
import io.hawser.status.VerificationStatus.State;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * How far comparisons have come: what the last leader left, what this one adds. A partition's leader is the only writer of its key.
 *
 * <p>Confined to the link's verifying thread; no call blocks.
 */
final class VerificationBook {

    private final VerificationContext context;
    private final Map<TopicPartition, VerificationStatus> mine = new HashMap<>();
    private long keptMs;

    VerificationBook(VerificationContext context) {
        this.context = context;
    }

    boolean isDone(Due due) {
        return status(due).filter(VerificationStatus::ended).isPresent();
    }

    /** What is known of this very comparison, taken over by this broker; what is told before it begins if nothing is known. */
    VerificationStatus statusOf(Due due) {
        return status(due)
                .map(known -> known.ledBy(context.nodeId(), due.assignment().leaderEpoch()))
                .orElseGet(() -> fresh(due, 0, 0, false));
    }

    /** Where it goes on, or begins now. */
    VerificationStatus begun(Due due, Range now) {
        VerificationStatus known = statusOf(due);
        return known.endOffset() > 0
                ? known.at(known.nextOffset(), known.deletedOffsets(), known.sourceBytes(), nowMs())
                : fresh(due, Math.min(now.logStartOffset(), now.endOffset()), now.endOffset(), now.compacted());
    }

    /** It has to begin anew. */
    void forgetRange(Due due, VerificationStatus begun) {
        keep(fresh(due, 0, 0, begun.compacted()));
    }

    void keep(VerificationStatus status) {
        keptMs = nowMs();
        mine.put(new TopicPartition(status.topic(), status.partition()), status);
        write(status);
    }

    void keep(
            VerificationStatus progress,
            State state,
            @Nullable Failure failure,
            @Nullable VerificationDifference difference) {
        keep(progress.with(state, failure, difference, nowMs()));
    }

    /** How long ago something was kept, in milliseconds. */
    long keptAgoMs() {
        return nowMs() - keptMs;
    }

    /** Writes again what the topic did not take, or a leader that was deposed has overwritten since. */
    void restore(Collection<TopicPartition> led) {
        Set<String> lacking = context.state().toWriteAgain();
        if (!lacking.isEmpty()) {
            led.stream()
                    .filter(partition -> lacking.contains(key(partition).text()))
                    .forEach(partition -> current(partition).ifPresent(this::write));
        }
    }

    private Optional<VerificationStatus> status(Due due) {
        return current(due.assignment().mirror())
                .filter(status -> status.incarnation().equals(due.assignment().incarnation()))
                .filter(status -> status.verification().equals(due.wanted().id()));
    }

    private void write(VerificationStatus status) {
        context.state().write(StateKey.verification(status.topic(), status.partition()), status);
    }

    private Optional<VerificationStatus> current(TopicPartition partition) {
        VerificationStatus written = mine.get(partition);
        return written != null
                ? Optional.of(written)
                : context.state().snapshot().value(key(partition));
    }

    private VerificationStatus fresh(Due due, long from, long end, boolean compacted) {
        return new VerificationStatus(
                due.assignment().mirror().topic(),
                due.assignment().mirror().partition(),
                due.assignment().incarnation(),
                due.wanted().id(),
                context.nodeId(),
                due.assignment().leaderEpoch(),
                State.RUNNING,
                null,
                compacted,
                from,
                from,
                end,
                0,
                0,
                null,
                nowMs(),
                nowMs());
    }

    private long nowMs() {
        return context.time().milliseconds();
    }

    private static StateKey<VerificationStatus> key(TopicPartition partition) {
        return StateKey.verification(partition.topic(), partition.partition());
    }
}
