/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which partitions of one source broker change their fetcher: those that are behind share all fetchers, those that have caught up
 * share the first. So many partitions catch up on several processors, and what is idle takes one connection and one fetch
 * session.
 *
 * <p>Law: after a bounded number of moves nothing moves any more, as long as partitions do not catch up or fall behind; also where
 * what was moved may not move again at once.
 *
 * <p>Thread-safe: no state.
 */
final class FetcherBalance {

    /** At one time; a partition that moves is not fetched until the source was asked about it. */
    static final int MOST_MOVES = 500;

    /** How much a partition wants a fetcher of its own. */
    enum Need {
        /** It has been caught up for long. */
        RESTS,
        /** It has caught up a moment ago, or does not go on for a reason of its own. */
        STAYS,
        /** It is behind, and stays where it is for now. */
        WORKS,
        /** It has been behind for a while, and may move. */
        HURRIES;

        boolean isBehind() {
            return this == WORKS || this == HURRIES;
        }
    }

    /**
     * One partition.
     *
     * @param <P> stands for it
     * @param <F> stands for a fetcher
     */
    record Member<P, F>(P partition, F fetcher, Need need) {}

    private FetcherBalance() {}

    /**
     * Where to move what.
     *
     * @param fetchers of the source broker; one or more
     * @param members partitions that these have; of the first one's it is enough to name those that are behind
     * @param mayShare whether partitions may be spread at all; if not, all go to the first
     */
    static <P, F> Map<P, F> moves(List<F> fetchers, Collection<Member<P, F>> members, boolean mayShare) {
        F first = fetchers.get(0);
        Map<P, F> moves = new LinkedHashMap<>();
        members.stream()
                .filter(member -> member.fetcher() != first && (member.need() == Need.RESTS || !mayShare))
                .limit(MOST_MOVES)
                .forEach(member -> moves.put(member.partition(), first));
        if (mayShare) {
            share(fetchers, members, moves);
        }
        return moves;
    }

    /** Half of what the busiest has more than the least busy goes to that. */
    private static <P, F> void share(List<F> fetchers, Collection<Member<P, F>> members, Map<P, F> moves) {
        Map<F, Integer> loads = new LinkedHashMap<>();
        fetchers.forEach(fetcher -> loads.put(fetcher, 0));
        members.stream()
                .filter(member -> member.need().isBehind())
                .forEach(member -> loads.merge(member.fetcher(), 1, Integer::sum));
        Map.Entry<F, Integer> least = Collections.min(loads.entrySet(), Map.Entry.comparingByValue());
        Map.Entry<F, Integer> most = Collections.max(loads.entrySet(), Map.Entry.comparingByValue());
        int surplus = most.getValue() - least.getValue();
        members.stream()
                .filter(member -> member.fetcher() == most.getKey() && member.need() == Need.HURRIES)
                .limit(Math.min(surplus / 2, MOST_MOVES - moves.size()))
                .forEach(member -> moves.put(member.partition(), least.getKey()));
    }
}
