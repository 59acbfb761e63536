/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A number that may not be known: null for scripts, in words for people. Immutable.
 *
 * @param unknownForMs for how long it has not been; null if that is not known either
 */
public record Figure(
        @JsonValue @Nullable Long value, @Nullable Long unknownForMs) {

    public Figure(@Nullable Long value) {
        this(value, null);
    }

    @Override
    public String toString() {
        if (value != null) {
            return value.toString();
        }
        return unknownForMs == null ? "unknown" : "unknown (" + Durations.text(unknownForMs) + ")";
    }
}
