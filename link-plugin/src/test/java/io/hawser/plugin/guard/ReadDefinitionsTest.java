/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.definition.Definitions;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.definition.TopicNames;
import io.hawser.plugin.ExampleDefinitions;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReadDefinitionsTest {

    private static final Set<MirrorIntent> WRITTEN_HERE = Set.of(MirrorIntent.STOPPED, MirrorIntent.REVERSE_CHECK);

    @ParameterizedTest
    @EnumSource(MirrorIntent.class)
    void locksAMirrorUnlessItIsWrittenHere(MirrorIntent intent) {
        Definitions definitions = ExampleDefinitions.with(3, "orders", intent);

        ReadDefinitions read = ReadDefinitions.from(definitions.asConfigs(), Definitions.NONE);

        assertThat(read.readOnlyTopics().contains("orders")).isEqualTo(!WRITTEN_HERE.contains(intent));
    }

    @ParameterizedTest
    @EnumSource(MirrorIntent.class)
    void locksWhateverWasPromotedElsewhere(MirrorIntent intent) {
        MirrorDefinition orders =
                MirrorDefinition.promotedElsewhere("orders", "west").withIntent(intent);
        Definitions definitions = new Definitions(1, new TreeMap<>(), new TreeMap<>(Map.of("orders", orders)));

        ReadDefinitions read = ReadDefinitions.from(definitions.asConfigs(), Definitions.NONE);

        assertThat(read.definitions()).isEqualTo(definitions);
        assertThat(read.readOnlyTopics()).containsExactly("orders");
    }

    @Test
    void guardsTheStateTopicAsLongAsThereIsAnythingToReport() {
        Definitions stopped = ExampleDefinitions.with(3, "orders", MirrorIntent.STOPPED);

        assertThat(ReadDefinitions.from(stopped.asConfigs(), Definitions.NONE).guardedTopics())
                .containsExactly(TopicNames.STATE_TOPIC);
        assertThat(ReadDefinitions.from(Map.of(Definitions.mirrorKey("broken"), "{"), Definitions.NONE)
                        .guardedTopics())
                .containsExactlyInAnyOrder("broken", TopicNames.STATE_TOPIC);
        assertThat(ReadDefinitions.NONE.guardedTopics()).isEmpty();
    }

    @Test
    void losesOneBadKeyOnlyAndKeepsItsTopicLocked() {
        Map<String, Object> configs = new HashMap<>(
                ExampleDefinitions.with(3, "orders", MirrorIntent.MIRROR).asConfigs());
        configs.put(Definitions.mirrorKey("broken"), "{");
        configs.put("unrelated", 7);

        ReadDefinitions read = ReadDefinitions.from(configs, Definitions.NONE);

        assertThat(read.definitions().mirrors()).containsOnlyKeys("orders");
        assertThat(read.definitions().generation()).isEqualTo(3);
        assertThat(read.unreadableMirrors()).containsExactly("broken");
        assertThat(read.readOnlyTopics()).containsExactlyInAnyOrder("orders", "broken");
        assertThat(read.keys())
                .containsExactlyInAnyOrder(
                        "hawser.generation", "hawser.link.east", "hawser.mirror.orders", "hawser.mirror.broken");
    }

    @Test
    void keepsTheGenerationWhenTheNewOneIsUnreadable() {
        Definitions before = ExampleDefinitions.with(3, "orders", MirrorIntent.MIRROR);
        Map<String, Object> configs = new HashMap<>(before.asConfigs());
        configs.put(Definitions.GENERATION_KEY, "soon");

        assertThat(ReadDefinitions.from(configs, before).definitions()).isEqualTo(before);
    }
}
