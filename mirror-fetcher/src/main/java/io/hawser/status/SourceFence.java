/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import org.jspecify.annotations.Nullable;

/**
 * What came of making the source topic of a mirror read-only after the mirror was made writable, so that nobody goes on writing
 * to the old primary. Immutable.
 *
 * @param readOnly whether it is
 * @param failure why it is not; null if it is
 */
public record SourceFence(boolean readOnly, @Nullable Failure failure) {

    public static SourceFence done() {
        return new SourceFence(true, null);
    }

    public static SourceFence failed(Failure failure) {
        return new SourceFence(false, failure);
    }

    /** Since when it fails for the same reason is kept. */
    public SourceFence after(@Nullable SourceFence before) {
        Failure earlier = before == null ? null : before.failure();
        return failure == null || earlier == null ? this : failed(failure.since(earlier));
    }
}
