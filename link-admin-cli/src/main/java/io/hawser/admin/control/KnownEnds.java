/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import com.fasterxml.jackson.annotation.JsonValue;
import io.hawser.admin.view.MirrorView;
import io.hawser.admin.view.MirrorView.PartitionView;
import io.hawser.admin.view.Since;
import io.hawser.status.MirrorStatus;
import io.hawser.status.MirrorStopping;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the source's partitions were last known to end, remembered while their mirrors are stopped, since stopped ones are
 * reported on no more.
 *
 * <p>Confined to the command's thread.
 */
public final class KnownEnds {

    private final Map<String, Map<Integer, Known>> topics = new HashMap<>();

    /**
     * @param end of the source's partition, exclusive
     * @param atMs when the source told, in milliseconds since the epoch
     */
    private record Known(long end, long atMs) {}

    /**
     * What the mirror of one partition lacks.
     *
     * @param lastMirroredOffset exclusive; null for one that had no leader and was passed over
     * @param sourceHighWatermark exclusive; null if the source has never told
     * @param records that are known to be lacking; null if the source has never told, or the partition was passed over
     * @param known how long ago the source told; it may have got more since
     */
    public record Loss(
            int partition,
            @Nullable Long lastMirroredOffset,
            @Nullable Long sourceHighWatermark,
            @Nullable Long records,
            @Nullable Since known) {}

    /** What a whole topic lacks: by partition for scripts, in one figure for people. */
    public record Losses(@JsonValue List<Loss> partitions) {
        @Override
        public String toString() {
            if (partitions.stream().anyMatch(loss -> loss.records() == null)) {
                return "unknown";
            }
            long records = partitions.stream()
                    .mapToLong(loss -> Objects.requireNonNullElse(loss.records(), 0L))
                    .sum();
            String oldest = partitions.stream()
                    .map(Loss::known)
                    .filter(Objects::nonNull)
                    .min(Comparator.comparingLong(Since::atMs))
                    .map(known -> ", as of " + known + " ago")
                    .orElse("");
            return records + oldest;
        }
    }

    /** Takes note of what is reported now. */
    void observe(Collection<MirrorView> mirrors, long nowMs) {
        for (MirrorView mirror : mirrors) {
            Map<Integer, Known> ends = topics.computeIfAbsent(mirror.mirrorTopic(), name -> new TreeMap<>());
            for (PartitionView partition : mirror.partitions()) {
                if (partition.sourceHighWatermark() != null && partition.lastFetchAgeMs() != null) {
                    ends.put(
                            partition.partition(),
                            new Known(partition.sourceHighWatermark(), nowMs - partition.lastFetchAgeMs()));
                }
            }
        }
    }

    /** @return null while it is not known where the mirror ends */
    @Nullable
    Losses losses(MirrorStatus status, long nowMs) {
        List<Long> ends = status.lastMirroredOffsets();
        return ends == null ? null : losses(status.topic(), ends, nowMs);
    }

    /** Of a mirror that is proven to have all. */
    static @Nullable Losses noLosses(MirrorStatus status) {
        List<Long> ends = status.lastMirroredOffsets();
        if (ends == null) {
            return null;
        }
        List<Loss> losses = new ArrayList<>();
        for (int number = 0; number < ends.size(); number++) {
            losses.add(new Loss(number, ends.get(number), ends.get(number), 0L, null));
        }
        return new Losses(losses);
    }

    /** What would be lost if the mirror stopped where it ends now; null while that is not known. */
    @Nullable
    Losses lossesNow(MirrorView mirror, long nowMs) {
        List<Long> ends = new ArrayList<>();
        for (PartitionView partition : mirror.partitions()) {
            if (partition.logEndOffset() == null) {
                return null;
            }
            ends.add(partition.logEndOffset());
        }
        return losses(mirror.mirrorTopic(), ends, nowMs);
    }

    private Losses losses(String topic, List<Long> ends, long nowMs) {
        List<Loss> losses = new ArrayList<>();
        for (int number = 0; number < ends.size(); number++) {
            Long end = ends.get(number) == MirrorStopping.UNKNOWN ? null : ends.get(number);
            Known known = topics.getOrDefault(topic, Map.of()).get(number);
            losses.add(
                    known == null
                            ? new Loss(number, end, null, null, null)
                            : new Loss(
                                    number,
                                    end,
                                    known.end(),
                                    end == null ? null : Math.max(0, known.end() - end),
                                    new Since(known.atMs(), nowMs)));
        }
        return new Losses(losses);
    }
}
