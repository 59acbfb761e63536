/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.ownership;

import io.hawser.fetch.MirrorAssignment;
import io.hawser.fetch.MirrorLog;
import io.hawser.plugin.broker.HostBroker;
import io.hawser.status.MirrorStopping;
import io.hawser.status.PartitionStatus;
import io.hawser.status.PartitionStatus.PartitionStopping;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * A leader's part in making a mirror topic writable: report where the fenced log ends, then abort what transactions are
 * open. Each step is taken when it is due and may be taken again by another leader.
 *
 * <p>Confined to the control thread.
 */
public final class PartitionStops {

    private final HostBroker broker;
    private final PartitionBook book;

    public PartitionStops(HostBroker broker, PartitionBook book) {
        this.broker = broker;
        this.book = book;
    }

    /**
     * Takes the next step for each partition that this broker leads.
     *
     * @param beingFetched whether anything may still be appended to a partition
     * @return whether all that is asked for has been done
     */
    public boolean follow(Ownership.Led led, Predicate<TopicPartition> beingFetched) {
        MirrorStopping stopping = led.status().stopping();
        if (stopping == null || led.status().beingReversed()) {
            return true;
        }
        boolean done = true;
        for (MirrorAssignment partition : led.partitions()) {
            done &= !beingFetched.test(partition.mirror()) && follow(partition, stopping);
        }
        return done;
    }

    private boolean follow(MirrorAssignment partition, MirrorStopping stopping) {
        PartitionStatus status = book.status(partition);
        PartitionStopping reported = status.stopping();
        if (stopping.step() == MirrorStopping.Step.FENCE) {
            return (reported != null && reported.attempt() == stopping.attempt()) || reportEnd(partition, stopping);
        }
        return (reported != null && reported.sealed()) || seal(partition, stopping);
    }

    private boolean reportEnd(MirrorAssignment partition, MirrorStopping stopping) {
        Optional<MirrorLog.Position> position = broker.mirrorLog().position(partition);
        if (position.isEmpty()
                || position.get().highWatermark() < position.get().logEndOffset()) {
            return false;
        }
        long end = position.get().logEndOffset();
        book.change(partition, status -> status.stopping(new PartitionStopping(stopping.attempt(), end, false)));
        return true;
    }

    private boolean seal(MirrorAssignment partition, MirrorStopping stopping) {
        long lastMirroredOffset = lastMirroredOffset(partition, stopping);
        if (lastMirroredOffset == MirrorStopping.UNKNOWN
                || !broker.abortOpenTransactions(partition, lastMirroredOffset)) {
            return false;
        }
        book.change(
                partition,
                status -> status.stopping(new PartitionStopping(stopping.attempt(), lastMirroredOffset, true)));
        return true;
    }

    /** Of a partition that had no leader when it was asked for: where the log ended when it got one. */
    private long lastMirroredOffset(MirrorAssignment partition, MirrorStopping stopping) {
        int number = partition.mirror().partition();
        long known = Objects.requireNonNull(stopping.lastMirroredOffsets()).get(number);
        Integer epoch = stopping.passedOver().get(number);
        return known != MirrorStopping.UNKNOWN || epoch == null
                ? known
                : broker.endOfEpoch(partition, epoch)
                        .map(HostBroker.EpochEnd::endOffset)
                        .orElse(MirrorStopping.UNKNOWN);
    }
}
