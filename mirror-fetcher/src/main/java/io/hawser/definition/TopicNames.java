/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.definition;

import java.util.Set;
import java.util.regex.Pattern;

/** Which names a mirror topic or a link may have. Immutable. */
public final class TopicNames {

    /** Where links, topics and partitions report how they are. */
    public static final String STATE_TOPIC = "__hawser_state";

    /** Of topics that {@code link-admin drill} makes and removes. No link makes mirrors of them by itself. */
    public static final String CANARY_PREFIX = "hawser-drill-";

    /** Kafka's limit for a topic name, in characters, inclusive. */
    public static final int MAX_LENGTH = 249;

    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]+");
    private static final Set<String> INTERNAL = Set.of(
            "__consumer_offsets", "__transaction_state", "__share_group_state", "__cluster_metadata", STATE_TOPIC);

    private TopicNames() {}

    /**
     * Refuses what Kafka would refuse as a topic's name, and the names of internal topics.
     *
     * @throws InvalidDefinitionException with one line for the user
     */
    public static void requireMirrorable(String topic) {
        requireLegal("mirror topic name", topic);
        if (isInternal(topic)) {
            throw new InvalidDefinitionException("Topic " + topic + " is internal to Kafka and cannot be mirrored");
        }
    }

    /** Whether Kafka or the plugin keeps its own records under that name. */
    public static boolean isInternal(String topic) {
        return INTERNAL.contains(topic);
    }

    /** Whether it is the topic of a drill: nobody's data. */
    public static boolean isCanary(String topic) {
        return topic.startsWith(CANARY_PREFIX);
    }

    /** Link names follow the rules of topic names, since they stand in config keys and metric tags. */
    static void requireLegalLink(String link) {
        requireLegal("link name", link);
    }

    private static void requireLegal(String what, String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new InvalidDefinitionException("Illegal " + what + " '" + name + "'");
        }
        if (name.length() > MAX_LENGTH) {
            throw new InvalidDefinitionException(
                    "Illegal " + what + ": " + name.length() + " characters, at most " + MAX_LENGTH + " are allowed");
        }
        if (!LEGAL.matcher(name).matches()) {
            throw new InvalidDefinitionException(
                    "Illegal " + what + " '" + name + "': only letters, digits, '.', '_' and '-' are allowed");
        }
    }
}
