/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.ownership;

import io.hawser.fetch.LineageJournal;
import io.hawser.fetch.MirrorAssignment;
import io.hawser.lineage.EpochLineage;
import io.hawser.plugin.state.StateTopic;
import io.hawser.status.MirrorStatus;
import io.hawser.status.PartitionStatus;
import io.hawser.status.StateKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The reports about the partitions that this broker leads: what the last leader left, what this one adds. Its leader is the
 * only writer of a partition's key.
 *
 * <p>Thread-safe; no call blocks. The lock orders the changes of one partition with their writes; it is never held over I/O,
 * since a write is only queued.
 */
public final class PartitionBook implements LineageJournal {

    private final int nodeId;
    private final StateTopic state;
    private final Predicate<MirrorAssignment> fetches;
    private final Object lock = new Object();
    private final Map<TopicPartition, Entry> mine = new HashMap<>();

    /** What this broker says of a partition, and the write that keeps it. */
    private record Entry(PartitionStatus status, CompletableFuture<Void> written) {}

    /** @param fetches whether the assignment is still to be fetched, by what is known now */
    public PartitionBook(int nodeId, StateTopic state, Predicate<MirrorAssignment> fetches) {
        this.nodeId = nodeId;
        this.state = state;
        this.fetches = fetches;
    }

    /**
     * What the last leader left, once all that it can have written has been read; so a stop that was asked for before this
     * broker came to lead is seen, too, and refuses the load.
     */
    @Override
    public CompletionStage<EpochLineage> load(MirrorAssignment assignment) {
        return state.upToDate().thenApply(done -> {
            boolean stopping = state.snapshot()
                    .value(StateKey.mirror(assignment.mirror().topic()))
                    .map(MirrorStatus::stopping)
                    .isPresent();
            if (stopping || !fetches.test(assignment)) {
                throw new KafkaException(assignment.mirror() + " is not to be fetched any more");
            }
            return status(assignment).lineage();
        });
    }

    @Override
    public CompletionStage<Void> record(MirrorAssignment assignment, EpochLineage lineage) {
        return change(assignment, status -> status.withLineage(lineage));
    }

    /** The first offset of a partition that is wanted; 0 for all that the source has. */
    long startOffset(MirrorAssignment assignment) {
        return state.snapshot()
                .value(StateKey.mirror(assignment.mirror().topic()))
                .filter(mirror -> mirror.incarnation().equals(assignment.incarnation()))
                .map(mirror -> mirror.startOffset(assignment.mirror().partition()))
                .orElse(0L);
    }

    /** The report on a partition as this broker has it. */
    public PartitionStatus status(MirrorAssignment assignment) {
        synchronized (lock) {
            return current(assignment);
        }
    }

    /**
     * Changes a report and queues it to be written, unless it is as it was and its last write has not failed.
     *
     * @return done when the report is kept as it is now
     */
    public CompletionStage<Void> change(MirrorAssignment assignment, UnaryOperator<PartitionStatus> change) {
        synchronized (lock) {
            Entry before = mine.get(assignment.mirror());
            PartitionStatus after = change.apply(current(assignment));
            if (before != null
                    && after.equals(before.status())
                    && !before.written().isCompletedExceptionally()) {
                return before.written();
            }
            Entry entry = new Entry(after, state.write(key(assignment), after).toCompletableFuture());
            mine.put(assignment.mirror(), entry);
            return entry.written();
        }
    }

    /** Writes again what the topic did not take, or a leader that was deposed has overwritten since. */
    public void restore() {
        Set<String> lacking = state.toWriteAgain();
        if (lacking.isEmpty()) {
            return;
        }
        synchronized (lock) {
            mine.replaceAll((partition, entry) -> {
                StateKey<PartitionStatus> key = StateKey.partition(partition.topic(), partition.partition());
                return lacking.contains(key.text())
                        ? new Entry(
                                entry.status(), state.write(key, entry.status()).toCompletableFuture())
                        : entry;
            });
        }
    }

    /** Forgets partitions that this broker does not lead any more, so that a later turn reads them anew. */
    public void retain(Set<TopicPartition> led) {
        synchronized (lock) {
            mine.keySet().retainAll(led);
        }
    }

    private PartitionStatus current(MirrorAssignment assignment) {
        Entry entry = mine.get(assignment.mirror());
        PartitionStatus known = entry == null ? null : entry.status();
        if (!isOf(assignment, known)) {
            known = state.snapshot().value(key(assignment)).orElse(null);
        }
        return known == null || !isOf(assignment, known)
                ? PartitionStatus.fresh(assignment.incarnation(), nodeId, assignment.leaderEpoch())
                : known.ledBy(nodeId, assignment.leaderEpoch());
    }

    private static boolean isOf(MirrorAssignment assignment, @Nullable PartitionStatus status) {
        return status != null && status.incarnation().equals(assignment.incarnation());
    }

    private static StateKey<PartitionStatus> key(MirrorAssignment assignment) {
        return StateKey.partition(
                assignment.mirror().topic(), assignment.mirror().partition());
    }
}
