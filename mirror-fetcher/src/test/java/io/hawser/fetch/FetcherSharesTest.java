/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.lineage.EpochLineage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FetcherSharesTest {

    private static final FetcherPool.Peer PEER = new FetcherPool.Peer(PromptSource.NODE, false);

    private final PromptSource source = new PromptSource();
    private final FetcherPool pool = new FetcherPool(
            2, 60_000, (peer, index) -> source.fetcher("east-" + index, new InMemoryMirrorLog(), new CountedEvents()));
    private final FetcherShares shares = new FetcherShares(pool, Bench.unlimited());
    private final FetcherThread first = pool.first(PEER);
    private final FetcherThread second = pool.atLeast(2, PEER).get(1);

    @AfterEach
    void close() throws InterruptedException {
        pool.close();
    }

    @Test
    void beginsNewMirrorsSideBySideUnlessTheSecondConnectionHasFailedAMomentAgo() {
        behindFor(3_000, 0, first);
        assertThat(begin(0)).isSameAs(second);

        shares.lost(second, 0);

        assertThat(begin(FetcherShares.ALONE_MS - 1)).isSameAs(first);
        assertThat(begin(FetcherShares.ALONE_MS)).isSameAs(second);
    }

    @Test
    void takesTogetherWhatIsBehindOnceTheSecondConnectionHasFailedAndSpreadsItAfterAWhile() {
        MirrorSlot one = behindFor(3_000, 0, first);
        MirrorSlot other = behindFor(3_000, 1, second);
        shares.lost(second, 3_000);

        assertThat(shares.moves(List.of(one, other), 3_000)).isEqualTo(Map.of(other, first));

        MirrorSlot another = behindFor(3_000, 2, first);
        assertThat(shares.moves(List.of(one, another), 4_000)).isEmpty();
        assertThat(shares.moves(List.of(one, another), 3_000 + FetcherShares.ALONE_MS))
                .containsValue(second)
                .hasSize(1);
    }

    @Test
    void goesOnSharingAfterTheFirstConnectionHasFailed() {
        behindFor(3_000, 0, first);

        shares.lost(first, 0);

        assertThat(begin(0)).isSameAs(second);
    }

    /** The fetcher that a new mirror would get. */
    private FetcherThread begin(long nowMs) {
        return shares.fetcherFor(new MirrorSlot(Bench.assignment(9, 0)), PEER, 0, nowMs);
    }

    private static MirrorSlot behindFor(long ms, int number, FetcherThread fetcher) {
        MirrorSlot slot = new MirrorSlot(Bench.assignment(number, 0));
        MirroredPartition partition =
                new MirroredPartition(slot.assignment(), EpochLineage.EMPTY, 0, 0, false, false, new Sightings());
        slot.handOver(partition, fetcher, PromptSource.NODE, 0, 0);
        partition.heard(5, 0, ms, 0);
        return slot;
    }
}
