/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.definition.StopPoint;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a failover makes topics writable as of, if not of now. Confined to one thread. */
final class PointOption {

    private static final Pattern OFFSET = Pattern.compile("(\\d{1,9}):(\\d{1,18})");
    private static final Pattern MILLIS = Pattern.compile("\\d{1,18}");

    @Option(
            names = "--to-timestamp",
            paramLabel = "<time>",
            description = {
                "Make it writable as of this time: from the first batch on with a record of this time or later all is dropped here.",
                "As 2026-03-01T12:00:00Z, or in milliseconds since the epoch."
            })
    private @Nullable String timestamp;

    @Option(
            names = "--to-offset",
            paramLabel = "<partition>:<offset>",
            split = ",",
            description = {
                "The same from the batch on that holds this offset, of one topic; partitions that are not named keep all."
            })
    private List<String> offsets = new ArrayList<>();

    private @Nullable StopPoint point;

    /** Null for what is here. */
    @Nullable
    StopPoint point() {
        return point;
    }

    void checkUsage(MirrorSelection selection) {
        if (timestamp != null && !offsets.isEmpty()) {
            throw CommandFailure.wrongUsage("Either --to-timestamp or --to-offset, not both");
        }
        if (!offsets.isEmpty() && !selection.isOneTopic()) {
            throw CommandFailure.wrongUsage(
                    "--to-offset goes with one --mirror-topic: topics have offsets of their own");
        }
        if (timestamp != null) {
            long millis = millis(timestamp.strip());
            if (millis > System.currentTimeMillis()) {
                throw CommandFailure.wrongUsage("--to-timestamp: " + timestamp
                        + " lies in the future; without the option" + " all is kept that is here");
            }
            point = new StopPoint(Uuid.randomUuid(), millis, Map.of());
        } else if (!offsets.isEmpty()) {
            point = new StopPoint(Uuid.randomUuid(), null, byPartition());
        }
    }

    private static long millis(String text) {
        if (MILLIS.matcher(text).matches()) {
            return Long.parseLong(text);
        }
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (time.toEpochMilli() >= 0) {
                return time.toEpochMilli();
            }
        } catch (DateTimeParseException e) {
            // Said below.
        }
        throw CommandFailure.wrongUsage("--to-timestamp: '" + text
                + "' is not a time like 2026-03-01T12:00:00Z, or milliseconds since the epoch");
    }

    private Map<Integer, Long> byPartition() {
        Map<Integer, Long> all = new TreeMap<>();
        for (String text : offsets) {
            Matcher matcher = OFFSET.matcher(text.strip());
            if (!matcher.matches()) {
                throw CommandFailure.wrongUsage("--to-offset: '" + text + "' is not of the form <partition>:<offset>");
            }
            if (all.put(Integer.valueOf(matcher.group(1)), Long.valueOf(matcher.group(2))) != null) {
                throw CommandFailure.wrongUsage("--to-offset names partition " + matcher.group(1) + " twice");
            }
        }
        return all;
    }
}
