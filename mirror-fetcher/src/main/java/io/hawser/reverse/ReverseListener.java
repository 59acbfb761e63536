/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import io.hawser.reverse.Frame.Hello;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The destination's half of source-initiated links on one broker: lets source brokers in that know a link's secret, keeps what they
 * have dialled, and gives it away as bare sockets.
 *
 * <p>Law: a stranger costs one socket and two small buffers for a few seconds, and there are never more than
 * {@value #MOST_STRANGERS} of them; what it says is never logged above DEBUG, nor answered beyond one frame.
 *
 * <p>Thread-safe.
 */
public final class ReverseListener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReverseListener.class);
    static final int MOST_STRANGERS = 256;
    static final int MOST_STRANGERS_OF_ADDRESS = 64;
    private static final int MOST_NEW_PER_SECOND = 1_000;
    private static final int MOST_NEW_PER_SECOND_OF_ADDRESS = 250;
    private static final int ACCEPTS_PER_TURN = 64;
    private static final int BACKLOG = 128;
    private static final String CLOSED = "this broker's reverse listener was closed";

    private final ListenerSettings settings;
    private final ReverseLoop loop;
    private final AddressLimits limits = new AddressLimits(
            MOST_STRANGERS, MOST_STRANGERS_OF_ADDRESS, MOST_NEW_PER_SECOND, MOST_NEW_PER_SECOND_OF_ADDRESS);
    private final List<ServerSocketChannel> servers = new ArrayList<>();
    private final List<SelectionKey> resting = new ArrayList<>();
    private final Map<Connection, Stranger> strangers = new HashMap<>();
    private final Map<String, LinkPool> pools = new HashMap<>();
    private final Map<Connection, LinkPool> owners = new HashMap<>();
    private final Runnable tick = this::tick;
    private List<Address> advertised = List.of();
    private @Nullable TlsEngines tls;
    private boolean closed;

    private volatile Map<String, List<SourceBroker>> connected = Map.of();
    private volatile Map<String, List<PeerReport>> reports = Map.of();

    private record Stranger(ListenerHandshake handshake, InetAddress address) {}

    public ReverseListener(ListenerSettings settings, ReverseLoop loop) {
        this.settings = settings;
        this.loop = loop;
        this.tls = settings.tls();
    }

    /**
     * Binds all addresses, and begins.
     *
     * @throws IOException that names the address that cannot be bound; nothing is left bound then
     */
    public void start() throws IOException {
        for (Address address : settings.listeners()) {
            try {
                ServerSocketChannel server = ServerSocketChannel.open();
                servers.add(server);
                server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                server.configureBlocking(false);
                server.bind(
                        address.host().isEmpty()
                                ? new InetSocketAddress(address.port())
                                : new InetSocketAddress(address.host(), address.port()),
                        BACKLOG);
            } catch (IOException | RuntimeException e) {
                closeServers();
                throw new IOException("the reverse listener cannot be bound to " + address + ": " + e.getMessage(), e);
            }
        }
        loop.execute(() -> {
            loop.eachTick(tick);
            servers.forEach(this::listen);
        });
    }

    /** Ports that are bound, in the order of the settings. */
    public List<Integer> ports() {
        return servers.stream().map(server -> server.socket().getLocalPort()).toList();
    }

    /** Replaces the links for which source brokers may connect. What was let in for others, or with another secret, is closed. */
    public void allow(Map<String, InboundLink> links) {
        Map<String, InboundLink> allowed = Map.copyOf(links);
        loop.execute(() -> {
            pools.entrySet().removeIf(entry -> {
                InboundLink link = allowed.get(entry.getKey());
                boolean goes = link == null || !entry.getValue().goesOnAs(link);
                if (goes) {
                    entry.getValue().close("the link was changed on the destination");
                }
                return goes;
            });
            allowed.forEach((name, link) -> pools.computeIfAbsent(
                            name, fresh -> new LinkPool(name, link, settings.timings(), loop))
                    .follow(link));
        });
    }

    /** Replaces what source brokers are told of the destination's brokers. */
    public void advertise(List<Address> brokers) {
        List<Address> all = List.copyOf(brokers);
        loop.execute(() -> {
            if (!all.equals(advertised)) {
                advertised = all;
                pools.values().forEach(pool -> pool.tellBrokers(all));
            }
        });
    }

    /** Replaces keys and certificates, for those who connect from now on. */
    public void secureWith(TlsEngines engines) {
        loop.execute(() -> tls = engines);
    }

    /** The link's source brokers that are connected, by id. */
    public List<SourceBroker> connected(String link) {
        return connected.getOrDefault(link, List.of());
    }

    /** How the link's source brokers are doing, as of some milliseconds ago. */
    public List<PeerReport> report(String link) {
        return reports.getOrDefault(link, List.of());
    }

    /**
     * A bare socket in non-blocking mode over which that source broker serves Kafka's protocol.
     *
     * @return fails if there is none to be had; may be cancelled
     */
    public CompletableFuture<SocketChannel> take(String link, int brokerId) {
        CompletableFuture<SocketChannel> future = new CompletableFuture<>();
        loop.execute(() -> {
            LinkPool pool = pools.get(link);
            if (pool == null || closed) {
                future.completeExceptionally(
                        new IOException(closed ? CLOSED : "link " + link + " lets nobody connect"));
            } else {
                pool.take(brokerId, future);
            }
        });
        return future;
    }

    /** Strangers that are inside just now, as of the last turn. For the loop's thread. */
    int strangers() {
        return limits.inside();
    }

    /** Closes all but what was given away. Does not wait. Idempotent. */
    @Override
    public void close() {
        loop.execute(() -> {
            closed = true;
            loop.noMoreTicks(tick);
            closeServers();
            List.copyOf(strangers.keySet()).forEach(connection -> connection.close(new IOException(CLOSED)));
            pools.values().forEach(pool -> pool.close(CLOSED));
            pools.clear();
        });
    }

    private void closeServers() {
        servers.forEach(server -> {
            try {
                server.close();
            } catch (IOException e) {
                LOG.debug("Not closed", e);
            }
        });
    }

    private void listen(ServerSocketChannel server) {
        try {
            SelectionKey[] key = new SelectionKey[1];
            key[0] = loop.register(server, SelectionKey.OP_ACCEPT, () -> accept(server, key[0]));
        } catch (IOException e) {
            LOG.error("Source brokers cannot connect to this broker", e);
        }
    }

    private void accept(ServerSocketChannel server, SelectionKey key) {
        try {
            for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
                SocketChannel channel = server.accept();
                if (channel == null) {
                    return;
                }
                welcome(channel);
            }
        } catch (IOException e) {
            // Such as too many open files: not again before the next tick.
            LOG.debug("Not accepted", e);
            key.interestOps(0);
            resting.add(key);
        }
    }

    private void welcome(SocketChannel channel) throws IOException {
        InetAddress address = channel.socket().getInetAddress();
        try {
            channel.configureBlocking(false);
        } catch (IOException e) {
            Connection.closeSocket(channel);
            throw e;
        }
        if (address == null || !limits.enter(address, loop.nowMs())) {
            Connection.closeSocket(channel);
            return;
        }
        Connection connection = new Connection(
                channel, this::wire, new Speaker(), loop, settings.timings().preambleMs());
        strangers.put(
                connection,
                new Stranger(
                        new ListenerHandshake(
                                settings.clusterId(),
                                settings.brokerId(),
                                name -> java.util.Optional.ofNullable(pools.get(name))
                                        .map(LinkPool::definition)),
                        address));
        connection.begin();
    }

    private Wire wire(SocketChannel channel) throws IOException {
        TlsEngines engines = tls;
        return engines == null ? new PlainWire(channel) : new TlsWire(channel, engines.server());
    }

    private void tick() {
        long nowMs = loop.nowMs();
        resting.forEach(key -> {
            if (key.isValid()) {
                key.interestOps(SelectionKey.OP_ACCEPT);
            }
        });
        resting.clear();
        List.copyOf(strangers.keySet()).forEach(connection -> connection.tick(nowMs));
        owners.keySet().removeIf(Connection::ended);
        Map<String, List<SourceBroker>> there = new HashMap<>();
        Map<String, List<PeerReport>> told = new HashMap<>();
        pools.forEach((link, pool) -> {
            pool.tick(nowMs);
            there.put(link, pool.connected());
            told.put(link, pool.report());
        });
        connected = Map.copyOf(there);
        reports = Map.copyOf(told);
    }

    /** The destination's words. */
    private final class Speaker implements Connection.Handler {

        @Override
        public void opened(Connection connection) {
            // The source speaks first.
        }

        @Override
        public void received(Connection connection, Frame frame, byte[] raw) throws IOException {
            Stranger stranger = strangers.get(connection);
            if (stranger == null) {
                LinkPool owner = owners.get(connection);
                if (owner != null) {
                    owner.received(connection, frame);
                }
                return;
            }
            try {
                requireUnchanged(stranger.handshake());
                connection.send(stranger.handshake().receive(frame, raw));
                if (stranger.handshake().done()) {
                    admit(connection, stranger);
                }
            } catch (RefusedException e) {
                Hello said = frame instanceof Hello hello
                        ? hello
                        : stranger.handshake().hello();
                LinkPool named = said == null ? null : pools.get(said.link());
                if (named != null) {
                    named.turnedAway(connection, said, e);
                }
                connection.refuse(e.refusal(), String.valueOf(e.getMessage()));
            }
        }

        @Override
        public void closed(Connection connection, IOException reason) {
            LOG.debug("Connection of {} ended: {}", connection.remoteAddress(), reason.getMessage());
            forget(connection);
            LinkPool owner = owners.remove(connection);
            if (owner != null) {
                owner.closed(connection, reason);
            }
        }

        private void requireUnchanged(ListenerHandshake handshake) throws RefusedException {
            Hello hello = handshake.hello();
            LinkPool pool = hello == null ? null : pools.get(hello.link());
            if (!handshake.isOf(pool == null ? null : pool.definition())) {
                throw new RefusedException(Refusal.SECRET_MISMATCH, "the link was changed on the destination");
            }
        }

        private void admit(Connection connection, Stranger stranger) throws IOException {
            Hello hello = stranger.handshake().hello();
            LinkPool pool = hello == null ? null : pools.get(hello.link());
            if (hello == null || pool == null) {
                throw new RefusedException(Refusal.REMOTE_LINK_NOT_FOUND, "the link was removed from the destination");
            }
            forget(connection);
            connection.trust();
            owners.put(connection, pool);
            pool.admit(connection, hello, advertised);
        }

        private void forget(Connection connection) {
            Stranger gone = strangers.remove(connection);
            if (gone != null) {
                limits.leave(gone.address());
            }
        }
    }
}
