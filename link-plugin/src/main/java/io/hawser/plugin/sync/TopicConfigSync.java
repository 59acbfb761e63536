/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.sync;

import io.hawser.config.LinkConfig;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.plugin.coordinator.LinkTask;
import io.hawser.plugin.coordinator.LinkWork;
import io.hawser.plugin.coordinator.LinkWork.Mirror;
import io.hawser.plugin.coordinator.SyncedTopicConfigs;
import io.hawser.plugin.coordinator.TaskReport;
import io.hawser.source.SourceErrors;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceRequest.ConfigsOfTopic;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.status.FailureCode;
import io.hawser.status.TaskStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the configs of mirror topics those of their sources: what is set there, and what is not set any more.
 *
 * <p>Law: limits of size are lowered only when a mirror has all that its source had before it lowered them, since those
 * batches may be larger; and raised beyond the source's while a batch does not fit. The configs of a topic that took the place
 * of the mirrored one are not followed.
 *
 * <p>Confined to the task's thread.
 */
final class TopicConfigSync implements LinkTask {

    private static final Logger LOG = LoggerFactory.getLogger(TopicConfigSync.class);
    private static final int TOPICS_PER_REQUEST = 200;
    private static final long CLOCKS_DIFFER_MS = 5_000;

    /** When the source was first seen to have lower limits than the mirror. */
    private final Map<String, Long> loweredMs = new HashMap<>();

    @Override
    public String name() {
        return TaskStatus.TOPIC_CONFIGS;
    }

    @Override
    public long intervalMs(LinkConfig config) {
        return config.topicConfigSyncMs();
    }

    /** A partition stands still while a batch does not fit into its mirror. */
    @Override
    public boolean isUrgent(LinkWork work) {
        return work.mirrors().stream().anyMatch(mirror -> work.hasFailed(mirror, FailureCode.RECORD_TOO_LARGE));
    }

    @Override
    public boolean endsPromotions() {
        return true;
    }

    @Override
    public TaskReport run(LinkWork work) throws SourceException {
        TaskReport report = new TaskReport();
        report.count("mirror topics", 0);
        report.count("changed", 0);
        ClusterView cluster = work.context().cluster().get();
        SyncedTopicConfigs synced = SyncedTopicConfigs.of(work.config(), cluster);
        // One that has just been created may not be seen here yet, nor what it was created with.
        List<Mirror> mirrors = work.mirrors().stream()
                .filter(mirror -> cluster.topic(mirror.topic()).isPresent())
                .toList();
        SourceFailure refusal = null;
        boolean any = mirrors.isEmpty();
        for (List<Mirror> some : Parts.of(mirrors, TOPICS_PER_REQUEST)) {
            Followed followed = follow(work, some, synced, report);
            any |= followed.any();
            refusal = refusal == null ? followed.refusal() : refusal;
        }
        if (!any && refusal != null) {
            throw new SourceException(refusal);
        }
        return report;
    }

    /** @param refusal what the source said of the first topic whose configs it does not tell; null if of none */
    private record Followed(boolean any, @Nullable SourceFailure refusal) {}

    private Followed follow(LinkWork work, List<Mirror> mirrors, SyncedTopicConfigs synced, TaskReport report)
            throws SourceException {
        Set<String> names = mirrors.stream().map(Mirror::sourceTopic).collect(Collectors.toSet());
        Map<String, SourceTopic> topics = work.source().cluster(names).topics();
        Map<String, ConfigsOfTopic> configs = work.source().topicConfigs(names);
        Map<String, Map<String, Optional<String>>> changes = new LinkedHashMap<>();
        List<SourceFailure> refusals = new ArrayList<>();
        int followed = 0;
        for (Mirror mirror : mirrors) {
            ConfigsOfTopic ofSource = Objects.requireNonNull(configs.get(mirror.sourceTopic()));
            SourceTopic topic = topics.get(mirror.sourceTopic());
            if (topic == null || (topic.error() == Errors.NONE && !mirror.isOf(topic))) {
                report.leaveOut(
                        mirror.topic(), mirror.sourceTopic() + " is not the topic on the source that it mirrors");
            } else if (ofSource.error() != Errors.NONE) {
                SourceFailure refusal = SourceErrors.failure(
                        "configs of topic " + mirror.sourceTopic() + " on the source",
                        SourceErrors.DESCRIBE_TOPIC_CONFIGS,
                        ofSource.error());
                refusals.add(refusal);
                report.holdBack(mirror.topic(), refusal);
                report.leaveOut(mirror.topic(), refusal.message());
            } else {
                followed++;
                Map<String, Optional<String>> changed = changes(work, mirror, ofSource, synced, report);
                if (!changed.isEmpty()) {
                    changes.put(mirror.topic(), changed);
                }
            }
        }
        report.count("mirror topics", followed);
        apply(work, changes, report);
        return new Followed(followed > 0, refusals.isEmpty() ? null : refusals.get(0));
    }

    private Map<String, Optional<String>> changes(
            LinkWork work, Mirror mirror, ConfigsOfTopic ofSource, SyncedTopicConfigs synced, TaskReport report) {
        Map<String, String> overrides = mirror.definition().topicConfigs();
        Map<String, String> present = work.context().cluster().get().topicConfigs(mirror.topic());
        Map<String, String> wanted = synced.wanted(ofSource.configs(), overrides);
        List<String> unknown = synced.unknownHere(ofSource.configs());
        if (!unknown.isEmpty()) {
            report.leaveOut(mirror.topic(), "this cluster knows nothing of " + String.join(", ", unknown));
        }
        if (work.hasFailed(mirror, FailureCode.RECORD_TOO_LARGE)) {
            wanted = SyncedTopicConfigs.withMoreRoom(wanted, present, overrides);
        } else {
            Map<String, String> roomy = SyncedTopicConfigs.withNoLessRoom(wanted, present, overrides);
            if (!roomy.equals(wanted) && !hasAllFromBefore(work, mirror)) {
                wanted = roomy;
            } else {
                loweredMs.remove(mirror.topic());
            }
        }
        return SyncedTopicConfigs.changes(wanted, present);
    }

    /** Whether the mirror has had all of its source at a time when the source's lower limits were known here. */
    private boolean hasAllFromBefore(LinkWork work, Mirror mirror) {
        long knownMs = loweredMs.computeIfAbsent(
                mirror.topic(), topic -> work.context().time().milliseconds());
        return work.caughtUpAtMs(mirror) > knownMs + CLOCKS_DIFFER_MS;
    }

    private static void apply(LinkWork work, Map<String, Map<String, Optional<String>>> changes, TaskReport report) {
        if (changes.isEmpty()) {
            return;
        }
        Map<String, KafkaException> refused = work.context().admin().changeTopicConfigs(changes);
        changes.forEach((topic, changed) -> {
            KafkaException refusal = refused.get(topic);
            if (refusal == null) {
                report.count("changed", 1);
                LOG.info(
                        "[{}] mirror topic {} follows its source: {}",
                        work.link().name(),
                        topic,
                        changed);
            } else {
                String message = String.valueOf(refusal.getMessage());
                report.leaveOut(topic, message);
                report.holdBack(topic, new SourceFailure(FailureCode.DESTINATION_REFUSED, message));
            }
        });
    }
}
