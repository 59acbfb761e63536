/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import io.hawser.config.LinkConfig;
import io.hawser.config.LinkHalf;
import io.hawser.definition.PluginSetting;
import io.hawser.status.BrokerStatus;
import io.hawser.status.GuardStatus;
import io.hawser.status.LagReport;
import io.hawser.status.LinkState;
import io.hawser.status.LinkStatus;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One link as {@code describe} shows it; the names are those of the JSON. Immutable.
 *
 * @param mirrorTopics how many are in which state
 * @param brokers where the plugin has run links since the state topic was made
 * @param throttledShare by broker, of the last few seconds, 0 to 1: how much of the time a limit kept back what was to be had
 * @param connections of a link that the source initiates, by the broker here that has them
 * @param tasks what the link keeps in step besides records
 * @param guard whether the controllers guard mirror topics; null while nobody has looked
 * @param configs as they were given: references to secrets, never a secret, nor a sealed one
 */
public record LinkView(
        String link,
        LinkState state,
        MirrorView.@Nullable Reason reason,
        @Nullable String sourceClusterId,
        Map<String, Long> mirrorTopics,
        List<BrokerView> brokers,
        Map<Integer, Double> throttledShare,
        List<ConnectionView> connections,
        List<TaskView> tasks,
        @Nullable GuardView guard,
        Map<String, String> configs) {

    private static final double LEAST_SHARE = 0.005;

    /** The plugin on one broker, as that last reported. */
    public record BrokerView(int broker, String pluginVersion, String kafkaVersion, Since since) {}

    /**
     * Which controllers keep everybody from changing mirror topics.
     *
     * @param reason why some could not be asked; null if all could
     */
    public record GuardView(
            List<Integer> guardedControllers,
            List<Integer> unguardedControllers,
            List<Integer> unknownControllers,
            @Nullable String reason) {

        private static GuardView of(GuardStatus status) {
            return new GuardView(
                    status.guardedControllers(),
                    status.unguardedControllers(),
                    status.unknownControllers(),
                    status.reason());
        }

        private void appendTo(StringBuilder text) {
            if (!unguardedControllers.isEmpty()) {
                MirrorText.line(
                        text,
                        "Not guarded",
                        "controllers " + unguardedControllers
                                + " do not run the plugin: while one of them is active, whoever has"
                                + " the right can delete mirror topics, grow them and change their configs. Writes and deleted"
                                + " records are refused all the same. Put the jar and " + PluginSetting.AUTHORIZER
                                + " on each controller");
            }
            if (!unknownControllers.isEmpty()) {
                MirrorText.line(
                        text, "Not known", "whether controllers " + unknownControllers + " run the plugin: " + reason);
            }
        }
    }

    /** A row for each link. */
    public static Table table(StateSnapshot snapshot) {
        Table table = new Table("link", "state", "sourceClusterId", "bootstrapServers", "reason");
        snapshot.all(LinkStatus.class).stream()
                .sorted(Comparator.comparing(LinkStatus::link))
                .forEach(status -> table.row(
                        status.link(),
                        status.state(),
                        status.sourceClusterId(),
                        status.definition().configs().get(LinkConfig.BOOTSTRAP_SERVERS),
                        status.failure() == null ? null : status.failure().code()));
        return table;
    }

    public static LinkView of(LinkStatus status, StateSnapshot snapshot, long nowMs) {
        SortedMap<String, Long> states = snapshot.all(MirrorStatus.class).stream()
                .filter(mirror -> mirror.definition().link().equals(status.link()))
                .collect(Collectors.groupingBy(mirror -> mirror.state().name(), TreeMap::new, Collectors.counting()));
        return new LinkView(
                status.link(),
                status.state(),
                MirrorView.Reason.of(status.failure(), nowMs),
                status.sourceClusterId(),
                states,
                snapshot.all(BrokerStatus.class).stream()
                        .sorted(Comparator.comparingInt(BrokerStatus::broker))
                        .map(broker -> new BrokerView(
                                broker.broker(),
                                broker.pluginVersion(),
                                broker.kafkaVersion(),
                                new Since(broker.sinceMs(), nowMs)))
                        .toList(),
                snapshot.all(LagReport.class).stream()
                        .filter(report -> report.link().equals(status.link())
                                && nowMs - report.atMs() < MirrorView.CURRENT_FOR_MS)
                        .collect(Collectors.toMap(
                                LagReport::broker, LagReport::throttledShare, (one, other) -> other, TreeMap::new)),
                ConnectionView.ofLink(status.link(), snapshot, nowMs),
                TaskView.ofLink(status.link(), snapshot, nowMs),
                snapshot.value(StateKey.GUARD).map(GuardView::of).orElse(null),
                LinkConfig.shown(status.definition().configs()));
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        MirrorText.line(text, "Link", link);
        MirrorText.line(text, "State", state.name());
        if (reason != null) {
            MirrorText.line(text, "Reason", reason.code() + ": " + reason.message());
            MirrorText.line(text, "Since", reason.since() + " ago");
            MirrorText.line(text, "What to do", reason.remedy());
        }
        boolean ofSource = LinkHalf.of(configs) == LinkHalf.SOURCE;
        MirrorText.line(
                text,
                "Source cluster",
                sourceClusterId != null ? sourceClusterId : ofSource ? "this one" : "not reached yet");
        MirrorText.line(
                text,
                "Mirror topics",
                mirrorTopics.isEmpty()
                        ? "none"
                        : mirrorTopics.entrySet().stream()
                                .map(entry -> entry.getValue() + " " + entry.getKey())
                                .collect(Collectors.joining(", ")));
        MirrorText.line(
                text,
                "Plugin",
                brokers.stream()
                        .map(each -> each.pluginVersion() + " on broker " + each.broker())
                        .collect(Collectors.joining(", ")));
        if (guard != null) {
            guard.appendTo(text);
        }
        throttledShare.forEach((broker, share) -> {
            if (share >= LEAST_SHARE) {
                MirrorText.line(text, "Throttled", Math.round(100 * share) + " % of the time on broker " + broker);
            }
        });
        if (!connections.isEmpty()) {
            text.append(String.format("%n%s%n", ConnectionView.table(connections)));
        }
        if (!tasks.isEmpty()) {
            text.append(String.format("%n%s%n", TaskView.table(tasks)));
        }
        text.append(String.format("%nProperties:%n"));
        configs.forEach((key, value) -> text.append(String.format("  %s=%s%n", key, value)));
        return text.toString().stripTrailing();
    }
}
