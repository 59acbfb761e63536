/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.config.LinkConfig;
import io.hawser.definition.LinkDefinition;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.definition.TopicNames;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceException;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.status.FailureCode;
import io.hawser.status.LagReport;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/**
 * What a task works with in one run. Confined to the task's thread.
 *
 * @param sourceClusterId to which the link is pinned; empty before its source was reached
 * @param source before a run it has been asked for its cluster id, which was the right one
 */
public record LinkWork(
        LinkDefinition link,
        LinkConfig config,
        String sourceClusterId,
        SourceClient source,
        CoordinatorContext context,
        StatusBook book) {

    private static final long WRITE_LIMIT_MS = 15_000;
    private static final long LAG_IS_CURRENT_MS = 10_000;

    /** A mirror that exists and follows its source, be it for the last time. */
    public record Mirror(MirrorDefinition definition, MirrorStatus status) {
        public String topic() {
            return definition.topic();
        }

        public String sourceTopic() {
            return definition.sourceTopic();
        }

        /** Whether the mirror is of this topic, and not of another one that had its name; unknown ids pass. */
        public boolean isOf(SourceTopic topic) {
            Uuid pinned = status.sourceTopicId();
            return topic.id().equals(pinned) || Uuid.ZERO_UUID.equals(pinned);
        }
    }

    /** The link's mirrors, by name; but for the canaries of drills, for which nothing is to be done that would outlast them. */
    public List<Mirror> mirrors() {
        return context.definitions().get().mirrors().values().stream()
                .filter(mirror -> mirror.link().equals(link.name()))
                .filter(mirror -> !TopicNames.isCanary(mirror.sourceTopic()))
                .filter(LinkWork::follows)
                .flatMap(mirror -> book
                        .value(StateKey.mirror(mirror.topic()))
                        .filter(status -> MirrorTransitions.isOf(mirror, status))
                        .filter(status -> status.established() && !status.sealing())
                        .map(status -> new Mirror(mirror, status))
                        .stream())
                .toList();
    }

    /** Whether a topic is asked to follow its source as of now, be it for the last time; a run may have begun earlier. */
    public boolean follows(String topic) {
        return context.definitions()
                .get()
                .mirror(topic)
                .filter(LinkWork::follows)
                .isPresent();
    }

    private static boolean follows(MirrorDefinition mirror) {
        return mirror.intent() == MirrorIntent.MIRROR
                || mirror.intent() == MirrorIntent.PAUSE
                || mirror.intent() == MirrorIntent.PROMOTE;
    }

    /** The topics that mirrors are of, of those mirrors whose topic is there and may be seen. */
    public Map<Mirror, SourceTopic> sourceTopics(List<Mirror> mirrors) throws SourceException {
        Map<String, SourceTopic> found = source.cluster(
                        mirrors.stream().map(Mirror::sourceTopic).collect(Collectors.toSet()))
                .topics();
        Map<Mirror, SourceTopic> topics = new LinkedHashMap<>();
        for (Mirror mirror : mirrors) {
            SourceTopic topic = found.get(mirror.sourceTopic());
            if (topic != null && topic.error() == Errors.NONE && mirror.isOf(topic)) {
                topics.put(mirror, topic);
            }
        }
        return topics;
    }

    /**
     * Returns when the state topic has what was written.
     *
     * @throws KafkaException if it does not take it in time
     */
    public void awaitKept(List<CompletionStage<Void>> writes) {
        try {
            CompletableFuture.allOf(writes.stream()
                            .map(CompletionStage::toCompletableFuture)
                            .toArray(CompletableFuture[]::new))
                    .get(WRITE_LIMIT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("the state topic does not take what is about to be done", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    /** Whether a partition of the mirror does not go on for that reason. */
    public boolean hasFailed(Mirror mirror, FailureCode code) {
        return book.hasFailed(mirror.definition(), mirror.status(), code);
    }

    /**
     * Until when the mirror is known to have had all of its source, by the clocks of the brokers that lead it, in milliseconds
     * since the epoch; 0 if a partition lacks something or has not been heard of lately.
     */
    public long caughtUpAtMs(Mirror mirror) {
        long nowMs = context.time().milliseconds();
        List<Long> proofs = context.state().snapshot().all(LagReport.class).stream()
                .filter(report -> report.link().equals(link.name()) && nowMs - report.atMs() < LAG_IS_CURRENT_MS)
                .flatMap(report -> report.partitions().stream()
                        .filter(lag -> lag.topic().equals(mirror.topic()))
                        .filter(lag -> lag.lagRecords() != null && lag.lagRecords() == 0)
                        .flatMap(lag -> Optional.ofNullable(lag.lastFetchAgeMs()).stream())
                        .map(ageMs -> report.atMs() - ageMs))
                .toList();
        return proofs.size() < mirror.status().partitions() ? 0 : Collections.min(proofs);
    }
}
