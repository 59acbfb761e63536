/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import io.hawser.status.StateSnapshot;
import io.hawser.status.TaskStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One of a link's tasks as {@code describe} shows it; the names are those of the JSON. Immutable.
 *
 * @param lastSuccess null before the first
 * @param counts figures of the last good run, by what they count
 * @param exceptions what the last good run left out, with the reason
 */
public record TaskView(
        String task,
        TaskStatus.State state,
        MirrorView.@Nullable Reason reason,
        @Nullable Since lastSuccess,
        Map<String, Long> counts,
        Map<String, String> exceptions) {

    static List<TaskView> ofLink(String link, StateSnapshot snapshot, long nowMs) {
        return snapshot.all(TaskStatus.class).stream()
                .filter(status -> status.link().equals(link))
                .sorted(Comparator.comparing(TaskStatus::task))
                .map(status -> of(status, nowMs))
                .toList();
    }

    static TaskView of(TaskStatus status, long nowMs) {
        return new TaskView(
                status.task(),
                status.state(),
                MirrorView.Reason.of(status.failure(), nowMs),
                status.lastSuccessMs() == null ? null : new Since(status.lastSuccessMs(), nowMs),
                status.counts(),
                status.exceptions());
    }

    static String table(List<TaskView> tasks) {
        Table table = new Table("task", "state", "lastSuccess", "counts");
        tasks.forEach(task -> table.row(
                task.task,
                task.state.name(),
                task.lastSuccess == null ? "-" : task.lastSuccess + " ago",
                task.counts.entrySet().stream()
                        .map(count -> count.getValue() + " " + count.getKey())
                        .collect(Collectors.joining(", "))));
        StringBuilder text = new StringBuilder(table.text());
        for (TaskView task : tasks) {
            if (task.reason != null) {
                text.append(String.format(
                        "%n%s: %s: %s (for %s). %s",
                        task.task,
                        task.reason.code(),
                        task.reason.message(),
                        task.reason.since(),
                        task.reason.remedy()));
            }
            task.exceptions.forEach((name, why) -> text.append(String.format("%n%s: %s: %s", task.task, name, why)));
        }
        return text.toString();
    }
}
