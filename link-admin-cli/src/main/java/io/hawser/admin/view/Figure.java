/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/** A number that may not be known: null for scripts, in words for people. Immutable. */
public record Figure(@JsonValue @Nullable Long value) {

    @Override
    public String toString() {
        return value == null ? "unknown" : value.toString();
    }
}
