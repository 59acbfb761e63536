/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether mirror topics are guarded on the controllers, which decide on requests that brokers forward to them.
 *
 * <p>Immutable.
 *
 * @param guardedControllers those that run the plugin, ascending
 * @param unguardedControllers those that do not, ascending
 * @param unknownControllers those that could not be asked, ascending
 * @param reason why they could not; null if all could
 * @param sinceMs since when this is so, in milliseconds since the epoch
 */
public record GuardStatus(
        List<Integer> guardedControllers,
        List<Integer> unguardedControllers,
        List<Integer> unknownControllers,
        @Nullable String reason,
        long sinceMs) {

    public GuardStatus {
        guardedControllers = List.copyOf(guardedControllers);
        unguardedControllers = List.copyOf(unguardedControllers);
        unknownControllers = List.copyOf(unknownControllers);
    }

    /** The same found again keeps the time at which it was found first. */
    public GuardStatus since(@Nullable GuardStatus earlier) {
        return earlier != null && withSince(earlier.sinceMs).equals(earlier) ? earlier : this;
    }

    private GuardStatus withSince(long newSinceMs) {
        return new GuardStatus(guardedControllers, unguardedControllers, unknownControllers, reason, newSinceMs);
    }
}
