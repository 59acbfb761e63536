/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import io.hawser.reverse.Frame.Hello;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one link.
 *
 * <p>Confined to the loop's thread.
 */
final class LinkPool {

    private static final long TURNED_AWAY_FOR_MS = 60_000;

    /** More brokers than any cluster has. */
    private static final int MOST_BROKERS = 2_000;

    private final String link;
    private InboundLink definition;
    private final ReverseTimings timings;
    private final ReverseLoop loop;
    private final Map<Integer, BrokerPool> brokers = new TreeMap<>();
    private final Map<Connection, BrokerPool> owners = new HashMap<>();
    private @Nullable String clusterId;
    private @Nullable PeerReport turnedAway;
    private long turnedAwayMs;

    LinkPool(String link, InboundLink definition, ReverseTimings timings, ReverseLoop loop) {
        this.link = link;
        this.definition = definition;
        this.timings = timings;
        this.loop = loop;
        this.clusterId = definition.sourceClusterId();
    }

    /** Who may connect; the first cluster that does is the only one for as long as any of its connections lives. */
    InboundLink definition() {
        return new InboundLink(definition.secret(), clusterId);
    }

    /** Whether it may go on with a changed definition. */
    boolean goesOnAs(InboundLink changed) {
        boolean anew = changed.sourceClusterId() == null && definition.sourceClusterId() != null;
        return !anew
                && changed.secret().equals(definition.secret())
                && (changed.sourceClusterId() == null
                        || clusterId == null
                        || changed.sourceClusterId().equals(clusterId));
    }

    /** Takes up what it {@linkplain #goesOnAs goes on as}: once the link has reached its source, only that cluster may connect. */
    void follow(InboundLink changed) {
        definition = changed;
        if (clusterId == null) {
            clusterId = changed.sourceClusterId();
        }
    }

    void admit(Connection connection, Hello hello, List<Address> advertised) throws IOException {
        if (clusterId != null && !clusterId.equals(hello.clusterId())) {
            throw new RefusedException(
                    Refusal.OTHER_CLUSTER, "link " + link + " of the destination is to cluster " + clusterId);
        }
        if (!brokers.containsKey(hello.brokerId()) && brokers.size() >= MOST_BROKERS) {
            throw new RefusedException(Refusal.LIMIT, "the link has " + MOST_BROKERS + " source brokers already");
        }
        clusterId = hello.clusterId();
        turnedAway = null;
        BrokerPool pool = brokers.computeIfAbsent(hello.brokerId(), id -> new BrokerPool(hello, timings, loop));
        owners.put(connection, pool);
        pool.admit(connection, hello, advertised);
    }

    void received(Connection connection, Frame frame) throws IOException {
        BrokerPool pool = owners.get(connection);
        if (pool != null) {
            pool.received(connection, frame);
        }
    }

    void closed(Connection connection, IOException reason) {
        BrokerPool pool = owners.remove(connection);
        if (pool != null) {
            pool.closed(connection, reason);
        }
    }

    /** A source broker was not let in, though it has named this link. */
    void turnedAway(Connection connection, @Nullable Hello hello, RefusedException reason) {
        turnedAwayMs = loop.nowMs();
        turnedAway = new PeerReport(
                hello == null ? -1 : hello.brokerId(),
                connection.remoteAddress(),
                false,
                0,
                0,
                reason.refusal(),
                reason.getMessage());
    }

    void take(int brokerId, CompletableFuture<SocketChannel> future) {
        BrokerPool pool = brokers.get(brokerId);
        if (pool == null) {
            future.completeExceptionally(new IOException("broker " + brokerId + " of the source has not connected"));
        } else {
            pool.take(future);
        }
    }

    void tellBrokers(List<Address> advertised) {
        brokers.values().forEach(pool -> pool.tellBrokers(advertised));
    }

    void tick(long nowMs) {
        owners.keySet().removeIf(Connection::ended);
        if (owners.isEmpty()) {
            clusterId = definition.sourceClusterId();
        }
        brokers.values().forEach(pool -> pool.tick(nowMs));
    }

    List<SourceBroker> connected() {
        return brokers.values().stream()
                .filter(BrokerPool::connected)
                .map(BrokerPool::broker)
                .toList();
    }

    /** All that have connected since the link was defined, and one that was not let in. */
    List<PeerReport> report() {
        List<PeerReport> reports = new ArrayList<>();
        brokers.values().forEach(pool -> reports.add(pool.report()));
        if (turnedAway != null && loop.nowMs() - turnedAwayMs < TURNED_AWAY_FOR_MS) {
            reports.add(turnedAway);
        }
        return reports;
    }

    void close(String why) {
        brokers.values().forEach(pool -> pool.closeAll(why));
        brokers.clear();
    }
}
