/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * How far the partitions of one link that one broker leads are behind.
 *
 * <p>Immutable.
 *
 * @param broker the reporting broker
 * @param link the link
 * @param atMs when the figures were read, in milliseconds since the epoch, by the broker's clock
 * @param throttledShare of the time since the report before, 0 to 1, in which a limit kept back what was to be had
 * @param partitions in any order; kept sorted by topic and partition
 */
public record LagReport(int broker, String link, long atMs, double throttledShare, List<PartitionLag> partitions) {

    private static final Comparator<PartitionLag> ORDER =
            Comparator.comparing(PartitionLag::topic).thenComparingInt(PartitionLag::partition);

    public LagReport {
        partitions = partitions.stream().sorted(ORDER).toList();
    }

    /** One partition's figures; empty when the broker does not lead it. */
    public Optional<PartitionLag> partition(String topic, int partition) {
        int low = 0;
        int high = partitions.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            PartitionLag found = partitions.get(middle);
            int byTopic = found.topic().compareTo(topic);
            int order = byTopic == 0 ? Integer.compare(found.partition(), partition) : byTopic;
            if (order == 0) {
                return Optional.of(found);
            }
            low = order < 0 ? middle + 1 : low;
            high = order > 0 ? middle - 1 : high;
        }
        return Optional.empty();
    }

    /**
     * One partition's figures. A lag that is not known is null, never 0: 0 needs a successful fetch that proved it.
     *
     * @param leaderEpoch destination leader epoch under which they were read
     * @param sourceHighWatermark as of the last successful fetch; null before the first
     * @param logEndOffset of the mirror's leader
     * @param highWatermark of the mirror
     * @param lagRecords source high watermark minus the mirror's log end offset, at least 0
     * @param lagBytes estimated from the mean size of what was fetched last
     * @param lagMs time since the mirror last held all that the source had; 0 when the last fetch proved that it does
     * @param lastFetchAgeMs time since the last successful fetch
     * @param sourceBroker id of the source broker that is asked for records: the leader, or a replica nearby; null when none is
     * @param retentionLeftMs about how long the source still keeps what comes next, below 0 when it may be gone; null when the
     *     mirror has all, or the source keeps it for ever
     * @param heldUntilMs when what comes next is old enough to be taken, in milliseconds since the epoch; null when it does not
     *     wait for that
     * @param stoppedAt id of the {@link io.hawser.definition.StopPoint} that the mirror has come to and goes not beyond; null if none
     */
    public record PartitionLag(
            String topic,
            int partition,
            int leaderEpoch,
            @Nullable Long sourceHighWatermark,
            long logEndOffset,
            long highWatermark,
            @Nullable Long lagRecords,
            @Nullable Long lagBytes,
            @Nullable Long lagMs,
            @Nullable Long lastFetchAgeMs,
            @Nullable Integer sourceBroker,
            @Nullable Long retentionLeftMs,
            @Nullable Long heldUntilMs,
            @Nullable Uuid stoppedAt) {

        /** Whether nothing differs but what changes as time goes by, while nothing happens. */
        public boolean isStill(PartitionLag before) {
            return topic.equals(before.topic)
                    && partition == before.partition
                    && leaderEpoch == before.leaderEpoch
                    && Objects.equals(sourceHighWatermark, before.sourceHighWatermark)
                    && logEndOffset == before.logEndOffset
                    && highWatermark == before.highWatermark
                    && Objects.equals(lagRecords, before.lagRecords)
                    && Objects.equals(lagBytes, before.lagBytes)
                    && Objects.equals(sourceBroker, before.sourceBroker)
                    && Objects.equals(heldUntilMs, before.heldUntilMs)
                    && Objects.equals(stoppedAt, before.stoppedAt);
        }
    }
}
