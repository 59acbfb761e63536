/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.ownership;

import io.hawser.fetch.LineageJournal;
import io.hawser.fetch.MirrorAssignment;
import io.hawser.lineage.EpochLineage;
import io.hawser.plugin.state.StateStore;
import io.hawser.status.MirrorStatus;
import io.hawser.status.PartitionStatus;
import io.hawser.status.StateKey;
import java.util.Collection;
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
 * <p>Law: what a leader does to a log is kept before, and who leads next reads it first; so whatever was begun is finished, and
 * what it lost is known.
 *
 * <p>Thread-safe; no call blocks. The lock orders the changes of one partition with their writes; it is never held over I/O,
 * since a write is only queued.
 */
public final class PartitionBook implements LineageJournal {

    private final int nodeId;
    private final StateStore state;
    private final Predicate<MirrorAssignment> fetches;
    private final Object lock = new Object();
    private final Map<TopicPartition, Entry> mine = new HashMap<>();
    private final Map<TopicPartition, Turn> turns = new HashMap<>();

    /** What this broker says of a partition, and the write that keeps it. */
    private record Entry(PartitionStatus status, CompletableFuture<Void> written) {}

    /** This broker's turn as a leader, and the reading of what the leaders before it have left. */
    private record Turn(int leaderEpoch, CompletableFuture<Void> read) {
        boolean isOver(MirrorAssignment assignment) {
            return leaderEpoch != assignment.leaderEpoch() || read.isCompletedExceptionally();
        }
    }

    /** @param fetches whether the assignment is still to be fetched, by what is known now */
    public PartitionBook(int nodeId, StateStore state, Predicate<MirrorAssignment> fetches) {
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

    /**
     * Whether all that leaders before can have written of these partitions has been read; until then nothing is decided about
     * them. What has not been read yet begins to be.
     */
    public boolean haveRead(Collection<MirrorAssignment> led) {
        synchronized (lock) {
            CompletableFuture<Void> reading = null;
            boolean read = true;
            for (MirrorAssignment assignment : led) {
                Turn turn = turns.get(assignment.mirror());
                if (turn == null || turn.isOver(assignment)) {
                    reading = reading == null ? state.upToDate().toCompletableFuture() : reading;
                    turn = new Turn(assignment.leaderEpoch(), reading);
                    turns.put(assignment.mirror(), turn);
                }
                read &= isDone(turn.read());
            }
            return read;
        }
    }

    /** Whether who leads after this broker would know all that this one says of a partition. */
    public boolean isKept(MirrorAssignment assignment) {
        synchronized (lock) {
            Entry entry = mine.get(assignment.mirror());
            return entry == null || isDone(entry.written());
        }
    }

    /** One that has failed is not. */
    private static boolean isDone(CompletableFuture<Void> work) {
        return work.isDone() && !work.isCompletedExceptionally();
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
            turns.keySet().retainAll(led);
        }
    }

    private PartitionStatus current(MirrorAssignment assignment) {
        Entry entry = mine.get(assignment.mirror());
        PartitionStatus known = entry != null && isOf(assignment, entry.status()) ? entry.status() : null;
        if (known == null || known.leaderEpoch() != assignment.leaderEpoch()) {
            known = later(known, read(assignment));
        }
        return known == null
                ? PartitionStatus.fresh(assignment.incarnation(), nodeId, assignment.leaderEpoch())
                : known.ledBy(nodeId, assignment.leaderEpoch());
    }

    private @Nullable PartitionStatus read(MirrorAssignment assignment) {
        return state.snapshot()
                .value(key(assignment))
                .filter(status -> isOf(assignment, status))
                .orElse(null);
    }

    /** Another broker may have led between two turns of this one. */
    private static @Nullable PartitionStatus later(@Nullable PartitionStatus mine, @Nullable PartitionStatus read) {
        return mine == null || (read != null && read.leaderEpoch() > mine.leaderEpoch()) ? read : mine;
    }

    private static boolean isOf(MirrorAssignment assignment, PartitionStatus status) {
        return status.incarnation().equals(assignment.incarnation());
    }

    private static StateKey<PartitionStatus> key(MirrorAssignment assignment) {
        return StateKey.partition(
                assignment.mirror().topic(), assignment.mirror().partition());
    }
}
