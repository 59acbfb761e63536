/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.status.FailureCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Since when a topic is held up by the same reason, by this machine's clock.
 *
 * <p>Confined to the command's thread.
 */
final class StandingReasons {

    /** A reason that stands for so long will not go away by itself. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Duration limit;
    private final Map<String, Reason> reasons = new HashMap<>();

    StandingReasons() {
        this(LIMIT);
    }

    /** @param limit after which waiting does not help */
    StandingReasons(Duration limit) {
        this.limit = limit;
    }

    private record Reason(FailureCode code, long sinceNs) {}

    /** @param code null if nothing holds the topic up */
    void observe(String topic, @Nullable FailureCode code) {
        if (code == null || code == FailureCode.NOT_DRAINED) {
            reasons.remove(topic);
        } else {
            reasons.compute(
                    topic,
                    (name, known) ->
                            known != null && known.code() == code ? known : new Reason(code, System.nanoTime()));
        }
    }

    /** Whether it has held the topic up for so long that waiting does not help. */
    boolean stand(String topic) {
        Reason reason = reasons.get(topic);
        return reason != null && System.nanoTime() - reason.sinceNs() >= limit.toNanos();
    }
}
