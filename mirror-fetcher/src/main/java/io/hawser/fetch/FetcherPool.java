/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.source.SourceNode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The fetcher threads of one link, some per source broker: made when a partition needs one, ended when none has for a
 * while or the broker has moved to another address.
 *
 * <p>Confined to the link's thread.
 */
final class FetcherPool {

    private final int perBroker;
    private final long idleLimitMs;
    private final Factory factory;
    private final Map<Peer, NavigableMap<Integer, FetcherThread>> fetchers = new HashMap<>();
    private final Map<FetcherThread, Long> idleSinceMs = new HashMap<>();

    /**
     * Whom fetchers ask, and how.
     *
     * @param mayPointElsewhere whether the broker may name a replica that is nearer, instead of answering itself
     */
    record Peer(SourceNode node, boolean mayPointElsewhere) {}

    /** Makes and starts fetchers. */
    interface Factory {
        /** @param index from 0; no other fetcher of the peer has it */
        FetcherThread make(Peer peer, int index);
    }

    FetcherPool(int perBroker, long idleLimitMs, Factory factory) {
        this.perBroker = perBroker;
        this.idleLimitMs = idleLimitMs;
        this.factory = factory;
    }

    /** The most fetchers that a peer can have. */
    int perBroker() {
        return perBroker;
    }

    /** The fetcher of that peer that has the fewest partitions; a new one if all there are have some. */
    FetcherThread leastLoaded(Peer peer) {
        NavigableMap<Integer, FetcherThread> ofBroker = ofBroker(peer);
        FetcherThread least = ofBroker.values().stream()
                .min(Comparator.comparingInt(FetcherThread::load))
                .orElseThrow();
        if (least.load() > 0 && ofBroker.size() < perBroker) {
            least = make(peer, ofBroker);
        }
        return used(least);
    }

    /** The fetcher of that peer that has what needs none of its own. */
    FetcherThread first(Peer peer) {
        return used(ofBroker(peer).firstEntry().getValue());
    }

    /** Fetchers of that peer, the first one first; as many as are wanted, if that many are allowed. */
    List<FetcherThread> atLeast(int wanted, Peer peer) {
        NavigableMap<Integer, FetcherThread> ofBroker = ofBroker(peer);
        while (ofBroker.size() < Math.min(wanted, perBroker)) {
            make(peer, ofBroker);
        }
        return List.copyOf(ofBroker.values());
    }

    /** Tells that something is to come to the fetcher: it is not ended for a while. */
    FetcherThread used(FetcherThread fetcher) {
        idleSinceMs.remove(fetcher);
        return fetcher;
    }

    /** Whether it is one of that peer's, and has not ended. */
    boolean has(FetcherThread fetcher, Peer peer) {
        return !fetcher.hasEnded()
                && fetchers.containsKey(peer)
                && fetchers.get(peer).containsValue(fetcher);
    }

    /** Whose it is; empty if it has ended. */
    Optional<Peer> peerOf(FetcherThread fetcher) {
        return fetchers.keySet().stream().filter(peer -> has(fetcher, peer)).findFirst();
    }

    /** All that {@link #first} gives. */
    Set<FetcherThread> firsts() {
        return fetchers.values().stream()
                .map(ofBroker -> ofBroker.firstEntry().getValue())
                .collect(Collectors.toSet());
    }

    /** Of peers that have fetchers. */
    Set<Peer> peers() {
        return Set.copyOf(fetchers.keySet());
    }

    private NavigableMap<Integer, FetcherThread> ofBroker(Peer peer) {
        NavigableMap<Integer, FetcherThread> ofBroker = fetchers.getOrDefault(peer, new TreeMap<>());
        ofBroker.values().removeIf(this::forgetIfEnded);
        if (ofBroker.isEmpty()) {
            // Nobody finds an empty one, even if none can be made.
            fetchers.remove(peer);
            make(peer, ofBroker);
            fetchers.put(peer, ofBroker);
        }
        return ofBroker;
    }

    private FetcherThread make(Peer peer, NavigableMap<Integer, FetcherThread> ofBroker) {
        int index = 0;
        while (ofBroker.containsKey(index)) {
            index++;
        }
        FetcherThread fetcher = factory.make(peer, index);
        ofBroker.put(index, fetcher);
        return fetcher;
    }

    /** Ends what has had nothing to do for long enough; the first one last, so that it stays the first. */
    void endIdle(long nowMs) {
        for (Iterator<NavigableMap<Integer, FetcherThread>> brokers =
                        fetchers.values().iterator();
                brokers.hasNext(); ) {
            NavigableMap<Integer, FetcherThread> ofBroker = brokers.next();
            ofBroker.tailMap(ofBroker.firstKey(), false).values().removeIf(fetcher -> endIfIdle(fetcher, nowMs));
            if (ofBroker.size() == 1) {
                ofBroker.values().removeIf(fetcher -> endIfIdle(fetcher, nowMs));
            }
            if (ofBroker.isEmpty()) {
                brokers.remove();
            }
        }
    }

    /** Ends all; waits for as long as one is still appending. */
    void close() throws InterruptedException {
        List<FetcherThread> all =
                fetchers.values().stream().flatMap(of -> of.values().stream()).toList();
        fetchers.clear();
        idleSinceMs.clear();
        all.forEach(FetcherThread::stop);
        all.forEach(FetcherThread::close);
        for (FetcherThread fetcher : all) {
            fetcher.awaitEnd();
        }
    }

    private boolean forgetIfEnded(FetcherThread fetcher) {
        if (fetcher.hasEnded()) {
            idleSinceMs.remove(fetcher);
        }
        return fetcher.hasEnded();
    }

    private boolean endIfIdle(FetcherThread fetcher, long nowMs) {
        if (forgetIfEnded(fetcher)) {
            return true;
        }
        if (fetcher.load() > 0) {
            idleSinceMs.remove(fetcher);
            return false;
        }
        if (nowMs - idleSinceMs.computeIfAbsent(fetcher, first -> nowMs) < idleLimitMs) {
            return false;
        }
        idleSinceMs.remove(fetcher);
        fetcher.close();
        return true;
    }
}
