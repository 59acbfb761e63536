/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.definition;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * All links and mirror topics that are wanted, at one generation.
 *
 * <p>They live in the destination's metadata log as custom keys of the cluster-wide BROKER config resource (KIP-226):
 * {@code hawser.generation}, {@code hawser.link.<name>} and {@code hawser.mirror.<topic>}. Kafka replicates them to
 * every broker and controller and has them in the metadata image before a listener opens.
 *
 * <p>Immutable.
 *
 * @param generation grows with each change; 0 when nothing was ever defined
 * @param links by link name, sorted
 * @param mirrors by mirror topic, sorted
 */
public record Definitions(
        long generation, SortedMap<String, LinkDefinition> links, SortedMap<String, MirrorDefinition> mirrors) {

    public static final String GENERATION_KEY = "hawser.generation";
    public static final String LINK_KEY_PREFIX = "hawser.link.";
    public static final String MIRROR_KEY_PREFIX = "hawser.mirror.";

    private static final int WRITER_BITS = 20;

    public static final Definitions NONE = new Definitions(0L, new TreeMap<>(), new TreeMap<>());

    public Definitions {
        links = Collections.unmodifiableSortedMap(new TreeMap<>(links));
        mirrors = Collections.unmodifiableSortedMap(new TreeMap<>(mirrors));
    }

    /** The same links at the same generation, with other mirrors. */
    public Definitions withMirrors(Consumer<SortedMap<String, MirrorDefinition>> change) {
        SortedMap<String, MirrorDefinition> changed = new TreeMap<>(mirrors);
        change.accept(changed);
        return new Definitions(generation, links, changed);
    }

    /** As {@link #withMirrors}, of those topics alone; one that is no mirror is passed over. */
    public Definitions withMirrors(Collection<String> topics, UnaryOperator<MirrorDefinition> change) {
        return withMirrors(changed ->
                topics.forEach(topic -> changed.computeIfPresent(topic, (name, mirror) -> change.apply(mirror))));
    }

    /**
     * The generation of a change that is made from these definitions: one more in the upper bits, and in the lower ones a random
     * number. Two writers that start from the same definitions so come with different generations. Were they the same, Kafka would
     * ask no broker about the later change: it only asks about keys that are known and whose values differ.
     */
    public long nextGeneration(RandomGenerator random) {
        return (((generation >> WRITER_BITS) + 1) << WRITER_BITS) | random.nextLong(1L << WRITER_BITS);
    }

    /** These, as a change that is made from others of this generation. */
    public Definitions next(RandomGenerator random) {
        return new Definitions(nextGeneration(random), links, mirrors);
    }

    /** Whether whoever made this change can have started from {@code before}, and not from something older. */
    boolean follows(Definitions before) {
        if (generation <= before.generation) {
            return false;
        }
        long count = before.generation >> WRITER_BITS;
        return count == 0 || generation >> WRITER_BITS > count || generation == before.generation + 1;
    }

    /** The key under which the link stands in the cluster-wide BROKER config resource. */
    public static String linkKey(String link) {
        return LINK_KEY_PREFIX + link;
    }

    /** The key under which the mirror topic stands in the cluster-wide BROKER config resource. */
    public static String mirrorKey(String mirrorTopic) {
        return MIRROR_KEY_PREFIX + mirrorTopic;
    }

    public static boolean isDefinitionKey(String key) {
        return key.equals(GENERATION_KEY) || key.startsWith(LINK_KEY_PREFIX) || key.startsWith(MIRROR_KEY_PREFIX);
    }

    /**
     * Reads definitions out of a config map; keys that are not definitions are passed over.
     *
     * @throws InvalidDefinitionException if a value does not parse; the message names the key and what is wrong
     */
    public static Definitions parse(Map<String, ?> configs) {
        SortedMap<String, LinkDefinition> links = new TreeMap<>();
        SortedMap<String, MirrorDefinition> mirrors = new TreeMap<>();
        long generation = 0L;
        for (Map.Entry<String, ?> entry : configs.entrySet()) {
            String key = entry.getKey();
            if (entry.getValue() == null || !isDefinitionKey(key)) {
                continue;
            }
            String value = entry.getValue().toString();
            if (key.equals(GENERATION_KEY)) {
                generation = parseGeneration(value);
            } else if (key.startsWith(LINK_KEY_PREFIX)) {
                String name = key.substring(LINK_KEY_PREFIX.length());
                links.put(name, DefinitionCodec.readLink(name, value));
            } else {
                String topic = key.substring(MIRROR_KEY_PREFIX.length());
                mirrors.put(topic, DefinitionCodec.readMirror(topic, value));
            }
        }
        return new Definitions(generation, links, mirrors);
    }

    /** The config keys and values of these definitions, as {@link #parse} reads them. */
    public Map<String, String> asConfigs() {
        Map<String, String> configs = new LinkedHashMap<>();
        configs.put(GENERATION_KEY, Long.toString(generation));
        links.forEach((name, link) -> configs.put(linkKey(name), DefinitionCodec.write(link)));
        mirrors.forEach((topic, mirror) -> configs.put(mirrorKey(topic), DefinitionCodec.write(mirror)));
        return configs;
    }

    public Optional<LinkDefinition> link(String name) {
        return Optional.ofNullable(links.get(name));
    }

    public Optional<MirrorDefinition> mirror(String topic) {
        return Optional.ofNullable(mirrors.get(topic));
    }

    private static long parseGeneration(String value) {
        try {
            return Long.parseLong(value.trim());
        } catch (NumberFormatException e) {
            throw new InvalidDefinitionException(GENERATION_KEY + " must be a whole number, but is '" + value + "'");
        }
    }
}
