/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import io.hawser.admin.view.DrillView.Check;
import io.hawser.admin.view.Durations;
import io.hawser.admin.view.MirrorView;
import io.hawser.admin.view.MirrorView.PartitionView;
import io.hawser.config.LinkConfig;
import io.hawser.definition.TopicNames;
import io.hawser.status.Failure;
import io.hawser.status.LinkState;
import io.hawser.status.LinkStatus;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import io.hawser.status.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the reports of the brokers themselves: the link, what it keeps in step, its mirrors and their lag.
 *
 * <p>Law: the coordinator tells what changes, not that it lives; so its word counts only while a task of it has ended lately.
 *
 * <p>Confined to one thread.
 */
final class LinkChecks {

    static final String LINK = "link";
    static final String MIRRORS = "mirrors";
    static final String LAG = "lag";
    static final List<String> TASKS = List.of(
            TaskStatus.TOPIC_CONFIGS,
            TaskStatus.PARTITIONS,
            TaskStatus.AUTO_CREATE,
            TaskStatus.GROUP_OFFSETS,
            TaskStatus.ACLS);

    /** Beyond the interval of a task, since a run takes its time. */
    private static final long LATE_MS = 30_000;

    private final String link;
    private final LinkConfig config;
    private final StateSnapshot snapshot;
    private final long nowMs;

    LinkChecks(String link, LinkConfig config, StateSnapshot snapshot, long nowMs) {
        this.link = link;
        this.config = config;
        this.snapshot = snapshot;
        this.nowMs = nowMs;
    }

    /** The link's mirrors, but for the canaries of drills, by name. */
    static List<MirrorStatus> mirrors(String link, StateSnapshot snapshot) {
        return snapshot.all(MirrorStatus.class).stream()
                .filter(mirror -> mirror.definition().link().equals(link))
                .filter(mirror -> !TopicNames.isCanary(mirror.definition().sourceTopic()))
                .sorted(Comparator.comparing(MirrorStatus::topic))
                .toList();
    }

    List<Check> link() {
        Optional<LinkStatus> found = snapshot.value(StateKey.link(link));
        if (found.isEmpty()) {
            return List.of(notReported(LINK));
        }
        LinkStatus status = found.get();
        Failure failure = status.failure();
        if (config.paused() || status.state() == LinkState.PAUSED) {
            return List.of(Check.fail(
                    LINK,
                    "LINK_PAUSED",
                    "nothing is mirrored: resume it with 'link-admin resume --link " + link + "'"));
        }
        if (failure != null) {
            return List.of(Check.fail(LINK, failure.code().name(), text(failure)));
        }
        if (status.state() != LinkState.ACTIVE) {
            return List.of(Check.unknown(LINK, status.state().name(), "the brokers have not reached the source yet"));
        }
        return List.of(
                isCurrent()
                        ? Check.ok(
                                LINK,
                                "leads to cluster " + status.sourceClusterId() + ", round trip "
                                        + (status.roundTripMs() == null ? "unknown" : status.roundTripMs() + " ms"))
                        : notReported(LINK));
    }

    List<Check> task(String name) {
        TaskStatus task = snapshot.value(StateKey.task(link, name)).orElse(null);
        if (task == null) {
            return List.of(notReported(name));
        }
        Failure failure = task.failure();
        return switch (task.state()) {
            case FAILED -> List.of(failed(name, failure));
            case SKIPPED ->
                List.of(
                        failure == null
                                ? notReported(name)
                                : Check.warn(name, failure.code().name(), text(failure)));
            case DISABLED -> List.of(Check.ok(name, "not asked for by the link's properties"));
            case PAUSED -> List.of(Check.fail(name, "LINK_PAUSED", "stands still while the link is paused"));
            case STARTING -> List.of(Check.unknown(name, "STARTING", "its first run has not ended yet"));
            case ACTIVE -> active(name, task);
        };
    }

    private List<Check> active(String name, TaskStatus task) {
        Long successMs = task.lastSuccessMs();
        if (successMs == null || nowMs - successMs > lateAfterMs(name)) {
            return List.of(Check.unknown(
                    name,
                    "STALE",
                    "last ended well " + (successMs == null ? "never" : Durations.text(nowMs - successMs) + " ago")
                            + "; see whether the brokers run, and their logs"));
        }
        Findings findings = new Findings(name);
        task.exceptions().forEach((what, why) -> findings.warn("LEFT_OUT", what, why));
        return findings.checks("ended well " + Durations.text(nowMs - successMs) + " ago");
    }

    private long lateAfterMs(String task) {
        long intervalMs = switch (task) {
            case TaskStatus.AUTO_CREATE -> config.autoCreateMs();
            case TaskStatus.GROUP_OFFSETS -> config.groupSyncMs();
            case TaskStatus.ACLS -> config.aclSyncMs();
            default -> config.topicConfigSyncMs();
        };
        return 2 * intervalMs + LATE_MS;
    }

