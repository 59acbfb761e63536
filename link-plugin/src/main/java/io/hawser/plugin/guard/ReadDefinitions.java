/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.guard;

import io.hawser.definition.Definitions;
import io.hawser.definition.InvalidDefinitionException;
import io.hawser.definition.LinkDefinition;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.TopicNames;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What could be read from a node's configs. One bad value costs its own key and no other.
 *
 * <p>Immutable.
 *
 * @param definitions all that parses
 * @param unreadable keys that do not parse, each with the reason in one line
 */
record ReadDefinitions(Definitions definitions, Map<String, String> unreadable) {

    static final ReadDefinitions NONE = new ReadDefinitions(Definitions.NONE, Map.of());

    ReadDefinitions {
        unreadable = Map.copyOf(unreadable);
    }

    /** @param before what was in force; its generation is kept if the new one does not parse */
    static ReadDefinitions from(Map<String, ?> configs, Definitions before) {
        try {
            return new ReadDefinitions(Definitions.parse(configs), Map.of());
        } catch (RuntimeException e) {
            return keyByKey(configs, before);
        }
    }

    /** Topics that refuse changes: those of mirrors not yet stopped, and those whose definition does not parse. */
    Set<String> readOnlyTopics() {
        Set<String> topics = new HashSet<>(unreadableMirrors());
        definitions.mirrors().values().stream()
                .filter(mirror -> mirror.readOnly())
                .map(MirrorDefinition::topic)
                .forEach(topics::add);
        return topics;
    }

    /** With the topic that the plugin reports to; as long as there is nothing to report, the guard does nothing. */
    Set<String> guardedTopics() {
        Set<String> topics = readOnlyTopics();
        if (!unreadable.isEmpty()
                || !definitions.links().isEmpty()
                || !definitions.mirrors().isEmpty()) {
            topics.add(TopicNames.STATE_TOPIC);
        }
        return topics;
    }

    Set<String> unreadableMirrors() {
        return unreadable.keySet().stream()
                .filter(key -> key.startsWith(Definitions.MIRROR_KEY_PREFIX))
                .map(key -> key.substring(Definitions.MIRROR_KEY_PREFIX.length()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Every key that a definition stands under, readable or not, and always that of the generation. */
    Set<String> keys() {
        Set<String> keys = new HashSet<>(unreadable.keySet());
        keys.add(Definitions.GENERATION_KEY);
        definitions.links().keySet().forEach(link -> keys.add(Definitions.linkKey(link)));
        definitions.mirrors().keySet().forEach(topic -> keys.add(Definitions.mirrorKey(topic)));
        return keys;
    }

    private static ReadDefinitions keyByKey(Map<String, ?> configs, Definitions before) {
        SortedMap<String, LinkDefinition> links = new TreeMap<>();
        SortedMap<String, MirrorDefinition> mirrors = new TreeMap<>();
        Map<String, String> unreadable = new TreeMap<>();
        long generation = before.generation();
        for (Map.Entry<String, ?> entry : configs.entrySet()) {
            String key = entry.getKey();
            if (entry.getValue() == null || !Definitions.isDefinitionKey(key)) {
                continue;
            }
            try {
                Definitions one = Definitions.parse(Map.of(key, entry.getValue()));
                links.putAll(one.links());
                mirrors.putAll(one.mirrors());
                generation = key.equals(Definitions.GENERATION_KEY) ? one.generation() : generation;
            } catch (InvalidDefinitionException e) {
                unreadable.put(key, String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                unreadable.put(key, key + " cannot be read: " + e);
            }
        }
        return new ReadDefinitions(new Definitions(generation, links, mirrors), unreadable);
    }
}
