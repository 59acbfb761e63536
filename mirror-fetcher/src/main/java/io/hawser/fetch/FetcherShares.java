/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which fetcher of a source broker has which partitions of a link: looks every second how they are doing, and lets {@link
 * FetcherBalance} say what moves.
 *
 * <p>Law: a source broker whose second connection fails is asked over one alone for a while.
 *
 * <p>Confined to the link's thread.
 */
final class FetcherShares {

    static final long ALONE_MS = 30_000;

    private static final long INTERVAL_MS = 1_000;

    private final FetcherPool fetchers;
    private final LinkLimits limits;
    private final Map<FetcherPool.Peer, Long> aloneUntilMs = new HashMap<>();
    private long dueMs;

    FetcherShares(FetcherPool fetchers, LinkLimits limits) {
        this.fetchers = fetchers;
        this.limits = limits;
    }

    /** New mirrors begin side by side; where the others go is found out while they run. */
    FetcherThread fetcherFor(MirrorSlot slot, FetcherPool.Peer peer, long logEndOffset, long nowMs) {
        FetcherThread meant = slot.meantFor();
        if (meant != null && fetchers.has(meant, peer)) {
            return fetchers.used(meant);
        }
        boolean isNew = slot.partition() == null && logEndOffset == 0;
        return mayShare(peer, nowMs) && (isNew || slot.atReplica()) ? fetchers.leastLoaded(peer) : fetchers.first(peer);
    }

    /** A connection has failed. That it was one beside the first may be why: brokers can limit how many they take. */
    void lost(FetcherThread fetcher, long nowMs) {
        fetchers.peerOf(fetcher)
                .filter(peer -> fetchers.first(peer) != fetcher)
                .ifPresent(peer -> aloneUntilMs.put(peer, nowMs + ALONE_MS));
    }

    /** What is to move now, and where. */
    Map<MirrorSlot, FetcherThread> moves(Collection<MirrorSlot> slots, long nowMs) {
        if (fetchers.perBroker() == 1 || nowMs < dueMs) {
            return Map.of();
        }
        dueMs = nowMs + INTERVAL_MS;
        aloneUntilMs.values().removeIf(untilMs -> nowMs >= untilMs);
        var byFetcher = observed(slots, nowMs);
        Map<MirrorSlot, FetcherThread> moves = new HashMap<>();
        for (FetcherPool.Peer peer : fetchers.peers()) {
            moves.putAll(moves(peer, byFetcher, nowMs));
        }
        moves.values().forEach(fetchers::used);
        return moves;
    }

    private Map<FetcherThread, List<FetcherBalance.Member<MirrorSlot, FetcherThread>>> observed(
            Collection<MirrorSlot> slots, long nowMs) {
        Map<FetcherThread, List<FetcherBalance.Member<MirrorSlot, FetcherThread>>> byFetcher = new HashMap<>();
        Set<FetcherThread> firsts = fetchers.firsts();
        for (MirrorSlot slot : slots) {
            FetcherThread fetcher = slot.meantFor() == null ? slot.fetcher() : slot.meantFor();
            // One that has a replica's fetcher would lose the replica.
            if (fetcher == null || slot.atReplica()) {
                continue;
            }
            FetcherBalance.Need need = slot.observe(nowMs);
            if (need.isBehind() || !firsts.contains(fetcher)) {
                byFetcher
                        .computeIfAbsent(fetcher, unknown -> new ArrayList<>())
                        .add(new FetcherBalance.Member<>(slot, fetcher, need));
            }
        }
        return byFetcher;
    }

    private Map<MirrorSlot, FetcherThread> moves(
            FetcherPool.Peer peer,
            Map<FetcherThread, List<FetcherBalance.Member<MirrorSlot, FetcherThread>>> byFetcher,
            long nowMs) {
        boolean mayShare = mayShare(peer, nowMs);
        List<FetcherBalance.Member<MirrorSlot, FetcherThread>> members = fetchers.atLeast(1, peer).stream()
                .flatMap(fetcher -> byFetcher.getOrDefault(fetcher, List.of()).stream())
                .toList();
        int hurrying = (int) members.stream()
                .filter(member -> member.need() == FetcherBalance.Need.HURRIES)
                .count();
        return FetcherBalance.moves(fetchers.atLeast(mayShare ? hurrying : 1, peer), members, mayShare);
    }

    /** Priorities are among the partitions of one fetcher. */
    private boolean mayShare(FetcherPool.Peer peer, long nowMs) {
        return limits.priorities().now().isEmpty() && nowMs >= aloneUntilMs.getOrDefault(peer, 0L);
    }
}
