/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;

/**
 * A moment: ISO-8601 in UTC for scripts, how long ago for people. Immutable.
 *
 * @param nowMs the moment of looking, in milliseconds since the epoch
 */
public record Since(long atMs, long nowMs) {

    @JsonValue
    String json() {
        return Instant.ofEpochMilli(atMs).toString();
    }

    @Override
    public String toString() {
        return Durations.text(nowMs - atMs);
    }
}
