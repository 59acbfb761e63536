/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the coordinator has taken a mirror topic on its way to becoming writable.
 *
 * <p>FENCE: every leader stops its fetcher and reports where its log ends. Once all have, these offsets are written here,
 * once, and the step is SEAL: every leader aborts what transactions are open. Once all have, the topic is flipped to
 * writable in the metadata log. Each step may be repeated; another coordinator goes on from what stands here.
 *
 * <p>Immutable.
 *
 * @param attempt counts from 1; a promotion whose proof failed begins the next
 * @param step what partition leaders are asked for
 * @param lastMirroredOffsets by partition, exclusive; null until all leaders have reported
 */
public record MirrorStopping(
        int attempt, Step step, @Nullable List<Long> lastMirroredOffsets) {

    /** What partition leaders are asked for. */
    public enum Step {
        FENCE,
        SEAL
    }

    public MirrorStopping {
        lastMirroredOffsets = lastMirroredOffsets == null ? null : List.copyOf(lastMirroredOffsets);
        if ((step == Step.SEAL) != (lastMirroredOffsets != null)) {
            throw new IllegalArgumentException("The last mirrored offsets stand with SEAL and only there");
        }
    }

    public MirrorStopping sealAt(List<Long> offsets) {
        return new MirrorStopping(attempt, Step.SEAL, offsets);
    }
}
