/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.source.SourceNode;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MirrorSlotTest {

    private static final long KEPT_MS = 2_000;
    private static final long UNTIL_MS = 300_000;
    private static final SourceNode LEADER = new SourceNode(1, "localhost", 9092);
    private static final SourceNode REPLICA = new SourceNode(2, "localhost", 9093);

    private final Backoff backoff = new Backoff(50, 500, new Random(1));
    private final MirrorSlot slot = new MirrorSlot(Bench.assignment(0, 1));

    @Test
    void asksTheReplicaThatTheLeaderHasNamedIfItIsThere() {
        slot.sendTo(REPLICA.id(), UNTIL_MS, 1_000, backoff, KEPT_MS);

        assertThat(slot.nearest(LEADER, Map.of(LEADER.id(), LEADER, REPLICA.id(), REPLICA)))
                .isEqualTo(REPLICA);
        assertThat(slot.atReplica()).isTrue();
        assertThat(slot.nearest(LEADER, Map.of(LEADER.id(), LEADER))).isEqualTo(LEADER);
        assertThat(slot.atReplica()).isFalse();
    }

    @Test
    void asksTheLeaderItselfForHalfAMinuteAfterAReplicaWasNoGood() {
        assertThat(slot.mayBeSentElsewhere(1_000)).isTrue();
        slot.sendTo(REPLICA.id(), UNTIL_MS, 1_000, backoff, KEPT_MS);

        slot.takeBack(2_000, backoff, KEPT_MS);

        assertThat(slot.atReplica()).isFalse();
        assertThat(slot.mayBeSentElsewhere(2_000)).isFalse();
        assertThat(slot.mayBeSentElsewhere(31_999)).isFalse();
        assertThat(slot.mayBeSentElsewhere(32_000)).isTrue();
    }

    @Test
    void doesNotAvoidReplicasSinceTheLeaderHasLetItGo() {
        slot.takeBack(2_000, backoff, KEPT_MS);

        assertThat(slot.mayBeSentElsewhere(2_000)).isTrue();
    }

    @Test
    void believesNoReplicaThatSomethingIsMissingOrDifferent() {
        slot.sendTo(REPLICA.id(), UNTIL_MS, 1_000, backoff, KEPT_MS);
        slot.takenBackOutOfRange(2_000, backoff, KEPT_MS);
        assertThat(slot.mayDiffer()).isFalse();

        slot.sendTo(REPLICA.id(), UNTIL_MS, 40_000, backoff, KEPT_MS);
        slot.takenBackDiverged(7, true, 41_000, backoff, KEPT_MS);
        assertThat(slot.mayDiffer()).isFalse();

        slot.takenBackDiverged(7, true, 42_000, backoff, KEPT_MS);
        assertThat(slot.mayDiffer()).isTrue();
        assertThat(slot.commonEnd()).isEqualTo(7);
    }
}
