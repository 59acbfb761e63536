/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which partitions of one source broker change their fetcher: those that are behind share all fetchers, those that have caught up
 * share the first. So many partitions catch up on several processors, and what is idle takes one connection and one fetch
 * session.
 *
 * <p>Law: after a bounded number of moves nothing moves any more, as long as nobody's need changes.
 *
 * <p>Thread-safe: no state.
 */
final class FetcherBalance {

    /** At one time; a partition that moves is not fetched for some tens of milliseconds. */
    static final int MOST_MOVES = 500;

    /** How much a partition wants a fetcher of its own. */
    enum Need {
        /** It has been caught up for long. */
        RESTS,
        /** It has caught up or fallen behind a moment ago. */
        STAYS,
        /** It has been behind for a while. */
        HURRIES
    }

    /**
     * One partition.
     *
     * @param <P> stands for it
     * @param <F> stands for a fetcher
     */
    record Member<P, F>(P partition, F fetcher, Need need) {}

    private record Load<P, F>(F fetcher, List<P> hurrying) {}

    private FetcherBalance() {}

    /**
     * Where to move what.
     *
     * @param fetchers of the source broker; one or more
     * @param members partitions that these have; of the first one's it is enough to name those that hurry
     * @param mayShare whether partitions may be spread at all; if not, all go to the first
     */
    static <P, F> Map<P, F> moves(List<F> fetchers, Collection<Member<P, F>> members, boolean mayShare) {
        F first = fetchers.get(0);
        Map<P, F> moves = new LinkedHashMap<>();
        members.stream()
                .filter(member -> member.fetcher() != first && (member.need() == Need.RESTS || !mayShare))
                .limit(MOST_MOVES)
                .forEach(member -> moves.put(member.partition(), first));
        if (mayShare && moves.isEmpty()) {
            share(fetchers, members, moves);
        }
        return moves;
    }

    /** Half of what the busiest has more than the least busy goes to that. */
    private static <P, F> void share(List<F> fetchers, Collection<Member<P, F>> members, Map<P, F> moves) {
        List<Load<P, F>> loads = fetchers.stream()
                .map(fetcher -> new Load<>(fetcher, hurryingAt(fetcher, members)))
                .sorted(Comparator.comparingInt(load -> load.hurrying().size()))
                .toList();
        Load<P, F> least = loads.get(0);
        Load<P, F> most = loads.get(loads.size() - 1);
        int surplus = most.hurrying().size() - least.hurrying().size();
        most.hurrying().stream()
                .limit(Math.min(surplus / 2, MOST_MOVES))
                .forEach(partition -> moves.put(partition, least.fetcher()));
    }

    private static <P, F> List<P> hurryingAt(F fetcher, Collection<Member<P, F>> members) {
        return members.stream()
                .filter(member -> member.fetcher() == fetcher && member.need() == Need.HURRIES)
                .map(Member::partition)
                .toList();
    }
}
