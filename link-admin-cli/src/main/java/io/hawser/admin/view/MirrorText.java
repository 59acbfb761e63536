/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import io.hawser.status.MirrorState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A mirror topic as people read it. Immutable. */
public final class MirrorText {

    private MirrorText() {}

    public static String of(MirrorView mirror) {
        StringBuilder text = new StringBuilder();
        line(text, "Mirror topic", mirror.mirrorTopic());
        line(text, "Source", mirror.link() == null ? "-" : mirror.sourceTopic() + " over link " + mirror.link());
        line(text, "Source topic id", mirror.sourceTopicId() == null ? "unknown" : mirror.sourceTopicId());
        line(text, "State", mirror.state().name());
        MirrorView.Reason reason = mirror.reason();
        if (reason != null) {
            line(text, "Reason", reason.code() + ": " + reason.message());
            line(text, "Since", reason.since() + " ago");
            line(text, "What to do", reason.remedy());
        }
        if (mirror.partitions().stream().anyMatch(each -> each.lastMirroredOffset() != null)) {
            line(
                    text,
                    "Last mirrored",
                    mirror.partitions().stream()
                            .map(each ->
                                    orElse(each.lastMirroredOffset(), "unknown").toString())
                            .collect(Collectors.joining(",")));
        }
        if (mirror.delayMs() > 0) {
            line(text, "Delay", Durations.text(mirror.delayMs()) + "; what is younger is on the source only");
        }
        if (mirror.stopsAt() != null && mirror.state() == MirrorState.ACTIVE) {
            line(text, "Stops", "at the point of a failover that was not finished; 'failover' again, or 'resume'");
        }
        MirrorView.Fence fence = mirror.sourceFence();
        if (fence != null && mirror.state() == MirrorState.STOPPED) {
            line(text, "Source topic is", fence(fence.reason()));
        }
        text.append(System.lineSeparator()).append((mirror.mayLag() ? partitions(mirror) : standing(mirror)).text());
        byPartition(mirror, MirrorText::heldBack, text);
        byPartition(mirror, MirrorText::reason, text);
        byPartition(mirror, MirrorText::retention, text);
        byPartition(mirror, MirrorText::losses, text);
        return text.toString();
    }

    private static String fence(MirrorView.@Nullable Reason reason) {
        return reason == null
                ? "read-only since this one is writable"
                : "writable still: " + reason.code() + ": " + reason.message();
    }

    /** Below the table, where there is room for what happened and what to do: a line for all partitions of which the same is said. */
    private static void byPartition(
            MirrorView mirror, Function<MirrorView.PartitionView, Stream<String>> said, StringBuilder text) {
        Map<String, List<Integer>> partitions = new LinkedHashMap<>();
        mirror.partitions()
                .forEach(each -> said.apply(each)
                        .forEach(line -> partitions
                                .computeIfAbsent(line, key -> new ArrayList<>())
                                .add(each.partition())));
        partitions.forEach((line, numbers) -> text.append(String.format(
                "%nPartition%s %s: %s",
                numbers.size() == 1 ? "" : "s",
                numbers.stream().map(String::valueOf).collect(Collectors.joining(", ")),
                line)));
    }

    private static Stream<String> reason(MirrorView.PartitionView partition) {
        MirrorView.Reason reason = partition.reason();
        return reason == null
                ? Stream.empty()
                : Stream.of(reason.code() + ": " + reason.message() + ". " + reason.remedy());
    }

    private static Stream<String> heldBack(MirrorView.PartitionView partition) {
        Long forMs = partition.heldBackForMs();
        return forMs == null
                ? Stream.empty()
                : Stream.of("held back by the delay; what comes next is taken in " + Durations.text(forMs) + ".");
    }

    private static Stream<String> retention(MirrorView.PartitionView partition) {
        Long leftMs = partition.retentionLeftMs();
        if (leftMs == null) {
            return Stream.empty();
        }
        String time = Durations.text(Math.abs(leftMs));
        return Stream.of(
                leftMs > 0
                        ? "the source keeps what comes next for about " + time + "."
                        : "what comes next may have been deleted on the source " + time + " ago.");
    }

    private static Stream<String> losses(MirrorView.PartitionView partition) {
        return partition.losses().stream()
                .map(loss -> loss.since() + " ago offsets " + loss.fromOffset() + " to " + (loss.toOffset() - 1)
                        + " were passed over or dropped (" + loss.code() + ").");
    }

    /** Of a topic that takes nothing from anywhere there is no lag to tell. */
    private static Table standing(MirrorView mirror) {
        Table table = new Table("partition", "state", "leader", "lastMirrored");
        mirror.partitions()
                .forEach(each -> table.row(each.partition(), each.state(), each.leader(), each.lastMirroredOffset()));
        return table;
    }

    private static Table partitions(MirrorView mirror) {
        Table table = new Table("partition", "state", "leader", "sourceHw", "endOffset", "lag", "lastFetch");
        for (MirrorView.PartitionView each : mirror.partitions()) {
            table.row(
                    each.partition(),
                    each.state(),
                    each.leader(),
                    each.sourceHighWatermark(),
                    each.logEndOffset(),
                    lag(each),
                    Durations.textOr(each.lastFetchAgeMs(), "never"));
        }
        return table;
    }

    /** In records, bytes and time, what is known of it; or for how long it has not been. */
    private static String lag(MirrorView.PartitionView partition) {
        Long records = partition.lagRecords();
        if (records == null) {
            return new Figure(null, partition.lastFetchAgeMs()).toString();
        }
        if (records == 0) {
            return "0";
        }
        return Stream.of(
                        records.toString(),
                        partition.lagBytes() == null ? null : new Size(partition.lagBytes()).toString(),
                        partition.lagMs() == null ? null : Durations.text(partition.lagMs()))
                .filter(Objects::nonNull)
                .collect(Collectors.joining(", "));
    }

    private static Object orElse(@Nullable Long value, String otherwise) {
        return value == null ? otherwise : value;
    }

    static void line(StringBuilder text, String name, String value) {
        text.append(String.format("%-16s %s%n", name + ":", value));
    }
}
