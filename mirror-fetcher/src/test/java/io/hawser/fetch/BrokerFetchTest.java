/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static io.hawser.fetch.Bench.batch;
import static io.hawser.fetch.Bench.diverging;
import static io.hawser.fetch.Bench.empty;
import static io.hawser.fetch.Bench.joined;
import static io.hawser.fetch.Bench.nearerAt;
import static io.hawser.fetch.Bench.part;
import static io.hawser.fetch.Bench.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.lineage.EpochLineage;
import io.hawser.source.FetchAnswer;
import io.hawser.source.FetchRequest;
import io.hawser.source.SourceFailure;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerFetchTest {

    private static final int MAGIC_AT = 16;
    private static final int LAST_OFFSET_DELTA_AT = 23;

    private final Bench bench = new Bench();

    @Test
    void appendsEachBatchAtTheOffsetThatItHasOnTheSource() {
        bench.add(0);

        bench.round(part(0, batch(0, 3, 5), batch(10, 2, 5)));

        assertThat(InMemoryMirrorLog.baseOffsets(bench.replica(0).batches())).containsExactly(0L, 10L);
        assertThat(bench.replica(0).end()).isEqualTo(12);
        assertThat(bench.asked()).isEqualTo(Map.of(0, 12L));
    }

    @Test
    void countsWhatItHasAppendedAndNotWhatWasRefused() {
        ByteBuffer first = batch(0, 3, 5);
        ByteBuffer second = batch(3, 2, 5);
        long bytes = (long) first.remaining() + second.remaining();
        bench.add(0);
        bench.add(1);
        bench.replica(1).refuse(FailureCode.NOT_ENOUGH_REPLICAS);

        bench.round(part(0, first, second), part(1, batch(0, 7, 5)));

        assertThat(bench.traffic.bytes()).isEqualTo(bytes);
        assertThat(bench.traffic.batches()).isEqualTo(2);
        assertThat(bench.traffic.records()).isEqualTo(5);
    }

    @Test
    void wakesWhoWaitsForAppendsOncePerRoundAndNotWithoutOne() {
        bench.add(0);
        bench.add(1);

        bench.round(part(0, batch(0, 3, 5)), part(1, batch(0, 3, 5)));
        bench.append();

        assertThat(bench.log.completions()).isEqualTo(1);
    }

    @Test
    void asksForWhatComesNextBeforeItAppends() {
        bench.add(0);
        bench.request();
        bench.answer(part(0, batch(0, 3, 5)));

        Map<Integer, Long> asked = bench.asked();

        assertThat(asked).isEqualTo(Map.of(0, 3L));
        assertThat(bench.replica(0).end()).isZero();
    }

    /** Its promotion would wait for a word of the source that never comes. */
    @Test
    void hearsWhereAnIdlePartitionEndsThatIsGivenToItAgainWhileTheSourceIsBeingAsked() {
        SourceBroker source = new SourceBroker(Map.of(0, new SourceLog()), new Random(1), true);
        MirroredPartition before = bench.add(0);
        bench.fetch.accept(source.answer(bench.request()), bench.nowMs);
        assertThat(before.progress().sourceHighWatermark()).isZero();
        FetchRequest inFlight = bench.request();
        bench.fetch.remove(before);
        MirroredPartition after = bench.add(0);
        bench.fetch.accept(source.answer(inFlight), bench.nowMs);

        FetchRequest dropping = bench.request();
        bench.fetch.accept(source.answer(dropping), bench.nowMs);
        bench.fetch.accept(source.answer(bench.request()), bench.nowMs);

        assertThat(dropping.maxWaitMs()).as("another one is to follow").isZero();
        assertThat(after.progress().sourceHighWatermark()).isZero();
    }

    /** What is remembered of a partition is shared by those that fetch it one after the other. */
    @Test
    void hearsNothingOfTheLeaderOnceThePartitionIsGone() {
        MirroredPartition partition = bench.add(0);
        bench.fetch.remove(partition);

        bench.fetch.heardOfLeader(partition, 100, 0, true, bench.nowMs);

        assertThat(partition.progress()).isEqualTo(PartitionProgress.UNKNOWN);
    }

    @Test
    void handsOverWhatANearerReplicaHas() {
        bench.add(0);
        bench.add(1);

        assertThat(bench.request().rack()).isEqualTo(Bench.RACK);
        bench.answer(nearerAt(0, 3), part(1, batch(0, 1, 5)));
        bench.append();

        assertThat(bench.events).containsExactly("nearer mirror-0 at 3");
        assertThat(bench.replica(1).end()).isEqualTo(1);
        assertThat(bench.request().forgotten())
                .extracting(TopicIdPartition::partition)
                .containsExactly(0);
    }

    @Test
    void asksForNothingWhileTheLinkOwesTime() {
        bench.limits.all().change(1_000);
        MirroredPartition partition = bench.add(0);
        bench.round(part(0, batch(0, 1, 5, "x".repeat(2_000))));

        bench.later(1_000);
        assertThat(bench.fetch.nextRequest(bench.nowMs)).isEmpty();
        assertThat(bench.fetch.idleMs(bench.nowMs, 10_000)).isBetween(300L, 1_500L);
        SourceHealth health = Objects.requireNonNull(partition.health());
        assertThat(health.silentSinceMs()).as("nobody asked").isEqualTo(bench.nowMs);
        assertThat(health.lastAnswerMs()).as("and nobody answered").isEqualTo(bench.nowMs - 1_000);
        bench.later(2_500);

        assertThat(bench.asked()).isEqualTo(Map.of(0, 1L));
    }

    @Test
    void pacesWhatIsBehindAndLeavesTheRestAlone() {
        bench.add(0);
        bench.add(1);
        bench.round(part(0, batch(0, 1, 5)), caughtUp(1, batch(0, 1, 5)));
        bench.limits.catchUp().change(1_000);
        bench.round(part(0, batch(1, 1, 5, "x".repeat(2_000))), caughtUp(1, batch(1, 1, 5)));

        FetchRequest paced = bench.request();

        assertThat(paced.forgotten()).extracting(TopicIdPartition::partition).containsExactly(0);
        assertThat(paced.partitions())
                .extracting(each -> each.source().partition())
                .containsExactly(1);
        assertThat(bench.replica(0).end()).isEqualTo(2);
        bench.answer(caughtUp(1, batch(2, 1, 5)));
        bench.append();
        bench.later(2_500);
        assertThat(bench.asked()).isEqualTo(Map.of(0, 2L, 1, 3L));
    }

    @Test
    void bringsPartitionsThatArePacedInTurn() {
        bench.limits.catchUp().change(1_000);
        bench.add(0);
        bench.add(1);

        assertThat(bench.asked()).isEqualTo(Map.of(0, 0L));
        bench.answer(part(0, batch(0, 1, 5, "x".repeat(2_000))));
        bench.append();
        bench.later(2_500);
        assertThat(bench.asked()).isEqualTo(Map.of(1, 0L));
    }

    @Test
    void throwsAwayAnAnswerThatWasAskedForAtAnotherOffset() {
        MirroredPartition partition = bench.add(0);
        bench.request();
        partition.moveTo(2);

        bench.answer(part(0, batch(0, 3, 5)));
        bench.append();

        assertThat(bench.replica(0).batches()).isEmpty();
    }

    @Test
    void throwsAwayWhatItDidNotAskFor() {
        bench.add(0);
        bench.request();
        bench.add(1);

        bench.answer(part(1, batch(0, 3, 5)), part(9, batch(0, 3, 5)));
        bench.append();

        assertThat(bench.replica(1).batches()).isEmpty();
    }

    @Test
    void fetchesAgainFromTheLogsEndAfterAFailedAppendAndLeavesNoHole() {
        MirroredPartition partition = bench.add(0);
        bench.round(part(0, batch(0, 3, 5)));
        bench.request();
        bench.answer(part(0, batch(3, 2, 5)));
        bench.request();
        bench.replica(0).refuse(FailureCode.NOT_ENOUGH_REPLICAS);

        bench.append();
        bench.answer(part(0, batch(5, 2, 5)));
        bench.replica(0).acceptAgain();
        bench.append();

        assertThat(bench.replica(0).end()).isEqualTo(3);
        assertThat(failureOf(partition).code()).isEqualTo(FailureCode.NOT_ENOUGH_REPLICAS);
        bench.later(100);
        assertThat(bench.asked()).isEqualTo(Map.of(0, 3L));
        bench.answer(part(0, batch(3, 2, 5)));
        bench.append();
        assertThat(bench.replica(0).end()).isEqualTo(5);
        assertThat(partition.failure()).isNull();
    }

    @Test
    void appendsNothingBehindAFailedAppendThoughItWasTakenAlready() {
        bench.add(0);
        bench.request();
        bench.answer(part(0, batch(0, 3, 5)));
        bench.request();
        bench.answer(part(0, batch(3, 2, 5)));
        bench.replica(0).refuseOnce(FailureCode.NOT_ENOUGH_REPLICAS);

        bench.append();

        assertThat(bench.replica(0).batches()).isEmpty();
        bench.later(100);
        assertThat(bench.asked()).isEqualTo(Map.of(0, 0L));
    }

    @Test
    void goesOnBehindThePartOfASliceThatWasAppendedBeforeTheRefusal() {
        bench.add(0);
        ByteBuffer first = batch(0, 1, 5);
        bench.replica(0).limitAppendsTo(first.remaining());
        bench.replica(0).refuseAfter(1, FailureCode.RECORD_TOO_LARGE);

        bench.round(part(0, first, batch(1, 1, 5), batch(2, 1, 5)));

        assertThat(bench.replica(0).end()).isEqualTo(1);
        bench.later(100);
        assertThat(bench.asked()).isEqualTo(Map.of(0, 1L));
    }

    @Test
    void leavesTheOthersGoingWhenOnePartitionFails() {
        MirroredPartition failing = bench.add(0);
        MirroredPartition sound = bench.add(1);
        bench.replica(0).refuse(FailureCode.RECORD_TOO_LARGE);

        bench.round(part(0, batch(0, 3, 5)), part(1, batch(0, 3, 5)));

        FetchRequest next = bench.request();
        assertThat(next.partitions())
                .extracting(each -> each.source().partition())
                .containsExactly(1);
        assertThat(next.forgotten()).extracting(source -> source.partition()).containsExactly(0);
        assertThat(failureOf(failing).code()).isEqualTo(FailureCode.RECORD_TOO_LARGE);
        assertThat(sound.failure()).isNull();
        assertThat(bench.replica(1).end()).isEqualTo(3);
    }

    @Test
    void holdsBackANewSourceEpochUntilItIsKeptAndAppendsWhatIsBeforeIt() {
        MirroredPartition partition = bench.add(0);

        bench.round(part(0, batch(0, 3, 5), batch(3, 2, 6)));

        assertThat(bench.replica(0).end()).isEqualTo(3);
        EpochLineage grown = Objects.requireNonNull(bench.lineageWrites.get(partition));
        assertThat(grown.toPairs()).containsExactly(List.of(5L, 0L), List.of(6L, 3L));
        assertThat(bench.asked()).isEmpty();

        assertThat(bench.fetch.keepsAnswers(bench.nowMs)).isTrue();
        bench.fetch.lineageRecorded(partition, grown, bench.nowMs);
        assertThat(bench.fetch.keepsAnswers(bench.nowMs)).isFalse();
        assertThat(bench.asked()).as("it was fetched already").isEqualTo(Map.of(0, 5L));
        bench.append();
        assertThat(bench.replica(0).end()).isEqualTo(5);
    }

    @Test
    void fetchesAgainWhatWasInMemoryForTooLongBeforeItsEpochWasKept() {
        MirroredPartition partition = bench.add(0);
        bench.round(part(0, batch(0, 3, 6)));
        bench.request();
        bench.later(501);

        assertThat(bench.fetch.keepsAnswers(bench.nowMs)).isFalse();
        recorded(partition);

        assertThat(bench.asked()).isEqualTo(Map.of(0, 0L));
    }

    /** The one before is missing then. */
    @Test
    void appendsNothingOfAnEpochWhereTheBatchBeforeItWasRefused() {
        MirroredPartition partition = bench.add(0);
        bench.request();
        bench.answer(part(0, batch(0, 3, 5), batch(3, 2, 6)));
        bench.replica(0).refuse(FailureCode.NOT_ENOUGH_REPLICAS);
        bench.append();
        bench.replica(0).acceptAgain();
        bench.request();

        recorded(partition);
        bench.append();

        assertThat(bench.replica(0).end()).isZero();
        bench.later(100);
        assertThat(bench.asked()).isEqualTo(Map.of(0, 0L));
    }

    @Test
    void appendsNothingOfAnEpochForAPartitionThatWasLetGo() {
        MirroredPartition partition = bench.add(0);
        bench.round(part(0, batch(0, 3, 6)));
        bench.fetch.remove(partition);

        assertThat(bench.fetch.keepsAnswers(bench.nowMs)).isFalse();
        recorded(partition);
        bench.append();

        assertThat(bench.replica(0).end()).isZero();
    }

    private void recorded(MirroredPartition partition) {
        EpochLineage grown = Objects.requireNonNull(bench.lineageWrites.get(partition));
        bench.fetch.lineageRecorded(partition, grown, bench.nowMs);
    }

    @Test
    void triesAgainWhenANewSourceEpochCouldNotBeKept() {
        MirroredPartition partition = bench.add(0);
        bench.round(part(0, batch(0, 3, 6)));
        bench.request();

        bench.fetch.lineageNotRecorded(
                partition, new Failure(FailureCode.INTERNAL, "not kept", bench.nowMs), bench.nowMs);
        bench.lineageWrites.clear();
        bench.later(100);
        bench.round(part(0, batch(0, 3, 6)));

        assertThat(bench.lineageWrites).containsKey(partition);
        assertThat(bench.replica(0).end()).isZero();
    }

    @Test
    void sendsTheSourceEpochOfTheLastRecordSoThatTheSourceSeesWhereTheLogsPart() {
        bench.add(0, EpochLineage.EMPTY.startingAt(5, 0).startingAt(6, 10), 10);

        FetchRequest request = bench.request();

        assertThat(request.partitions().get(0).lastFetchedEpoch()).hasValue(5);
    }

    @Test
    void letsAPartitionGoWhoseLogIsNotTheSourcesAndTellsUpToWhereItIs() {
        bench.add(0, EpochLineage.EMPTY.startingAt(3, 0).startingAt(5, 10), 20);

        bench.round(diverging(0, 4, 15));

        assertThat(bench.events).containsExactly("diverged mirror-0 at 10");
        assertThat(bench.fetch.size()).isZero();
    }

    @Test
    void letsAPartitionGoThatEndsInsideABatchOfTheSource() {
        bench.add(0, EpochLineage.EMPTY.startingAt(5, 0), 2);

        bench.round(part(0, batch(0, 5, 5)));

        assertThat(bench.events).containsExactly("diverged mirror-0 at 0 by a batch");
        assertThat(bench.replica(0).batches()).isEmpty();
    }

    @Test
    void handsBackAPartitionOfWhichTheSourceHasNothingAtItsOffset() {
        bench.add(0);
        bench.add(1);

        bench.round(refused(0, Errors.OFFSET_OUT_OF_RANGE), part(1, batch(0, 1, 5)));

        assertThat(bench.events).containsExactly("out of range mirror-0");
        assertThat(bench.fetch.size()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_LEADER_OR_FOLLOWER", "FENCED_LEADER_EPOCH", "UNKNOWN_LEADER_EPOCH", "UNKNOWN_TOPIC_ID"})
    void handsBackAPartitionWhoseLeaderMoved(Errors error) {
        bench.add(0);

        bench.round(refused(0, error));

        assertThat(bench.events).containsExactly("moved mirror-0 " + error);
        assertThat(bench.fetch.size()).isZero();
    }

    @Test
    void keepsAPartitionThatTheSourceDoesNotAllowAndAsksAgainLater() {
        MirroredPartition partition = bench.add(0);

        bench.round(refused(0, Errors.TOPIC_AUTHORIZATION_FAILED));

        assertThat(failureOf(partition).code()).isEqualTo(FailureCode.AUTHORIZATION);
        assertThat(bench.asked()).isEmpty();
        bench.later(100);
        assertThat(bench.asked()).containsKey(0);
        bench.answer(empty(0, 0));
        assertThat(partition.failure()).isNull();
    }

    @Test
    void stopsAtACorruptHeaderAppendsWhatIsBeforeItAndHeals() {
        MirroredPartition damaged = bench.add(0);
        bench.add(1);
        ByteBuffer corrupt = joined(batch(3, 2, 5)).putInt(LAST_OFFSET_DELTA_AT, -4);

        bench.round(part(0, batch(0, 3, 5), corrupt), part(1, batch(0, 1, 5)));

        assertThat(bench.replica(0).end()).isEqualTo(3);
        assertThat(bench.replica(1).end()).isEqualTo(1);
        assertThat(failureOf(damaged).code()).isEqualTo(FailureCode.CORRUPT_BATCH);
        bench.request();
        bench.answer();
        bench.later(100);
        bench.round(part(0, batch(3, 2, 5)));
        assertThat(bench.replica(0).end()).isEqualTo(5);
        assertThat(damaged.failure()).isNull();
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, 1})
    void saysSoWhenTheSourceHoldsAnOldMessageFormat(byte magic) {
        MirroredPartition partition = bench.add(0);
        ByteBuffer old = joined(batch(0, 3, 5)).put(MAGIC_AT, magic);

        bench.round(part(0, old));

        assertThat(failureOf(partition).code()).isEqualTo(FailureCode.UNSUPPORTED_MESSAGE_FORMAT);
        assertThat(bench.replica(0).batches()).isEmpty();
    }

    @Test
    void leavesTheCutBatchAtTheEndOfAnAnswerForTheNext() {
        MirroredPartition partition = bench.add(0);
        ByteBuffer cut = batch(3, 2, 5);
        cut = cut.slice(0, cut.remaining() - 5);

        bench.round(part(0, batch(0, 3, 5), cut));

        assertThat(bench.replica(0).end()).isEqualTo(3);
        assertThat(partition.failure()).isNull();
        assertThat(bench.asked()).isEqualTo(Map.of(0, 3L));
    }

    @Test
    void handsAllPartitionsBackWhenTheSourceIsGone() {
        bench.add(0);
        bench.add(1);
        bench.request();
        bench.answer(part(0, batch(0, 3, 5)));

        bench.fetch.failed(new SourceFailure(FailureCode.SOURCE_UNREACHABLE, "gone"));
        bench.append();

        assertThat(bench.events)
                .containsExactlyInAnyOrder("lost mirror-0 SOURCE_UNREACHABLE", "lost mirror-1 SOURCE_UNREACHABLE");
        assertThat(bench.replica(0).batches()).as("handed back is handed back").isEmpty();
    }

    @Test
    void handsAllPartitionsBackWhenTheSourceRefusesTheWholeRequest() {
        bench.add(0);
        bench.request();

        bench.fetch.accept(new FetchAnswer(Errors.CLUSTER_AUTHORIZATION_FAILED, true, 0, 0, List.of()), bench.nowMs);

        assertThat(bench.events).containsExactly("lost mirror-0 AUTHORIZATION");
    }

    @Test
    void doesNotAskForMoreThanTheReplicasKeepUpWith() {
        bench.add(0);
        bench.add(1);
        bench.replica(0).stopFollowers();

        bench.round(part(0, batch(0, 100, 5)), part(1, batch(0, 1, 5)));

        assertThat(bench.asked()).doesNotContainKey(0).containsEntry(1, 1L);
        bench.answer();
        bench.replica(0).startFollowers();
        assertThat(bench.asked()).isEqualTo(Map.of(0, 100L));
    }

    @Test
    void appendsASliceInPartsThatEndWithABatchWhenTheLogTakesLess() {
        bench.add(0);
        int size = batch(0, 1, 5).remaining();
        bench.replica(0).limitAppendsTo(2 * size);

        bench.round(part(0, batch(0, 1, 5), batch(1, 1, 5), batch(2, 1, 5), batch(3, 9, 5), batch(12, 1, 5)));

        assertThat(bench.replica(0).appendSizes()).containsExactly(2, 1, 1, 1);
        assertThat(bench.replica(0).end()).isEqualTo(13);
    }

    @Test
    void letsAPartitionGoThatAnotherBrokerLeadsNow() {
        bench.add(0);
        bench.add(1);
        bench.request();
        bench.answer(part(0, batch(0, 3, 5)), part(1, batch(0, 3, 5)));
        bench.replica(0).lead(Bench.LEADER_EPOCH + 1);

        bench.append();

        assertThat(bench.events).containsExactly("fenced mirror-0");
        assertThat(bench.replica(1).end()).isEqualTo(3);
    }

    @Test
    void appendsNothingOfAPartitionThatWasRemoved() {
        MirroredPartition partition = bench.add(0);
        bench.request();
        bench.answer(part(0, batch(0, 3, 5)));

        bench.fetch.remove(partition);
        bench.append();

        assertThat(bench.replica(0).batches()).isEmpty();
        assertThat(bench.request().forgotten()).hasSize(1);
        bench.answer();
        assertThat(bench.fetch.nextRequest(bench.nowMs)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"FETCH_SESSION_ID_NOT_FOUND", "INVALID_FETCH_SESSION_EPOCH", "FETCH_SESSION_TOPIC_ID_ERROR"})
    void beginsANewSessionWithEverythingWhenTheSourceLostTheOld(Errors error) {
        bench.add(0);
        bench.add(1);
        bench.round(part(0, batch(0, 3, 5)));
        bench.request();

        bench.fetch.accept(new FetchAnswer(error, true, 0, 0, List.of()), bench.nowMs);

        FetchRequest anew = bench.request();
        assertThat(anew.sessionId()).isZero();
        assertThat(anew.sessionEpoch()).isZero();
        assertThat(anew.partitions()).hasSize(2);
        assertThat(bench.events).isEmpty();
    }

    @Test
    void takesNothingFromASourceThatDoesNotTellWhereLogsPartUntilItWasAsked() {
        MirroredPartition partition = bench.add(0);
        bench.request();

        bench.fetch.accept(
                new FetchAnswer(Errors.NONE, false, Bench.SESSION, 0, List.of(part(0, batch(0, 3, 5)))), bench.nowMs);
        bench.append();

        assertThat(bench.events)
                .containsExactly("unverified " + partition.assignment().mirror());
        assertThat(bench.replica(0).batches()).isEmpty();
    }

    private static Failure failureOf(MirroredPartition partition) {
        return Objects.requireNonNull(partition.failure(), "no failure");
    }

    /** Of a source that has nothing more. */
    private static FetchAnswer.PartitionAnswer caughtUp(int number, ByteBuffer batch) {
        long end = InMemoryMirrorLog.baseOffsets(List.of(batch)).get(0) + 1;
        return Bench.partUpTo(end, number, batch);
    }
}
