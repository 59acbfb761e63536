/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.fetch.FetcherBalance.Member;
import io.hawser.fetch.FetcherBalance.Need;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FetcherBalanceTest {

    private static final List<String> FETCHERS = List.of("first", "second", "third");
    private static final List<Need> NEEDS = List.of(Need.values());

    private final Map<Integer, String> places = new HashMap<>();
    private final Map<Integer, Need> needs = new HashMap<>();

    @Test
    void sharesWhatIsBehindAmongAllFetchers() {
        IntStream.range(0, 9).forEach(partition -> put(partition, "first", Need.HURRIES));

        settle(true);

        FETCHERS.forEach(fetcher ->
                assertThat(Collections.frequency(places.values(), fetcher)).isEqualTo(3));
    }

    @Test
    void leavesASinglePartitionWhereItIs() {
        put(0, "first", Need.HURRIES);
        put(1, "first", Need.STAYS);
        put(2, "first", Need.RESTS);

        assertThat(moves(true)).isEmpty();
    }

    @Test
    void bringsWhatRestsToTheFirst() {
        put(0, "second", Need.RESTS);
        put(1, "third", Need.STAYS);
        put(2, "second", Need.HURRIES);

        assertThat(moves(true)).isEqualTo(Map.of(0, "first"));
    }

    @Test
    void bringsAllToTheFirstWhereNothingMayBeSpread() {
        put(0, "second", Need.RESTS);
        put(1, "third", Need.STAYS);
        put(2, "second", Need.HURRIES);
        put(3, "first", Need.HURRIES);

        assertThat(moves(false)).isEqualTo(Map.of(0, "first", 1, "first", 2, "first"));
    }

    @Test
    void movesFewAtATime() {
        IntStream.range(0, 2_000).forEach(partition -> put(partition, "second", Need.RESTS));
        assertThat(moves(true)).hasSize(FetcherBalance.MOST_MOVES);

        IntStream.range(0, 2_000).forEach(partition -> put(partition, "first", Need.HURRIES));
        assertThat(moves(true)).hasSize(FetcherBalance.MOST_MOVES);
    }

    @Test
    void bringsBackWhatRestsAndSharesWhatIsBehindAtOnce() {
        put(0, "second", Need.RESTS);
        IntStream.range(1, 5).forEach(partition -> put(partition, "first", Need.HURRIES));

        assertThat(moves(true)).containsEntry(0, "first").hasSize(3);
    }

    @Test
    void countsWhatIsBehindAndMayNotMove() {
        IntStream.range(0, 4).forEach(partition -> put(partition, "first", Need.HURRIES));
        IntStream.range(4, 8).forEach(partition -> put(partition, "second", Need.WORKS));
        IntStream.range(8, 12).forEach(partition -> put(partition, "third", Need.WORKS));

        assertThat(moves(true)).isEmpty();
    }

    @Test
    void comesToRestWhateverTheNeedsAre() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            places.clear();
            needs.clear();
            int partitions = random.nextInt(40);
            for (int partition = 0; partition < partitions; partition++) {
                put(partition, FETCHERS.get(random.nextInt(3)), NEEDS.get(random.nextInt(NEEDS.size())));
            }
            boolean allMayMove = !needs.containsValue(Need.WORKS);

            settle(true);

            places.forEach((partition, fetcher) ->
                    assertThat(fetcher).isIn(needs.get(partition) == Need.RESTS ? List.of("first") : FETCHERS));
            long[] behind = FETCHERS.stream().mapToLong(this::behindAt).sorted().toArray();
            if (allMayMove) {
                assertThat(behind[2] - behind[0]).isLessThan(2);
            }
        }
    }

    /** As on brokers, where what has moved must be fetched first; without an overshoot that is taken back. */
    @Test
    void comesToRestWhereWhatHasMovedMayNotMoveAgainForAWhile() {
        IntStream.range(0, 17).forEach(partition -> put(partition, "first", Need.HURRIES));

        List<Integer> movesByRound = new ArrayList<>();
        Map<Integer, String> before = Map.of();
        for (int round = 0; round < 6; round++) {
            Map<Integer, String> moves = moves(true);
            before.forEach((partition, fetcher) -> put(partition, fetcher, Need.HURRIES));
            moves.forEach((partition, fetcher) -> put(partition, fetcher, Need.WORKS));
            before = moves;
            movesByRound.add(moves.size());
        }

        assertThat(movesByRound).containsExactly(8, 4, 2, 0, 0, 0);
        assertThat(FETCHERS).extracting(this::behindAt).containsExactlyInAnyOrder(5L, 6L, 6L);
    }

    private long behindAt(String fetcher) {
        return places.entrySet().stream()
                .filter(place -> place.getValue().equals(fetcher)
                        && List.of(Need.HURRIES, Need.WORKS).contains(needs.get(place.getKey())))
                .count();
    }

    private void put(int partition, String fetcher, Need need) {
        places.put(partition, fetcher);
        needs.put(partition, need);
    }

    private void settle(boolean mayShare) {
        int rounds = 0;
        for (Map<Integer, String> moves = moves(mayShare); !moves.isEmpty(); moves = moves(mayShare)) {
            places.putAll(moves);
            assertThat(rounds++).isLessThan(20);
        }
    }

    private Map<Integer, String> moves(boolean mayShare) {
        Collection<Member<Integer, String>> members = places.entrySet().stream()
                .map(place -> new Member<>(place.getKey(), place.getValue(), needs.get(place.getKey())))
                .toList();
        return FetcherBalance.moves(FETCHERS, members, mayShare);
    }
}
