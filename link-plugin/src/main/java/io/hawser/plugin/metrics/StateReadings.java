/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.metrics;

import io.hawser.definition.Definitions;
import io.hawser.status.GuardStatus;
import io.hawser.status.LinkStatus;
import io.hawser.status.MirrorStatus;
import io.hawser.status.ReverseStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import io.hawser.status.TaskStatus;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What stands in the state topic, as readings. */
public final class StateReadings {

    private static final Set<TaskStatus.State> RESTING =
            Set.of(TaskStatus.State.DISABLED, TaskStatus.State.PAUSED, TaskStatus.State.SKIPPED);

    private StateReadings() {}

    /** What is true once for the whole cluster, and therefore shown by one broker. */
    public static void ofCluster(StateSnapshot state, Definitions definitions, long nowMs, Readings readings) {
        for (LinkStatus link : state.all(LinkStatus.class)) {
            if (definitions.links().containsKey(link.link())) {
                readings.put(Metric.LINK_STATE, 1, link.link(), link.state().name());
            }
        }
        for (MirrorStatus mirror : state.all(MirrorStatus.class)) {
            String link = mirror.definition().link();
            if (definitions.links().containsKey(link)) {
                readings.add(Metric.LINK_MIRROR_TOPICS, 1, link, mirror.state().name());
            }
        }
        for (TaskStatus task : state.all(TaskStatus.class)) {
            if (definitions.links().containsKey(task.link())) {
                task(task, nowMs, readings);
            }
        }
        readings.put(
                Metric.UNGUARDED_CONTROLLERS,
                state.value(StateKey.GUARD).map(StateReadings::unguarded).orElse(null));
    }

    /** Connections with the brokers of the other side of links that the source initiates. */
    public static void ofReverseConnections(
            StateSnapshot state, Definitions definitions, int broker, Readings readings) {
        for (String link : definitions.links().keySet()) {
            state.value(StateKey.reverse(link, broker)).ifPresent(status -> {
                readings.put(
                        Metric.REVERSE_CONNECTED,
                        status.peers().stream()
                                .filter(ReverseStatus.Peer::connected)
                                .count(),
                        link);
                readings.put(
                        Metric.REVERSE_WAITING,
                        status.peers().stream()
                                .mapToInt(ReverseStatus.Peer::waiting)
                                .sum(),
                        link);
            });
        }
    }

    /** Null if all that could be asked are, and some could not. */
    private static @Nullable Integer unguarded(GuardStatus guard) {
        int unguarded = guard.unguardedControllers().size();
        return unguarded == 0 && !guard.unknownControllers().isEmpty() ? null : Integer.valueOf(unguarded);
    }

    private static void task(TaskStatus task, long nowMs, Readings readings) {
        if (RESTING.contains(task.state())) {
            return;
        }
        Long lastSuccessMs = task.lastSuccessMs();
        readings.put(
                Metric.TASK_SUCCESS_AGE,
                Readings.seconds(lastSuccessMs == null ? null : Long.valueOf(Math.max(0, nowMs - lastSuccessMs))),
                task.link(),
                task.task());
        readings.put(Metric.TASK_FAILED, task.state() == TaskStatus.State.FAILED ? 1 : 0, task.link(), task.task());
        if (lastSuccessMs == null) {
            return;
        }
        long leftOut = task.counts().getOrDefault(TaskStatus.LEFT_OUT, 0L);
        readings.put(Metric.TASK_LEFT_OUT, leftOut, task.link(), task.task());
        if (task.task().equals(TaskStatus.GROUP_OFFSETS)) {
            long groups = task.counts().getOrDefault(TaskStatus.GROUPS, 0L);
            readings.put(Metric.GROUPS, groups, task.link());
            readings.put(
                    Metric.GROUPS_COVERED,
                    groups == 0 ? null : Math.max(0, groups - leftOut) / (double) groups,
                    task.link());
        }
    }
}
