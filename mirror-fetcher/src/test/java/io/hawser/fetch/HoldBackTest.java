/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static io.hawser.fetch.Bench.batchOf;
import static io.hawser.fetch.Bench.part;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.source.FetchRequest;
import io.hawser.status.FailureCode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a delay, or a point to stop at, keeps from the mirror, and for how long. */
class HoldBackTest {

    private static final long DELAY_MS = 60_000;
    private static final long NOW_MS = 1_800_000_000_000L;

    private final Bench bench = new Bench();

    @BeforeEach
    void delay() {
        bench.nowMs = NOW_MS;
        delay(DELAY_MS);
    }

    private void delay(long delayMs) {
        rule(new HoldBack(delayMs, null));
    }

    private void rule(HoldBack rule) {
        bench.limits.holdBacks().change(Map.of("mirror", rule));
    }

    @Test
    void takesABatchWhenItIsOldEnoughAndNotBeforeAndAsksForItNoOftenerThanThat() {
        MirroredPartition partition = bench.add(0);
        ByteBuffer young = batchOf(0, 3, 5, NOW_MS - 10_000);

        bench.round(part(0, young));
        assertThat(bench.replica(0).end()).isZero();
        assertThat(bench.fetch.keepsAnswers(bench.nowMs))
                .as("nothing is kept in memory")
                .isFalse();
        for (long waitedMs = 0; waitedMs < DELAY_MS - 10_000; waitedMs += 500) {
            bench.nowMs = NOW_MS + waitedMs;
            assertNothingAskedFor();
        }
        assertThat(bench.fetch.idleMs(bench.nowMs, 10_000)).isEqualTo(500);
        bench.nowMs = NOW_MS + DELAY_MS - 10_001;
        assertNothingAskedFor();
        bench.later(1);
        bench.round(part(0, young));

        assertThat(bench.replica(0).end()).isEqualTo(3);
        assertThat(partition.held()).isNull();
        assertThat(partition.failure()).isNull();
    }

    @Test
    void takesWhatIsOldEnoughAndLeavesTheRest() {
        MirroredPartition partition = bench.add(0);

        bench.round(part(
                0,
                batchOf(0, 1, 5, NOW_MS - DELAY_MS - 1),
                batchOf(1, 1, 5, NOW_MS - DELAY_MS),
                batchOf(2, 1, 5, NOW_MS - DELAY_MS + 5_000),
                batchOf(3, 1, 5, NOW_MS - 2 * DELAY_MS)));

        assertThat(bench.replica(0).end()).isEqualTo(2);
        assertThat(partition.heldUntilMs(new HoldBack(DELAY_MS, null))).isEqualTo(NOW_MS + 5_000);
        assertThat(partition.failure()).isNull();
        bench.later(5_000);
        assertThat(bench.asked()).isEqualTo(Map.of(0, 2L));
    }

    @Test
    void goesByTheNewestRecordOfABatch() {
        bench.add(0);

        bench.round(part(0, Bench.batchStamped(0, 5, NOW_MS - 2 * DELAY_MS, NOW_MS, NOW_MS - 2 * DELAY_MS)));

        assertThat(bench.replica(0).end()).isZero();
    }

    @Test
    void takesAChangeOfTheDelayAtOnce() {
        bench.add(0);
        bench.round(Bench.partUpTo(1, 0, batchOf(0, 1, 5, NOW_MS)));
        delay(2 * DELAY_MS);
        bench.later(DELAY_MS + 1);
        assertNothingAskedFor();

        delay(DELAY_MS);

        bench.round(Bench.partUpTo(2, 0, batchOf(0, 1, 5, NOW_MS), batchOf(1, 1, 5, bench.nowMs)));
        assertThat(bench.replica(0).end()).isEqualTo(1);
        bench.later(100);
        assertNothingAskedFor();
        bench.limits.holdBacks().change(Map.of());
        bench.round(part(0, batchOf(1, 1, 5, bench.nowMs)));
        assertThat(bench.replica(0).end()).as("a promotion takes all").isEqualTo(2);
    }

