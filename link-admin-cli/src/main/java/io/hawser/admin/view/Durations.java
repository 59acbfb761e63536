/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Times as people read them: {@code 350ms}, {@code 4m12s}, {@code 3d4h}. Immutable. */
public final class Durations {

    private Durations() {}

    public static String text(long millis) {
        Duration duration = Duration.ofMillis(Math.max(0, millis));
        if (millis < 1_000) {
            return duration.toMillis() + "ms";
        }
        if (duration.toMinutes() == 0) {
            return duration.toSeconds() + "s";
        }
        if (duration.toHours() == 0) {
            return duration.toMinutes() + "m" + duration.toSecondsPart() + "s";
        }
        return duration.toDays() == 0
                ? duration.toHours() + "h" + duration.toMinutesPart() + "m"
                : duration.toDays() + "d" + duration.toHoursPart() + "h";
    }

    public static String textOr(@Nullable Long millis, String otherwise) {
        return millis == null ? otherwise : text(millis);
    }
}
