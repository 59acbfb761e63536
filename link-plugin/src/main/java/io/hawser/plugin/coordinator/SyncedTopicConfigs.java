/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.source.SourceRequest.TopicConfig;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which configs of a source topic its mirror gets.
 *
 * <p>Where the clusters' defaults may differ and the difference would lose or refuse data, the effective value travels; for the
 * rest only what was set on the topic. Placement, throttles and remote storage are the destination's own.
 *
 * <p>Immutable.
 */
final class SyncedTopicConfigs {

    private static final Set<String> EFFECTIVE = Set.of(
            "cleanup.policy",
            "max.message.bytes",
            "message.timestamp.type",
            "segment.bytes",
            "retention.ms",
            "retention.bytes",
            "delete.retention.ms",
            "min.compaction.lag.ms",
            "max.compaction.lag.ms");

    private static final Set<String> WHEN_SET = Set.of(
            "compression.type",
            "min.cleanable.dirty.ratio",
            "segment.ms",
            "segment.jitter.ms",
            "segment.index.bytes",
            "index.interval.bytes",
            "flush.messages",
            "flush.ms",
            "file.delete.delay.ms",
            "preallocate");

    private static final Set<String> SIZE_LIMITS = Set.of("max.message.bytes", "segment.bytes");

    private SyncedTopicConfigs() {}

    /** @param overrides what the mirror's creator wants otherwise */
    static Map<String, String> of(Map<String, TopicConfig> source, Map<String, String> overrides) {
        Map<String, String> configs = new TreeMap<>();
        source.forEach((key, config) -> {
            if (EFFECTIVE.contains(key) || (WHEN_SET.contains(key) && config.setOnTopic())) {
                configs.put(key, config.value());
            }
        });
        configs.put("unclean.leader.election.enable", "false");
        configs.putAll(overrides);
        return configs;
    }

    /**
     * Limits of size that are the source's, or twice those that were tried in vain if the source has no larger ones.
     *
     * @param ofSource as {@link #of} made them
     * @param inVain what was set before
     * @param overrides what the mirror's creator wants otherwise; they stay
     */
    static Map<String, String> withMoreRoom(
            Map<String, String> ofSource, Map<String, String> inVain, Map<String, String> overrides) {
        Map<String, String> configs = new TreeMap<>(ofSource);
        for (String key : SIZE_LIMITS) {
            String wanted = ofSource.get(key);
            String tried = inVain.get(key);
            if (wanted != null && tried != null && !overrides.containsKey(key)) {
                long limit = Long.parseLong(wanted);
                long triedLimit = Long.parseLong(tried);
                configs.put(
                        key, String.valueOf(limit > triedLimit ? limit : Math.min(2 * triedLimit, Integer.MAX_VALUE)));
            }
        }
        return configs;
    }
}
