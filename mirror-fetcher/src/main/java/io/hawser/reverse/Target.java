/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import io.hawser.reverse.Frame.Brokers;
import io.hawser.reverse.Frame.Hello;
import io.hawser.reverse.Frame.Ping;
import io.hawser.reverse.Frame.Pong;
import io.hawser.reverse.Frame.Purpose;
import io.hawser.reverse.Frame.Start;
import io.hawser.reverse.Frame.Started;
import io.hawser.reverse.Frame.Want;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One reverse listener of the destination, as a source broker sees it: one control connection, and as many that wait to be started as
 * the destination wants.
 *
 * <p>Confined to the loop's thread.
 */
final class Target {

    /** Whatever the destination wants. */
    private static final int MOST_WAITING = 64;

    private final Address address;
    private final DiallerSettings settings;
    private final long instance;
    private final HandOver handOver;
    private final ReverseLoop loop;
    private final Names names;
    private final Map<Connection, DiallerHandshake> connections = new HashMap<>();
    private @Nullable Connection control;
    private List<Address> told = List.of();
    private int wanted;
    private long started;
    private int brokerId = -1;
    private int failures;
    private long doneMs;
    private long dialDueMs;
    private boolean resolving;
    private @Nullable Refusal refusal;
    private @Nullable String problem;

    Target(Address address, DiallerSettings settings, long instance, HandOver handOver, ReverseLoop loop, Names names) {
        this.address = address;
        this.settings = settings;
        this.instance = instance;
        this.handOver = handOver;
        this.loop = loop;
        this.names = names;
        this.dialDueMs = loop.nowMs();
    }

    Address address() {
        return address;
    }

    /** Whether the destination's broker has been reached and can say what it wants. */
    boolean connected() {
        return control != null && isDone(control);
    }

    /** The destination's brokers as this one names them; none unless it is connected. */
    List<Address> told() {
        return told;
    }

    PeerReport report() {
        int waiting = (int) connections.keySet().stream()
                .filter(connection -> connection != control && isDone(connection))
                .count();
        return new PeerReport(
                brokerId,
                address.toString(),
                connected(),
                waiting,
                started,
                connected() ? null : refusal,
                connected() ? null : problem);
    }

    void tick(long nowMs) {
        List.copyOf(connections.keySet()).forEach(connection -> {
            connection.tick(nowMs);
            if (isDone(connection)
                    && nowMs - connection.receivedMs() >= settings.timings().silenceMs()) {
                connection.close(new IOException(
                        "no sign of life for " + settings.timings().silenceMs() + " ms"));
            }
        });
        if (connected() && nowMs - doneMs >= settings.timings().pingMs()) {
            // One that is taken down at once, such as by another that dials for this broker, is no reason to hurry.
            failures = 0;
        }
        if (nowMs < dialDueMs || resolving) {
            return;
        }
        if (control == null) {
            dial(Purpose.CONTROL, 1);
        } else if (connected()) {
            int lacking = Math.min(wanted, MOST_WAITING) - (connections.size() - 1);
            if (lacking > 0) {
                dial(Purpose.DATA, lacking);
            }
        }
    }

    void close() {
        dialDueMs = Long.MAX_VALUE;
        List.copyOf(connections.keySet())
                .forEach(connection -> connection.close(new IOException("not needed any more")));
    }

    private boolean isDone(Connection connection) {
        DiallerHandshake handshake = connections.get(connection);
        return handshake != null && handshake.done();
    }

    private void dial(Purpose purpose, int count) {
        Optional<Address> listener = handOver.listener();
        if (listener.isEmpty()) {
            failed(Refusal.NO_LISTENER, "this broker has no Kafka listener of the name that the link gives");
            return;
        }
        resolving = true;
        names.resolve(address)
                .whenComplete((resolved, error) -> loop.execute(() -> {
                    resolving = false;
                    if (error != null) {
                        failed(null, "the name " + address.host() + " does not resolve");
                        return;
                    }
                    for (int i = 0; i < count; i++) {
                        dial(purpose, resolved, listener.get());
                    }
                }));
    }