    @Test
    void holdsWhatIsStampedAheadOfTheClockFromWhenTheSourceWasFirstSeenToHaveIt() {
        bench.add(0);
        long ahead = NOW_MS + 1_000 * DELAY_MS;
        ByteBuffer first = batchOf(0, 1, 5, ahead);
        ByteBuffer second = batchOf(1, 1, 5, ahead);

        bench.round(Bench.partUpTo(2, 0, first));
        bench.later(DELAY_MS - 1);
        assertNothingAskedFor();
        bench.later(1);
        bench.round(Bench.partUpTo(3, 0, first, second, batchOf(2, 1, 5, ahead)));

        assertThat(bench.replica(0).end())
                .as("the second was there from the beginning, the third was not")
                .isEqualTo(2);
        bench.later(DELAY_MS);
        assertThat(bench.asked()).isEqualTo(Map.of(0, 2L));
    }

    @Test
    void knowsFromTheLeaderSinceWhenItHasWhatIsStampedAheadOfTheClock() {
        MirroredPartition partition = bench.add(0);
        long ahead = NOW_MS + 1_000 * DELAY_MS;
        bench.round(Bench.partUpTo(1, 0, batchOf(0, 1, 5, ahead)));
        bench.later(20_000);
        bench.fetch.heardOfLeader(partition, 2, 0, true, bench.nowMs);
        assertThat(partition.progress().sourceHighWatermark()).isEqualTo(2);
        assertThat(Objects.requireNonNull(partition.health()).lastAnswerMs()).isEqualTo(bench.nowMs);

        bench.nowMs = NOW_MS + DELAY_MS;
        bench.round(Bench.partUpTo(2, 0, batchOf(0, 1, 5, ahead), batchOf(1, 1, 5, ahead)));

        assertThat(bench.replica(0).end()).isEqualTo(1);
        bench.later(19_999);
        assertNothingAskedFor();
        bench.later(1);
        assertThat(bench.asked()).isEqualTo(Map.of(0, 1L));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1})
    void takesWhatHasNoTimeOrAnOldOneAtOnce(long timestampMs) {
        bench.add(0);

        bench.round(part(0, batchOf(0, 1, 5, timestampMs)));

        assertThat(bench.replica(0).end()).isEqualTo(1);
    }

    @Test
    void keepsNoEpochOfWhatItDoesNotTakeYet() {
        bench.add(0);

        bench.round(part(0, batchOf(0, 1, 6, NOW_MS)));

        assertThat(bench.lineageWrites).isEmpty();
    }

    @Test
    void forgetsWhatItHeldBackWhenAnAppendBeforeItFailed() {
        MirroredPartition partition = bench.add(0);
        bench.replica(0).refuse(FailureCode.NOT_ENOUGH_REPLICAS);

        bench.round(part(0, batchOf(0, 1, 5, 1), batchOf(1, 1, 5, NOW_MS)));
        bench.later(100);

        assertThat(bench.asked()).isEqualTo(Map.of(0, 0L));
        assertThat(Objects.requireNonNull(partition.failure()).code()).isEqualTo(FailureCode.NOT_ENOUGH_REPLICAS);
    }

    @Test
    void leavesOtherPartitionsAlone() {
        bench.add(0);
        bench.add(1);
        bench.round(part(0, batchOf(0, 1, 5, NOW_MS)), part(1, batchOf(0, 1, 5, 1)));

        FetchRequest next = bench.request();

        assertThat(next.forgotten()).extracting(each -> each.partition()).containsExactly(0);
        assertThat(bench.replica(1).end()).isEqualTo(1);
    }

    @Test
    void aBrokerThatIsAskedForNothingIsNotSilent() {
        MirroredPartition partition = bench.add(0);
        bench.round(part(0, batchOf(0, 1, 5, NOW_MS)));
        assertNothingAskedFor();
        bench.later(5_000);
        assertNothingAskedFor();

        assertThat(Objects.requireNonNull(partition.health()).silentSinceMs()).isEqualTo(bench.nowMs);
    }

    @Test
    void takesNothingFromTheFirstBatchOnThatHasARecordOfTheTimeToStopAt() {
        bench.add(0);
        Uuid id = Uuid.randomUuid();
        rule(new HoldBack(0, new HoldBack.Stop(id, NOW_MS - 5, Map.of())));

        bench.round(part(
                0,
                batchOf(0, 1, 5, NOW_MS - 6),
                Bench.batchStamped(1, 5, NOW_MS - 9, NOW_MS - 5),
                batchOf(3, 1, 5, NOW_MS - 9)));
        assertThat(bench.replica(0).end()).isEqualTo(1);
        bench.later(1_000 * DELAY_MS);

        assertNothingAskedFor();
    }

    @Test
    void takesNothingFromTheBatchOnThatHoldsTheOffsetToStopAt() {
        bench.add(0);
        bench.add(1);
        rule(new HoldBack(0, new HoldBack.Stop(Uuid.randomUuid(), Long.MAX_VALUE, Map.of(0, 4L))));

        bench.round(
                part(0, batchOf(0, 3, 5, NOW_MS), batchOf(3, 3, 5, NOW_MS)),
                part(1, batchOf(0, 3, 5, NOW_MS), batchOf(3, 3, 5, NOW_MS)));

        assertThat(bench.replica(0).end()).isEqualTo(3);
        assertThat(bench.replica(1).end()).as("has no offset to stop at").isEqualTo(6);
    }

    /** A batch every 10 ms: each is due at another time, and fetching each for itself would bring most of them many times. */
    @Test
    void fetchesLittleMoreThanItTakesOfASourceThatIsWrittenToAllTheTime() {
        delay(10_000);
        bench.add(0);
        List<ByteBuffer> written = new ArrayList<>();
        List<Long> fetchedBytes = new ArrayList<>();
        long endMs = NOW_MS + 60_000;
        for (; bench.nowMs < endMs; bench.later(10)) {
            written.add(batchOf(written.size(), 1, 5, bench.nowMs));
            Optional<FetchRequest> request = bench.fetch.nextRequest(bench.nowMs);
            if (request.isEmpty()) {
                continue;
            }
            if (request.get().partitions().isEmpty()) {
                bench.answer();
                continue;
            }
            FetchRequest.PartitionFetch asked = request.get().partitions().get(0);
            ByteBuffer read = upTo(asked.maxBytes(), written.subList((int) asked.fetchOffset(), written.size()));
            fetchedBytes.add((long) read.remaining());
            bench.answer(Bench.partUpTo(written.size(), 0, read));
            bench.append();
            long end = bench.replica(0).end();
            long youngest = NOW_MS + (end - 1) * 10;
            assertThat(end == 0 || bench.nowMs - youngest >= 10_000)
                    .as("old enough")
                    .isTrue();
        }

        long end = bench.replica(0).end();
        long takenBytes = written.subList(0, (int) end).stream()
                .mapToLong(ByteBuffer::remaining)
                .sum();
        assertThat(NOW_MS + end * 10).as("not much later than due").isBetween(endMs - 10_250, endMs - 10_000 + 10);
        assertThat(fetchedBytes.size()).as("one look in 100 ms").isBetween(100, 620);
        assertThat(fetchedBytes.stream().mapToLong(Long::longValue).sum())
                .as("bytes fetched in %s looks, for %s taken", fetchedBytes.size(), takenBytes)
                .isLessThan(fetchedBytes.size() * 66_000L + 2 * takenBytes);
    }

    /** But for a request that tells the source which partitions are asked for no more. */
    private void assertNothingAskedFor() {
        bench.fetch.nextRequest(bench.nowMs).ifPresent(request -> {
            assertThat(request.partitions()).isEmpty();
            bench.answer();
        });
    }

    private static ByteBuffer upTo(int maxBytes, List<ByteBuffer> batches) {
        List<ByteBuffer> some = new ArrayList<>();
        int bytes = 0;
        for (ByteBuffer batch : batches) {
            bytes += batch.remaining();
            if (bytes > maxBytes && !some.isEmpty()) {
                break;
            }
            some.add(batch);
        }
        return Bench.joined(some.toArray(ByteBuffer[]::new));
    }
}
