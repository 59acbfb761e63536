/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.sync;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What resources of the source are called here.
 *
 * <p>Law: an ACL of one topic follows to its mirrors, and to no topic of this cluster that happens to have its name. One of many
 * topics follows to what the link's prefix makes of them, and to the mirrors among them that have a name of their own. Nothing
 * but topics has another name here.
 *
 * <p>Immutable.
 *
 * @param prefix of the link; may be empty
 * @param mirrors source topics by mirror topic
 */
record AclNames(String prefix, Map<String, String> mirrors) {

    AclNames {
        mirrors = Map.copyOf(mirrors);
    }

    /** Empty for a topic that is not mirrored. */
    Set<ResourcePattern> here(ResourcePattern source) {
        if (source.resourceType() != ResourceType.TOPIC) {
            return Set.of(source);
        }
        Set<ResourcePattern> here = new HashSet<>();
        if (!isOfOneTopic(source)) {
            here.add(prefixed(source));
        }
        mirrors.forEach((mirror, topic) -> {
            if (covers(source, topic) && here.stream().noneMatch(pattern -> covers(pattern, mirror))) {
                here.add(new ResourcePattern(ResourceType.TOPIC, mirror, PatternType.LITERAL));
            }
        });
        return here;
    }

    /** Whether ACLs of the resource are followed; they stay as they are for a topic that is no mirror any more. */
    boolean follow(ResourcePattern here) {
        return !isOfOneTopic(here) || mirrors.containsKey(here.name());
    }

    private ResourcePattern prefixed(ResourcePattern source) {
        if (prefix.isEmpty()) {
            return source;
        }
        String name = source.patternType() == PatternType.PREFIXED ? source.name() : "";
        return new ResourcePattern(ResourceType.TOPIC, prefix + name, PatternType.PREFIXED);
    }

    private static boolean isOfOneTopic(ResourcePattern resource) {
        return resource.resourceType() == ResourceType.TOPIC
                && resource.patternType() == PatternType.LITERAL
                && !resource.name().equals(ResourcePattern.WILDCARD_RESOURCE);
    }

    private static boolean covers(ResourcePattern pattern, String topic) {
        return pattern.patternType() == PatternType.PREFIXED
                ? topic.startsWith(pattern.name())
                : pattern.name().equals(topic) || pattern.name().equals(ResourcePattern.WILDCARD_RESOURCE);
    }
}
