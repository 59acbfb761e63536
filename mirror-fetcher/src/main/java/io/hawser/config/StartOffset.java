/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigException;

/**
 * Where a new mirror begins: {@code earliest}, {@code latest}, or a time as {@code 2026-03-01T12:00:00Z}. Immutable.
 *
 * @param timestamp as in Kafka's ListOffsets: milliseconds since the epoch, or one of the two below 0
 */
public record StartOffset(long timestamp) {

    public static final StartOffset EARLIEST = new StartOffset(-2);
    public static final StartOffset LATEST = new StartOffset(-1);

    /** @throws ConfigException with one line that names the property and the way out */
    public static StartOffset parse(String property, String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "earliest" -> EARLIEST;
            case "latest" -> LATEST;
            default -> new StartOffset(time(property, text.strip()).toEpochMilli());
        };
    }

    private static Instant time(String property, String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (time.toEpochMilli() >= 0) {
                return time;
            }
        } catch (DateTimeParseException e) {
            // Said below.
        }
        throw new ConfigException(
                property + ": '" + text + "' is not 'earliest', 'latest' or a time like 2026-03-01T12:00:00Z");
    }
}
