/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SyncedTopicConfigsTest {

    private static final Map<String, String> SOURCE = Map.of("max.message.bytes", "1000", "segment.bytes", "4000");

    @Test
    void takesTheSourcesLimitsWhereTheyAreLargerThanWhatWasTried() {
        assertThat(SyncedTopicConfigs.withMoreRoom(
                        SOURCE, Map.of("max.message.bytes", "900", "segment.bytes", "3000"), Map.of()))
                .isEqualTo(SOURCE);
    }

    @Test
    void doublesWhatWasTriedInVainWhereTheSourceHasNoLargerOnes() {
        assertThat(SyncedTopicConfigs.withMoreRoom(
                        SOURCE, Map.of("max.message.bytes", "1000", "segment.bytes", "8000"), Map.of()))
                .isEqualTo(Map.of("max.message.bytes", "2000", "segment.bytes", "16000"));
    }

    @Test
    void goesNoFurtherThanAnIntHolds() {
        assertThat(SyncedTopicConfigs.withMoreRoom(SOURCE, Map.of("segment.bytes", "2000000000"), Map.of()))
                .containsEntry("segment.bytes", String.valueOf(Integer.MAX_VALUE));
    }

    @Test
    void leavesWhatTheCreatorOfTheMirrorWants() {
        assertThat(SyncedTopicConfigs.withMoreRoom(SOURCE, SOURCE, Map.of("max.message.bytes", "1000")))
                .isEqualTo(Map.of("max.message.bytes", "1000", "segment.bytes", "8000"));
    }
}
