/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import java.util.Collection;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.TopicConfig;

/** Which configs of a source topic its mirror follows. Immutable. */
public final class TopicConfigKeys {

    /** Without these a mirror would refuse or misread what the source holds. */
    public static final Set<String> ALWAYS = Set.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            TopicConfig.SEGMENT_BYTES_CONFIG);

    /**
     * Those by which clusters' defaults may differ so that data is lost or kept: their effective value travels, wherever it is
     * set. The others travel if they are set on the topic.
     */
    public static final Set<String> BY_EFFECT = Set.of(
            TopicConfig.RETENTION_MS_CONFIG,
            TopicConfig.RETENTION_BYTES_CONFIG,
            TopicConfig.DELETE_RETENTION_MS_CONFIG,
            TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG,
            TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG);

    public static final Set<String> WHEN_SET = Set.of(
            TopicConfig.COMPRESSION_TYPE_CONFIG,
            TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
            TopicConfig.SEGMENT_MS_CONFIG,
            TopicConfig.SEGMENT_JITTER_MS_CONFIG,
            TopicConfig.SEGMENT_INDEX_BYTES_CONFIG,
            TopicConfig.INDEX_INTERVAL_BYTES_CONFIG,
            TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG,
            TopicConfig.FLUSH_MS_CONFIG,
            TopicConfig.FILE_DELETE_DELAY_MS_CONFIG,
            TopicConfig.PREALLOCATE_CONFIG);

    /** Throttles, placement and remote storage are each cluster's own. */
    private static final Set<String> NEVER = Set.of(
            "leader.replication.throttled.replicas",
            "follower.replication.throttled.replicas",
            TopicConfig.REMOTE_LOG_STORAGE_ENABLE_CONFIG,
            TopicConfig.REMOTE_LOG_COPY_DISABLE_CONFIG,
            TopicConfig.REMOTE_LOG_DELETE_ON_DISABLE_CONFIG,
            TopicConfig.LOCAL_LOG_RETENTION_MS_CONFIG,
            TopicConfig.LOCAL_LOG_RETENTION_BYTES_CONFIG);

    private TopicConfigKeys() {}

    /** Whether each cluster decides for itself, so that a mirror keeps its own and never gets the source's. */
    public static boolean isClustersOwn(String key) {
        return NEVER.contains(key);
    }

    static void requireIncludable(String property, Collection<String> keys) {
        keys.stream().filter(NEVER::contains).findFirst().ifPresent(key -> {
            throw new ConfigException(property + ": " + key
                    + " is each cluster's own and is never taken from the source; set it on the mirror topic itself");
        });
    }

    static void requireExcludable(String property, Collection<String> keys) {
        keys.stream().filter(ALWAYS::contains).findFirst().ifPresent(key -> {
            throw new ConfigException(property + ": " + key
                    + " must be the source's, or the mirror would refuse its records; take it off the list");
        });
    }
}
