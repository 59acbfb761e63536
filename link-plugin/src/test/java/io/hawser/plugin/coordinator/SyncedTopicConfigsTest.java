/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.source.SourceRequest.TopicConfig;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SyncedTopicConfigsTest {

    private static final Set<String> KNOWN = Set.of(
            "retention.ms", "compression.type", "flush.ms", "segment.ms", "min.insync.replicas", "max.message.bytes");
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
    void keepsMoreRoomThanTheSourceHas() {
        assertThat(SyncedTopicConfigs.withNoLessRoom(
                        SOURCE, Map.of("max.message.bytes", "2000", "segment.bytes", "3000"), Map.of()))
                .isEqualTo(Map.of("max.message.bytes", "2000", "segment.bytes", "4000"));
    }

    @Test
    void takesWhatWorksDifferentlyByDefaultAndOfTheRestWhatIsSet() {
        SyncedTopicConfigs synced = new SyncedTopicConfigs(Set.of("min.insync.replicas"), Set.of("segment.ms"), KNOWN);
        Map<String, TopicConfig> source = Map.of(
                "retention.ms", new TopicConfig("1", false),
                "compression.type", new TopicConfig("producer", false),
                "flush.ms", new TopicConfig("2", true),
                "segment.ms", new TopicConfig("3", true),
                "min.insync.replicas", new TopicConfig("2", true),
                "preallocate", new TopicConfig("true", true));

        assertThat(synced.wanted(source, Map.of("flush.ms", "9")))
                .isEqualTo(Map.of(
                        "retention.ms", "1",
                        "flush.ms", "9",
                        "min.insync.replicas", "2",
                        "unclean.leader.election.enable", "false"));
        assertThat(synced.unknownHere(source)).containsExactly("preallocate");
    }

    @Test
    void unsetsWhatNobodyWantsAndLeavesWhatIsTheClustersOwn() {
        assertThat(SyncedTopicConfigs.changes(
                        Map.of("retention.ms", "1", "segment.ms", "2"),
                        Map.of(
                                "retention.ms", "1",
                                "segment.ms", "3",
                                "flush.ms", "4",
                                "leader.replication.throttled.replicas", "*")))
                .isEqualTo(Map.of("segment.ms", Optional.of("2"), "flush.ms", Optional.empty()));
    }

    @Test
    void leavesWhatTheCreatorOfTheMirrorWants() {
        assertThat(SyncedTopicConfigs.withMoreRoom(SOURCE, SOURCE, Map.of("max.message.bytes", "1000")))
                .isEqualTo(Map.of("max.message.bytes", "1000", "segment.bytes", "8000"));
    }
}
