/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far the coordinator has taken a mirror topic on its way to becoming writable.
 *
 * <p>FENCE: every leader stops its fetcher and reports where its log ends. Once all have, these offsets are written here,
 * once, and the step is SEAL: every leader aborts what transactions are open. Once all have, the topic is flipped to
 * writable in the metadata log. Each step may be repeated; another coordinator goes on from what stands here.
 *
 * <p>A forced failover does not wait for partitions without a leader. Nobody can have written to such a partition since it lost
 * its last one, so where the mirror ended is where that leader epoch ends, whenever the next leader comes.
 *
 * <p>Immutable.
 *
 * @param attempt counts from 1; a promotion whose proof failed begins the next
 * @param step what partition leaders are asked for
 * @param lastMirroredOffsets by partition, exclusive, {@link #UNKNOWN} for one that was passed over; null until all leaders
 *     have reported
 * @param passedOver partitions that had no leader and were not waited for, each with its leader epoch of then; a partition is
 *     taken out once its next leader has done its part
 */
public record MirrorStopping(
        int attempt, Step step, @Nullable List<Long> lastMirroredOffsets, Map<Integer, Integer> passedOver) {

    /** Where the mirror of a partition ended is not known before it has a leader again. */
    public static final long UNKNOWN = -1;

    /** What partition leaders are asked for. */
    public enum Step {
        FENCE,
        SEAL
    }

    public MirrorStopping {
        lastMirroredOffsets = lastMirroredOffsets == null ? null : List.copyOf(lastMirroredOffsets);
        // What an older version of the plugin wrote has none.
        passedOver = passedOver == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(passedOver));
        if ((step == Step.SEAL) != (lastMirroredOffsets != null)) {
            throw new IllegalArgumentException("The last mirrored offsets stand with SEAL and only there");
        }
    }

    /** What begins with asking every leader to stop. */
    public static MirrorStopping fence(int attempt) {
        return new MirrorStopping(attempt, Step.FENCE, null, Map.of());
    }

    public MirrorStopping sealAt(List<Long> offsets) {
        return new MirrorStopping(attempt, Step.SEAL, offsets, passedOver);
    }

    /** @param leaderless partitions that are not waited for, with their leader epochs; those that are known already keep theirs */
    public MirrorStopping passingOver(Map<Integer, Integer> leaderless) {
        Map<Integer, Integer> all = new TreeMap<>(leaderless);
        all.putAll(passedOver);
        return new MirrorStopping(attempt, step, lastMirroredOffsets, all);
    }

    /**
     * The leader of a partition that was passed over has done its part.
     *
     * @param lastMirroredOffset where the mirror of it ended, exclusive
     */
    public MirrorStopping caughtUp(int partition, long lastMirroredOffset) {
        List<Long> offsets = new ArrayList<>(lastMirroredOffsets == null ? List.of() : lastMirroredOffsets);
        if (partition < offsets.size() && offsets.get(partition) == UNKNOWN) {
            offsets.set(partition, lastMirroredOffset);
        }
        Map<Integer, Integer> left = new TreeMap<>(passedOver);
        left.remove(partition);
        return new MirrorStopping(attempt, step, offsets, left);
    }
}
