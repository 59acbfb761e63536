/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.lineage.EpochLineage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FetcherPoolTest {

    private static final long IDLE_LIMIT_MS = 30_000;
    private static final FetcherPool.Peer PEER = new FetcherPool.Peer(PromptSource.NODE, false);

    private boolean fails;
    private final List<Integer> made = new ArrayList<>();
    private final PromptSource source = new PromptSource();
    private final FetcherPool pool = new FetcherPool(3, IDLE_LIMIT_MS, (peer, index) -> {
        made.add(index);
        if (fails) {
            throw new OutOfMemoryError("made up");
        }
        return source.fetcher("east-" + index, new InMemoryMirrorLog(), new CountedEvents());
    });

    @AfterEach
    void close() throws InterruptedException {
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
        FetcherThread third = pool.leastLoaded(PEER);
        load(third, 3);
        load(third, 4);

        assertThat(pool.leastLoaded(PEER)).isSameAs(first);
        assertThat(pool.atLeast(9, PEER)).containsExactly(first, second, third);
        assertThat(made).containsExactly(0, 1, 2);
    }

    @Test
    void endsTheFirstLastAndGivesNoTwoTheSameName() {
        FetcherThread first = pool.first(PEER);
        List<FetcherThread> all = pool.atLeast(3, PEER);
        load(all.get(2), 0);
        pool.endIdle(0);
        pool.endIdle(IDLE_LIMIT_MS - 1);
        assertThat(pool.has(all.get(1), PEER)).isTrue();

        pool.endIdle(IDLE_LIMIT_MS);

        assertThat(pool.has(all.get(1), PEER)).isFalse();
        assertThat(pool.first(PEER)).as("there are others").isSameAs(first);
        pool.atLeast(3, PEER);
        assertThat(made).containsExactly(0, 1, 2, 1);
    }

    @Test
    void endsTheFirstToo() {
        FetcherThread first = pool.first(PEER);
        pool.endIdle(0);
        pool.endIdle(IDLE_LIMIT_MS);

        assertThat(pool.has(first, PEER)).isFalse();
        assertThat(pool.peers()).isEmpty();
    }

    @Test
    void endsNoneThatIsAboutToGetSomething() {
        FetcherThread second = pool.atLeast(2, PEER).get(1);
        pool.endIdle(0);

        pool.used(second);

        pool.endIdle(IDLE_LIMIT_MS);
        assertThat(pool.has(second, PEER)).isTrue();
    }

    @Test
    void isAsItWasAfterOneCouldNotBeMade() {
        fails = true;
        assertThatThrownBy(() -> pool.first(PEER)).isInstanceOf(OutOfMemoryError.class);

        pool.endIdle(IDLE_LIMIT_MS);

        assertThat(pool.peers()).isEmpty();
        assertThat(pool.firsts()).isEmpty();
        fails = false;
        assertThat(pool.has(pool.first(PEER), PEER)).isTrue();
    }

    @Test
    void givesNoneThatHasEndedByItself() throws InterruptedException {
        FetcherThread first = pool.first(PEER);
        load(first, 0);
        first.start();
        first.stop();
        first.awaitEnd();

        FetcherThread next = pool.first(PEER);

        assertThat(next).isNotSameAs(first);
        assertThat(pool.has(first, PEER)).isFalse();
        next.start();
        next.stop();
        next.awaitEnd();
        pool.endIdle(0);
        assertThat(pool.peers()).isEmpty();
    }

    private static void load(FetcherThread fetcher, int partition) {
        fetcher.add(
                new MirroredPartition(
                        Bench.assignment(partition, 0), EpochLineage.EMPTY, 0, 0, false, false, new Sightings()),
                5);
    }
}
