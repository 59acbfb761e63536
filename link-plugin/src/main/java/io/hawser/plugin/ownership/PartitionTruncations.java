/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.ownership;

import io.hawser.fetch.MirrorAssignment;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.plugin.broker.HostBroker;
import io.hawser.plugin.local.LocalAdmin;
import io.hawser.status.PartitionStatus.PartitionTruncation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops from every replica of a mirror partition what the source has lost.
 *
 * <p>Law: nothing is fetched before no replica that can become the leader holds any of it, and before a replica that is away
 * would notice when it comes back. So the leader drops the records, and waits for the word of each replica in sync; replicas
 * that are away are then taken off the partition, which raises its leader epoch; consumer groups are put back to the new end;
 * only then does fetching go on and the replicas get their place back. Every step may be taken again, by another
 * leader too.
 *
 * <p>Confined to the control thread.
 */
public final class PartitionTruncations {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionTruncations.class);
    private static final long ASK_AGAIN_MS = 5_000;

    private final HostBroker broker;
    private final PartitionBook book;
    private final LocalAdmin admin;
    private final Time time;
    private final Map<TopicPartition, Asked> asked = new HashMap<>();
    private final Map<TopicPartition, CompletionStage<Void>> groupsPutBack = new HashMap<>();

    private record Asked(List<Integer> wanted, long atMs) {}

    public PartitionTruncations(HostBroker broker, PartitionBook book, LocalAdmin admin, Time time) {
        this.broker = broker;
        this.book = book;
        this.admin = admin;
        this.time = time;
    }

    /** Whether a partition may not be fetched since there is something to drop first, or may be. */
    public boolean holdUp(MirrorAssignment assignment) {
        if (!book.haveRead(List.of(assignment))) {
            return true;
        }
        PartitionTruncation truncation = book.status(assignment).truncation();
        return truncation != null && !truncation.dropped();
    }

    /**
     * Takes the next step for each partition that this broker leads.
     *
     * @param beingFetched whether anything may still be appended to a partition
     * @return whether there is nothing left to do
     */
    public boolean follow(Ownership.Led led, ClusterView cluster, Predicate<TopicPartition> beingFetched) {
        boolean done = true;
        for (MirrorAssignment assignment : led.partitions()) {
            PartitionTruncation truncation = book.status(assignment).truncation();
            if (truncation != null) {
                done &= cluster.topic(assignment.mirror().topic())
                        .map(topic -> topic.partitions().get(assignment.mirror().partition()))
                        .map(partition -> truncation.dropped()
                                ? restore(assignment, truncation, partition)
                                : drop(assignment, truncation, partition, beingFetched))
                        .orElse(true);
            }
        }
        return done;
    }

    private boolean drop(
            MirrorAssignment assignment,
            PartitionTruncation truncation,
            ClusterView.Partition partition,
            Predicate<TopicPartition> beingFetched) {
        TopicPartition mirror = assignment.mirror();
        // Who leads next must know of it, or nobody would finish it.
        if (beingFetched.test(mirror) || !book.isKept(assignment)) {
            return false;
        }
        if (!broker.truncate(assignment, truncation.offset(), partition.isr())) {
            return false;
        }
        if (!partition.isr().containsAll(partition.replicas())) {
            move(mirror, partition.isr());
            return false;
        }
        var groups = groupsPutBack
                .computeIfAbsent(mirror, key -> admin.putGroupsBack(key, truncation.offset()))
                .toCompletableFuture();
        if (!groups.isDone()) {
            return false;
        }
        if (groups.isCompletedExceptionally()) {
            LOG.warn("{}: not all consumer groups could be put back to offset {}", mirror, truncation.offset());
        }
        groupsPutBack.remove(mirror);
        LOG.info("{}: ends at offset {} on every replica now", mirror, truncation.offset());
        book.change(
                assignment,
                status -> status.truncating(truncation.done())
                        .withLineage(status.lineage().truncatedTo(truncation.offset())));
        return false;
    }

    private boolean restore(
            MirrorAssignment assignment, PartitionTruncation truncation, ClusterView.Partition partition) {
        if (partition.replicas().equals(truncation.replicas())) {
            book.change(assignment, status -> status.truncating(null));
            return true;
        }
        move(assignment.mirror(), truncation.replicas());
        return false;
    }

    private void move(TopicPartition mirror, List<Integer> replicas) {
        if (isDue(mirror, replicas)) {
            LOG.info("{}: moving to replicas {}", mirror, replicas);
            admin.reassign(mirror, replicas);
        }
    }

    /** The same is asked for again after a while only. */
    private boolean isDue(TopicPartition mirror, List<Integer> wanted) {
        long nowMs = time.milliseconds();
        Asked last = asked.get(mirror);
        boolean due = last == null || !last.wanted().equals(wanted) || nowMs - last.atMs() >= ASK_AGAIN_MS;
        if (due) {
            asked.put(mirror, new Asked(wanted, nowMs));
        }
        return due;
    }
}
