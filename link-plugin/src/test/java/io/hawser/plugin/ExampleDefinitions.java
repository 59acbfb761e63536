/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin;

import io.hawser.definition.Definitions;
import io.hawser.definition.LinkDefinition;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/** Definitions of one link, {@code east}, and one mirror topic over it. */
public final class ExampleDefinitions {

    private static final Uuid LINK_ID = Uuid.randomUuid();
    private static final Uuid MIRROR_ID = Uuid.randomUuid();

    private ExampleDefinitions() {}

    /** The same link and mirror each time, but for generation and intent. */
    public static Definitions with(long generation, String topic, MirrorIntent intent) {
        LinkDefinition link = new LinkDefinition("east", LINK_ID, Map.of("bootstrap.servers", "localhost:1"));
        MirrorDefinition mirror = new MirrorDefinition(
                topic, MIRROR_ID, "east", topic, intent, MirrorDefinition.DEFAULT_REPLICATION_FACTOR, Map.of(), null);
        return new Definitions(generation, new TreeMap<>(Map.of("east", link)), new TreeMap<>(Map.of(topic, mirror)));
    }
}