    /** Whether the coordinator has ended a run of any task well lately. */
    private boolean isCurrent() {
        return TASKS.stream()
                .anyMatch(name -> snapshot.value(StateKey.task(link, name))
                        .map(TaskStatus::lastSuccessMs)
                        .filter(successMs -> nowMs - successMs <= lateAfterMs(name))
                        .isPresent());
    }

    List<Check> mirrors() {
        List<MirrorStatus> mirrors = mirrors(link, snapshot);
        if (mirrors.isEmpty()) {
            return List.of(Check.warn(
                    MIRRORS,
                    "NO_MIRRORS",
                    "the link mirrors nothing; see 'link-admin create --mirror-topic <topic> --link " + link + "'"));
        }
        Findings findings = new Findings(MIRRORS);
        mirrors.forEach(mirror -> mirror(mirror, findings));
        long writable = mirrors.stream()
                .filter(mirror -> mirror.state() == MirrorState.STOPPED)
                .count();
        return findings.checks((mirrors.size() - writable) + " follow their source"
                + (writable == 0 ? "" : ", " + writable + " are writable here already"));
    }

    private void mirror(MirrorStatus mirror, Findings findings) {
        Failure failure = mirror.failure();
        switch (mirror.state()) {
            case ACTIVE -> {
                if (failure != null) {
                    findings.fail(failure.code().name(), mirror.topic(), text(failure));
                } else if (!mirror.established()) {
                    findings.unknown("NOT_CREATED", mirror.topic(), "is not created yet");
                } else if (!isCurrent()) {
                    findings.unknown("STALE", mirror.topic(), "nothing was reported lately");
                }
            }
            case STOPPED -> {}
            case PAUSED ->
                findings.fail("PAUSED", mirror.topic(), "stands still: 'link-admin resume --mirror-topic <topic>'");
            case LINK_PAUSED -> findings.fail("LINK_PAUSED", mirror.topic(), "stands still with the link");
            case PENDING_STOPPED -> findings.warn("PENDING_STOPPED", mirror.topic(), "becomes writable just now");
            case PENDING_RESTORE ->
                findings.warn(
                        "PENDING_RESTORE", mirror.topic(), "is not a mirror again yet; see 'link-admin describe'");
            case SOURCE_UNAVAILABLE, FAILED ->
                findings.fail(
                        failure == null ? mirror.state().name() : failure.code().name(),
                        mirror.topic(),
                        failure == null ? "see 'link-admin describe'" : text(failure));
        }
    }

    /**
     * How far mirrors are behind, beyond what their {@code mirror.delay.ms} wants.
     *
     * @param rpo what that must not exceed; null for no bound
     */
    List<Check> lag(@Nullable Duration rpo) {
        Findings findings = new Findings(LAG);
        long partitions = 0;
        long most = 0;
        List<String> unknown = new ArrayList<>();
        for (MirrorStatus mirror : mirrors(link, snapshot)) {
            if (mirror.state() == MirrorState.STOPPED) {
                continue;
            }
            MirrorView view = MirrorView.of(mirror, snapshot, nowMs);
            List<PartitionView> views = view.partitions();
            if (views.isEmpty() || views.stream().anyMatch(each -> each.lagMs() == null)) {
                unknown.add(mirror.topic());
                continue;
            }
            long lagMs = views.stream()
                    .map(PartitionView::lagMs)
                    .mapToLong(each -> each == null ? 0 : Math.max(0, each - view.delayMs()))
                    .max()
                    .orElse(0);
            if (rpo != null && lagMs > rpo.toMillis()) {
                findings.fail(
                        "LAG_ABOVE_RPO",
                        mirror.topic() + " (" + Durations.text(lagMs) + ")",
                        "lags by more than --rpo " + Durations.text(rpo.toMillis())
                                + "; see 'link-admin describe' and 'link-admin probe'");
            }
            partitions += views.size();
            most = Math.max(most, lagMs);
        }
        unknown.forEach(topic -> findings.unknown("LAG_UNKNOWN", topic, "how far it is behind was not told lately"));
        return findings.checks(partitions + " partitions, " + Durations.text(most) + " at most");
    }

    private Check notReported(String name) {
        return Check.unknown(
                name,
                "STALE",
                "no broker has reported on it lately; see whether the brokers run, and the logs of the one that"
                        + " coordinates");
    }

    private static Check failed(String name, @Nullable Failure failure) {
        return failure == null
                ? Check.fail(name, "FAILED", "see 'link-admin describe --link'")
                : Check.fail(name, failure.code().name(), text(failure));
    }

    private static String text(Failure failure) {
        return failure.message() + ". " + failure.code().remedy();
    }

    /** Source topics of the mirrors that follow theirs, by mirror topic. */
    static Map<String, String> sourceTopics(String link, StateSnapshot snapshot) {
        Map<String, String> topics = new TreeMap<>();
        mirrors(link, snapshot).stream()
                .filter(mirror -> mirror.state() != MirrorState.STOPPED && mirror.established())
                .forEach(
                        mirror -> topics.put(mirror.topic(), mirror.definition().sourceTopic()));
        return topics;
    }
}