    private void dial(Purpose purpose, InetSocketAddress resolved, Address listener) {
        if (dialDueMs == Long.MAX_VALUE || (purpose == Purpose.CONTROL && control != null)) {
            return;
        }
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(resolved);
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                Connection.closeSocket(channel);
            }
            failed(null, String.valueOf(e.getMessage()));
            return;
        }
        Hello hello = new Hello(
                DiallerHandshake.VERSION,
                purpose,
                settings.link(),
                instance,
                settings.clusterId(),
                settings.brokerId(),
                listener.host(),
                listener.port(),
                LinkSecret.nonce());
        Connection connection = new Connection(
                channel, this::wire, new Speaker(), loop, settings.timings().preambleMs());
        connections.put(connection, new DiallerHandshake(hello, settings.secret()));
        if (purpose == Purpose.CONTROL) {
            control = connection;
        }
        connection.begin();
    }

    private Wire wire(SocketChannel channel) throws IOException {
        TlsEngines tls = settings.tls();
        return tls == null ? new PlainWire(channel) : new TlsWire(channel, tls.client(address.host(), address.port()));
    }

    private void failed(@Nullable Refusal why, String text) {
        refusal = why;
        problem = text;
        failures++;
        long pauseMs =
                Math.min(settings.timings().redialMaxMs(), settings.timings().redialMs() << Math.min(failures - 1, 10));
        // So that not all brokers come at once that have lost their peer at once.
        dialDueMs = Math.max(dialDueMs, loop.nowMs() + pauseMs / 2 + names.random(pauseMs / 2 + 1));
    }

    /** The source's words. */
    private final class Speaker implements Connection.Handler {

        @Override
        public void opened(Connection connection) throws IOException {
            DiallerHandshake handshake = connections.get(connection);
            if (handshake != null) {
                connection.send(handshake.hello());
            }
        }

        @Override
        public void received(Connection connection, Frame frame, byte[] raw) throws IOException {
            DiallerHandshake handshake = connections.get(connection);
            if (handshake == null) {
                return;
            }
            if (!handshake.done()) {
                Frame answer = handshake.receive(frame, raw);
                brokerId = handshake.brokerId();
                if (answer != null) {
                    connection.send(answer);
                }
                if (handshake.done()) {
                    connection.trust();
                    doneMs = loop.nowMs();
                }
            } else if (frame instanceof Ping) {
                connection.send(new Pong());
            } else if (connection == control) {
                order(frame);
            } else if (frame instanceof Start) {
                start(connection);
            } else {
                throw new ProtocolException("a frame out of turn");
            }
        }

        @Override
        public void closed(Connection connection, IOException reason) {
            DiallerHandshake handshake = connections.remove(connection);
            boolean wasControl = connection == control;
            if (wasControl) {
                control = null;
                told = List.of();
            }
            if (handshake != null && (wasControl || !handshake.done())) {
                failed(
                        reason instanceof RefusedException refused ? refused.refusal() : null,
                        String.valueOf(reason.getMessage()));
            }
        }

        private void order(Frame frame) throws ProtocolException {
            if (frame instanceof Brokers brokers) {
                told = brokers.addresses();
            } else if (frame instanceof Want want) {
                wanted = want.waiting();
                tick(loop.nowMs());
            } else {
                throw new ProtocolException("a frame out of turn");
            }
        }

        private void start(Connection connection) throws IOException {
            if (handOver.listener().isEmpty()) {
                connection.refuse(
                        Refusal.NO_LISTENER,
                        "the source's broker has no Kafka listener of the name that the link gives");
                return;
            }
            connection.within(settings.timings().startMs());
            connection.whenPeerHasFinished(() -> {
                try {
                    connection.send(new Started());
                    connection.finish();
                    connection.releaseWhenBare(channel -> {
                        connections.remove(connection);
                        started++;
                        handOver.serve(channel);
                        tick(loop.nowMs());
                    });
                } catch (IOException e) {
                    connection.close(e);
                }
            });
        }
    }
}
