/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.lineage.EpochLineage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FetcherPoolTest {

    private static final long IDLE_LIMIT_MS = 30_000;
    private static final FetcherPool.Peer PEER = new FetcherPool.Peer(PromptSource.NODE, false);

    private final List<Integer> made = new ArrayList<>();
    private final PromptSource source = new PromptSource();
    private final FetcherPool pool = new FetcherPool(2, IDLE_LIMIT_MS, (peer, index) -> {
        made.add(index);
        return source.fetcher("east-" + index, new InMemoryMirrorLog(), new CountedEvents());
    });

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void makesNoMoreThanItMayAndOnlyOnceAllHaveSomething() {
        FetcherThread first = pool.leastLoaded(PEER);
        assertThat(pool.leastLoaded(PEER)).isSameAs(first);

        load(first, 0);
        FetcherThread second = pool.leastLoaded(PEER);
        load(second, 1);
        load(second, 2);

        assertThat(pool.leastLoaded(PEER)).isSameAs(first);
        assertThat(pool.atLeast(9, PEER)).containsExactly(first, second);
        assertThat(made).containsExactly(0, 1);
    }

    @Test
    void hasNoTwoOfTheSameNameAfterTheFirstHasEnded() {
        FetcherThread first = pool.first(PEER);
        FetcherThread second = pool.atLeast(2, PEER).get(1);
        load(second, 0);

        pool.endIdle(0);
        pool.endIdle(IDLE_LIMIT_MS - 1);
        assertThat(pool.has(first, PEER)).isTrue();
        pool.endIdle(IDLE_LIMIT_MS);

        assertThat(pool.has(first, PEER)).isFalse();
        assertThat(pool.first(PEER)).isSameAs(second);
        pool.atLeast(2, PEER);
        assertThat(made).containsExactly(0, 1, 0);
    }

    private static void load(FetcherThread fetcher, int partition) {
        fetcher.add(
                new MirroredPartition(
                        Bench.assignment(partition, 0), EpochLineage.EMPTY, 0, 0, false, false, new Sightings()),
                5);
    }
}
