/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.config.LinkConfig;
import io.hawser.config.TopicConfigKeys;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.source.SourceRequest.TopicConfig;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;

/**
 * Which configs of a source topic its mirror gets; {@link TopicConfigKeys} has the lists.
 *
 * <p>Law: a mirror's configs are what its creator wants, and for the rest what the source has; nobody else sets any, but for
 * those that are each cluster's own.
 *
 * <p>Immutable.
 */
public final class SyncedTopicConfigs {

    private static final String UNCLEAN_ELECTION = "unclean.leader.election.enable";
    private static final Set<String> SIZE_LIMITS = Set.of("max.message.bytes", "segment.bytes");

    private final Set<String> byEffect = new HashSet<>(TopicConfigKeys.BY_EFFECT);
    private final Set<String> whenSet = new HashSet<>(TopicConfigKeys.WHEN_SET);
    private final Set<String> knownHere;
    private final Set<String> exclude;

    SyncedTopicConfigs(Set<String> include, Set<String> exclude, Set<String> knownHere) {
        this.knownHere = knownHere;
        this.exclude = exclude;
        whenSet.addAll(include);
        byEffect.removeAll(exclude);
        whenSet.removeAll(exclude);
        byEffect.addAll(TopicConfigKeys.ALWAYS);
    }

    public static SyncedTopicConfigs of(LinkConfig config, ClusterView cluster) {
        return new SyncedTopicConfigs(
                config.syncedTopicConfigs(), config.unsyncedTopicConfigs(), cluster.knownTopicConfigs());
    }

    /**
     * @param source as the source tells them
     * @param overrides what the mirror's creator wants otherwise
     */
    public Map<String, String> wanted(Map<String, TopicConfig> source, Map<String, String> overrides) {
        Map<String, String> configs = new TreeMap<>();
        configs.put(UNCLEAN_ELECTION, "false");
        source.forEach((key, config) -> {
            if (isTaken(key, config) && knownHere.contains(key)) {
                configs.put(key, config.value());
            }
        });
        configs.putAll(overrides);
        return configs;
    }

    /** What the source topic has and this cluster knows nothing of, in order; nothing that the link leaves out anyway. */
    public List<String> unknownHere(Map<String, TopicConfig> source) {
        return source.entrySet().stream()
                .filter(config -> config.getValue().setOnTopic())
                .map(Map.Entry::getKey)
                .filter(key -> !knownHere.contains(key) && !exclude.contains(key))
                .sorted()
                .toList();
    }

    private boolean isTaken(String key, TopicConfig config) {
        return byEffect.contains(key) || (whenSet.contains(key) && config.setOnTopic());
    }

    /**
     * Limits of size that are the wanted ones, or twice those that were tried in vain if the wanted are no larger: a source
     * that has lowered its limits may hold batches from before, which it would refuse by now.
     *
     * @param overrides what the mirror's creator wants otherwise; they stay
     */
    public static Map<String, String> withMoreRoom(
            Map<String, String> wanted, Map<String, String> inVain, Map<String, String> overrides) {
        return withLimits(
                wanted,
                inVain,
                overrides,
                (limit, tried) -> limit > tried ? limit : Math.min(2 * tried, Integer.MAX_VALUE));
    }

    /** Limits of size that are the wanted ones, or the present ones where these are larger. */
    public static Map<String, String> withNoLessRoom(
            Map<String, String> wanted, Map<String, String> present, Map<String, String> overrides) {
        return withLimits(wanted, present, overrides, Math::max);
    }

    private static Map<String, String> withLimits(
            Map<String, String> wanted,
            Map<String, String> present,
            Map<String, String> overrides,
            LongBinaryOperator choice) {
        Map<String, String> configs = new TreeMap<>(wanted);
        for (String key : SIZE_LIMITS) {
            String limit = wanted.get(key);
            String now = present.get(key);
            if (limit != null && now != null && !overrides.containsKey(key)) {
                configs.put(key, String.valueOf(choice.applyAsLong(Long.parseLong(limit), Long.parseLong(now))));
            }
        }
        return configs;
    }

    /**
     * @param present what is set on the mirror topic
     * @return by key, the value to set, or empty to unset it; nothing for what is right or each cluster's own
     */
    public static Map<String, Optional<String>> changes(Map<String, String> wanted, Map<String, String> present) {
        Map<String, Optional<String>> changes = new TreeMap<>();
        wanted.forEach((key, value) -> {
            if (!value.equals(present.get(key))) {
                changes.put(key, Optional.of(value));
            }
        });
        present.keySet().stream()
                .filter(key -> !wanted.containsKey(key) && !TopicConfigKeys.isClustersOwn(key))
                .forEach(key -> changes.put(key, Optional.empty()));
        return Collections.unmodifiableMap(changes);
    }
}
