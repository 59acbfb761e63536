/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.ownership;

import io.hawser.fetch.MirrorAssignment;
import io.hawser.fetch.MirrorLog;
import io.hawser.lineage.EpochLineage;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.plugin.broker.HostBroker;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorReversal;
import io.hawser.status.PartitionStatus;
import io.hawser.status.PartitionStatus.PartitionLoss;
import io.hawser.status.PartitionStatus.PartitionReversal;
import io.hawser.status.PartitionStatus.PartitionTruncation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.utils.Time;

/**
 * A leader's part in making a topic a mirror of the cluster that it was promoted on: report where the log ends and up to where
 * it is what the other cluster has, then have the rest dropped from every replica by {@link PartitionTruncations}.
 *
 * <p>Law: nothing is dropped that was not reported and saved: a log that ends elsewhere by then is left alone.
 *
 * <p>Confined to the control thread.
 */
public final class PartitionReversals {

    private final HostBroker broker;
    private final PartitionBook book;
    private final Time time;

    public PartitionReversals(HostBroker broker, PartitionBook book, Time time) {
        this.broker = broker;
        this.book = book;
        this.time = time;
    }

    /**
     * Takes the next step for each partition that this broker leads.
     *
     * @return whether there is nothing left to do before the coordinator goes on
     */
    public boolean follow(Ownership.Led led, ClusterView cluster) {
        MirrorReversal reversal = led.status().reversal();
        if (reversal == null || !led.definition().intent().readOnly()) {
            return true;
        }
        boolean done = true;
        for (MirrorAssignment partition : led.partitions()) {
            done &= switch (reversal.step()) {
                case CHECKED, FOLLOW -> true;
                case FENCE -> {
                    // Transactions that are ending still write to it.
                    report(partition, reversal);
                    yield false;
                }
                case SAVE -> report(partition, reversal);
                case DROP -> drop(partition, reversal, cluster);
            };
        }
        return done;
    }

    /** @return whether it is known where the log ends on all in-sync replicas */
    private boolean report(MirrorAssignment partition, MirrorReversal reversal) {
        Optional<MirrorLog.Position> position = broker.mirrorLog().position(partition);
        if (position.isEmpty()
                || position.get().highWatermark() < position.get().logEndOffset()) {
            return false;
        }
        long end = position.get().logEndOffset();
        PartitionReversal report = new PartitionReversal(
                Math.min(end, keepTo(partition, reversal, position.get().logStartOffset())), end, false);
        book.change(partition, status -> status.reversing(report));
        return true;
    }

    /** An unclean election here may have changed what the other cluster had mirrored before. */
    private long keepTo(MirrorAssignment partition, MirrorReversal reversal, long logStart) {
        int number = partition.mirror().partition();
        long lastMirrored = reversal.lastMirroredOffsets().get(number);
        EpochLineage lineage = reversal.lineages().get(number);
        OptionalInt lastEpoch = lineage.epochBefore(lastMirrored);
        if (lastEpoch.isEmpty() || lastMirrored <= logStart) {
            return lastMirrored;
        }
        return broker.endOfEpoch(partition, lastEpoch.getAsInt())
                .filter(found -> found.epoch() != lastEpoch.getAsInt() || found.endOffset() < lastMirrored)
                .map(found -> Math.max(
                        logStart, lineage.commonEnd(found.epoch(), Math.max(0, found.endOffset()), lastMirrored)))
                .orElse(lastMirrored);
    }

    private boolean drop(MirrorAssignment partition, MirrorReversal reversal, ClusterView cluster) {
        PartitionStatus status = book.status(partition);
        PartitionReversal reported = status.reversal();
        PartitionTruncation truncation = status.truncation();
        if (reported == null || (truncation != null && !truncation.dropped())) {
            return false;
        }
        if (reported.dropped()) {
            return true;
        }
        int number = partition.mirror().partition();
        long keepTo = reversal.keptUpTo().get(number);
        long end = broker.mirrorLog()
                .position(partition)
                .map(MirrorLog.Position::logEndOffset)
                .orElse(-1L);
        if (end == keepTo) {
            book.change(partition, current -> current.reversing(reported.done()));
            return true;
        }
        List<Integer> replicas = cluster.replicas(partition.mirror());
        if (end != reversal.ends().get(number) || replicas.isEmpty()) {
            // Not what was saved; the coordinator sees the new report, and begins again.
            report(partition, reversal);
            return false;
        }
        book.change(
                partition,
                current -> current.truncating(PartitionTruncation.to(keepTo, replicas))
                        .withLoss(new PartitionLoss(FailureCode.REVERSED, keepTo, end, time.milliseconds())));
        return false;
    }
}
