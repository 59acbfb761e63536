/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.lineage.EpochLineage;
import io.hawser.source.SourceNode;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MirrorSlotTest {

    private static final long KEPT_MS = 2_000;
    private static final long UNTIL_MS = 300_000;
    private static final SourceNode LEADER = new SourceNode(1, "localhost", 9092);
    private static final SourceNode REPLICA = new SourceNode(2, "localhost", 9093);

    private final Backoff backoff = new Backoff(50, 500, new Random(1));
    private final FetcherThread fetcher =
            new PromptSource().fetcher("east-fetcher-1-0", new InMemoryMirrorLog(), new CountedEvents());
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

    @Test
    void hurriesAfterTwoSecondsBehindAndRestsAfterHalfAMinuteCaughtUp() {
        MirroredPartition partition = handOver(10_000);
        partition.heard(5, 0, 10_100, 0);
        assertThat(slot.observe(10_100)).isEqualTo(FetcherBalance.Need.WORKS);
        assertThat(slot.observe(11_999)).isEqualTo(FetcherBalance.Need.WORKS);
        assertThat(slot.observe(12_000)).isEqualTo(FetcherBalance.Need.HURRIES);

        partition.heard(0, 0, 13_000, 0);
        assertThat(slot.observe(13_000)).isEqualTo(FetcherBalance.Need.STAYS);
        assertThat(slot.observe(42_999)).isEqualTo(FetcherBalance.Need.STAYS);
        assertThat(slot.observe(43_000)).isEqualTo(FetcherBalance.Need.RESTS);

        partition.heard(5, 0, 44_000, 0);
        assertThat(slot.observe(44_000)).isEqualTo(FetcherBalance.Need.WORKS);
        assertThat(slot.observe(46_000)).isEqualTo(FetcherBalance.Need.HURRIES);
    }

    @Test
    void staysUntilTheFetcherThatItHasComeToHasFetchedItHoweverLongThatTakes() {
        handOver(10_000).heard(5, 0, 10_100, 0);
        assertThat(slot.observe(12_000)).isEqualTo(FetcherBalance.Need.HURRIES);
        slot.mean(fetcher);
        assertThat(slot.observe(13_000)).isEqualTo(FetcherBalance.Need.WORKS);

        MirroredPartition moved = handOver(14_000);
        assertThat(slot.observe(99_000)).isEqualTo(FetcherBalance.Need.WORKS);
        moved.heard(0, 0, 99_000, 0);
        assertThat(slot.observe(99_000)).isEqualTo(FetcherBalance.Need.STAYS);

        handOver(130_000);
        assertThat(slot.observe(199_000))
                .as("caught up when it was heard of last")
                .isEqualTo(FetcherBalance.Need.STAYS);
    }

    @Test
    void staysWhereItIsWhileItFailsOrHasJustCome() {
        MirroredPartition partition = handOver(10_000);
        partition.heard(5, 0, 10_100, 0);
        partition.fail(new Failure(FailureCode.INTERNAL, "made up", 12_000), 12_000, backoff);
        assertThat(slot.observe(20_000)).isEqualTo(FetcherBalance.Need.STAYS);
        partition.succeed();
        assertThat(slot.observe(20_000)).isEqualTo(FetcherBalance.Need.HURRIES);

        handOver(21_000).heard(5, 0, 21_100, 0);
        assertThat(slot.observe(22_999)).isEqualTo(FetcherBalance.Need.WORKS);
        assertThat(slot.observe(23_000)).isEqualTo(FetcherBalance.Need.HURRIES);
    }

    @Test
    void remembersWithTheNextFetcherWhenItWasCaughtUpAndWhatReplicasDoNotHaveYet() {
        MirroredPartition before = handOver(10_000);
        before.heard(0, 0, 11_000, 100);
        before.sentToReplicas(7);
        MirroredPartition after = handOver(12_000);

        assertThat(after.progress()).isEqualTo(new PartitionProgress(-1, -1, false, 11_000, 100));
        assertThat(after.behind()).isFalse();
        assertThat(after.unackedBytes()).isEqualTo(7);
        before.replicated(7);
        assertThat(after.unackedBytes()).isZero();
    }

    @Test
    void getsNoFetcherAnyMoreOnceItIsReleased() {
        handOver(10_000);
        slot.takeBack(10_000, backoff, KEPT_MS);
        assertThat(slot.due(20_000)).isTrue();

        slot.release();

        assertThat(slot.due(20_000)).isFalse();
        assertThat(slot.dueMs()).isEqualTo(Long.MAX_VALUE);
    }

    private MirroredPartition handOver(long nowMs) {
        MirroredPartition partition =
                new MirroredPartition(slot.assignment(), EpochLineage.EMPTY, 0, 0, false, false, new Sightings());
        slot.handOver(partition, fetcher, LEADER, 5, nowMs);
        return partition;
    }
}
