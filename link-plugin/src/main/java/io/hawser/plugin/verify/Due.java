/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.verify;

import io.hawser.definition.Verification;
import io.hawser.fetch.MirrorAssignment;
import io.hawser.plugin.ownership.Ownership;
import io.hawser.status.MirrorStatus;
import io.hawser.status.MirrorStopping;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One partition that is to be compared.
 *
 * <p>Immutable.
 *
 * @param startOffset the first offset that the mirror's owner wants; 0 for all
 * @param lastMirroredOffset exclusive, of a topic that is writable or about to be; null while it follows its source
 */
record Due(
        MirrorAssignment assignment,
        Verification wanted,
        long startOffset,
        @Nullable Long lastMirroredOffset) {

    static List<Due> of(Ownership.Led led) {
        Verification wanted = Objects.requireNonNull(led.definition().verification());
        return led.partitions().stream()
                .map(assignment -> new Due(
                        assignment,
                        wanted,
                        led.status().startOffset(assignment.mirror().partition()),
                        lastMirroredOffset(led.status(), assignment)))
                .filter(due -> !Objects.equals(due.lastMirroredOffset(), MirrorStopping.UNKNOWN))
                .toList();
    }

    /** Whether it is the same comparison under the same leader epoch; the pace may have changed. */
    boolean goesOnAs(@Nullable Due other) {
        return other != null
                && assignment.equals(other.assignment)
                && wanted.id().equals(other.wanted.id());
    }

    private static @Nullable Long lastMirroredOffset(MirrorStatus status, MirrorAssignment assignment) {
        List<Long> offsets = status.lastMirroredOffsets();
        int partition = assignment.mirror().partition();
        return offsets == null || partition >= offsets.size() ? null : offsets.get(partition);
    }
}
