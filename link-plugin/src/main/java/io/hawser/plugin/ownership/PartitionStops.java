/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.ownership;

import io.hawser.definition.StopPoint;
import io.hawser.fetch.MirrorAssignment;
import io.hawser.fetch.MirrorLog;
import io.hawser.fetch.MirrorReader;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.plugin.broker.HostBroker;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorStopping;
import io.hawser.status.PartitionStatus;
import io.hawser.status.PartitionStatus.PartitionLoss;
import io.hawser.status.PartitionStatus.PartitionStopping;
import io.hawser.status.PartitionStatus.PartitionTruncation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A leader's part in making a mirror topic writable: drop what lies behind the point that a failover goes to, by way of
 * {@link PartitionTruncations}, report where the fenced log ends, then abort what transactions are open. Each step is taken when
 * it is due and may be taken again by another leader.
 *
 * <p>Law: the end is reported only when no replica that is in sync holds anything behind the point.
 *
 * <p>Confined to the control thread; logs are searched by a thread of its own, which nobody interrupts.
 */
public final class PartitionStops implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionStops.class);
    private static final long SEARCH_AGAIN_MS = 1_000;

    private final HostBroker broker;
    private final PartitionBook book;
    private final Time time;
    private final Map<Search, CompletableFuture<OptionalLong>> searches = new HashMap<>();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "hawser-stops");
        thread.setDaemon(true);
        return thread;
    });

    /** A look for where a log that ends at an offset is to be cut. */
    private record Search(MirrorAssignment partition, StopPoint point, long end) {}

    public PartitionStops(HostBroker broker, PartitionBook book, Time time) {
        this.broker = broker;
        this.book = book;
        this.time = time;
    }

    /** Does not interrupt a search: that would close the broker's file. */
    @Override
    public void close() {
        worker.shutdown();
    }

    /**
     * Takes the next step for each partition that this broker leads.
     *
     * @param beingFetched whether anything may still be appended to a partition
     * @return whether all that is asked for has been done
     */
    public boolean follow(Ownership.Led led, ClusterView cluster, Predicate<TopicPartition> beingFetched) {
        MirrorStopping stopping = led.status().stopping();
        if (stopping == null || led.status().beingReversed()) {
            searches.keySet().removeIf(search -> led.partitions().contains(search.partition()));
            return true;
        }
        boolean done = true;
        for (MirrorAssignment partition : led.partitions()) {
            if (partition.mirror().partition() >= led.status().partitions()) {
                // It was added while the topic was being stopped already.
                continue;
            }
            done &= !beingFetched.test(partition.mirror())
                    && follow(partition, stopping, led.definition().stopAt(), cluster);
        }
        return done;
    }

    private boolean follow(
            MirrorAssignment partition, MirrorStopping stopping, @Nullable StopPoint point, ClusterView cluster) {
        PartitionStatus status = book.status(partition);
        PartitionStopping reported = status.stopping();
        if (stopping.step() == MirrorStopping.Step.FENCE) {
            boolean reportedThis = reported != null
                    && reported.attempt() == stopping.attempt()
                    && Objects.equals(reported.stoppedAt(), StopPoint.idOf(point));
            return reportedThis || reportEnd(partition, stopping, point, cluster);
        }
        return (reported != null && reported.sealed()) || seal(partition, stopping);
    }

    private boolean reportEnd(
            MirrorAssignment partition, MirrorStopping stopping, @Nullable StopPoint point, ClusterView cluster) {
        Optional<MirrorLog.Position> position = broker.mirrorLog().position(partition);
        if (position.isEmpty()
                || position.get().highWatermark() < position.get().logEndOffset()) {
            return false;
        }
        long end = position.get().logEndOffset();
        if (point != null && !endsAt(partition, point, end, cluster)) {
            return false;
        }
        book.change(
                partition,
                status ->
                        status.stopping(new PartitionStopping(stopping.attempt(), end, false, StopPoint.idOf(point))));
        return true;
    }

    /** @return whether the log holds nothing behind the point; what it does is dropped meanwhile */
    private boolean endsAt(MirrorAssignment partition, StopPoint point, long end, ClusterView cluster) {
        Search search = new Search(partition, point, end);
        CompletableFuture<OptionalLong> found =
                searches.computeIfAbsent(search, each -> CompletableFuture.supplyAsync(() -> cut(each), worker));
        if (!found.isDone()) {
            return false;
        }
        searches.remove(search);
        OptionalLong cut = found.join();
        List<Integer> replicas = cluster.replicas(partition.mirror());
        if (cut.isPresent() && cut.getAsLong() < end && !replicas.isEmpty()) {
            LOG.warn(
                    "{}: dropping offsets {} to {}, which lie behind the point that is failed over to",
                    partition.mirror(),
                    cut.getAsLong(),
                    end - 1);
            PartitionLoss loss = new PartitionLoss(FailureCode.FAILED_OVER, cut.getAsLong(), end, time.milliseconds());
            book.change(
                    partition,
                    status -> status.truncating(PartitionTruncation.to(cut.getAsLong(), replicas))
                            .withLoss(loss));
        }
        return cut.isPresent() && cut.getAsLong() >= end;
    }

    /** Empty if it has to be looked for again. */
    private OptionalLong cut(Search search) {
        MirrorReader reader = broker.mirrorReader();
        Long timestampMs = search.point().timestampMs();
        Long offset = search.point().offsets().get(search.partition().mirror().partition());
        try {
            if (timestampMs != null) {
                return reader.batchFrom(search.partition(), timestampMs);
            }
            return offset == null ? OptionalLong.of(search.end()) : reader.batchAt(search.partition(), offset);
        } catch (RuntimeException e) {
            LOG.warn(
                    "{}: cannot be searched for where to stop; tried again",
                    search.partition().mirror(),
                    e);
            time.sleep(SEARCH_AGAIN_MS);
            return OptionalLong.empty();
        }
    }

    private boolean seal(MirrorAssignment partition, MirrorStopping stopping) {
        long lastMirroredOffset = lastMirroredOffset(partition, stopping);
        if (lastMirroredOffset == MirrorStopping.UNKNOWN
                || !broker.abortOpenTransactions(partition, lastMirroredOffset)) {
            return false;
        }
        book.change(
                partition,
                status -> status.stopping(new PartitionStopping(
                        stopping.attempt(),
                        lastMirroredOffset,
                        true,
                        status.stopping() == null ? null : status.stopping().stoppedAt())));
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
