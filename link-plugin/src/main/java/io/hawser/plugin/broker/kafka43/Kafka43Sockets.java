/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.broker.kafka43;

import com.yammer.metrics.core.Meter;
import io.hawser.plugin.broker.UnsupportedBrokerException;
import io.hawser.reverse.Address;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import kafka.network.Acceptor;
import kafka.network.DataPlaneAcceptor;
import kafka.network.Processor;
import kafka.network.SocketServer;
import kafka.server.BrokerServer;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.network.Selectable;
import org.apache.kafka.network.TooManyConnectionsException;
import org.apache.kafka.server.metrics.KafkaYammerMetrics;

/**
 * Sockets that the broker has not accepted itself, put where those are that it has: into the hands of a listener's network threads,
 * counted against its limits.
 *
 * <p>Thread-safe.
 */
final class Kafka43Sockets {

    private static final String BLOCKED_METER = "kafka.network:type=Acceptor,name=AcceptorBlockedPercent,listener=";

    private final BrokerServer server;
    private final AtomicInteger next = new AtomicInteger();

    Kafka43Sockets(BrokerServer server) {
        this.server = server;
    }

    static void selfTest() throws UnsupportedBrokerException {
        try {
            SocketServer.class.getMethod("dataPlaneAcceptors");
            Acceptor.class.getMethod("processors");
            Acceptor.class.getMethod("startedFuture");
            Processor.class.getMethod("accept", SocketChannel.class, boolean.class, Meter.class);
            SocketServer.class
                    .getMethod("connectionQuotas")
                    .getReturnType()
                    .getMethod("inc", ListenerName.class, java.net.InetAddress.class, Meter.class);
        } catch (NoSuchMethodException e) {
            throw new UnsupportedBrokerException(
                    "what serving a dialled socket needs is not there: " + e.getMessage(), e);
        }
    }

    /** Where clients reach a listener that serves; empty if none of that name does. */
    Optional<Address> address(String listener) {
        return acceptor(listener).flatMap(acceptor -> advertised(acceptor.endPoint()));
    }

    /**
     * Takes the socket over; may wait as long as the listener's limits on new connections say.
     *
     * @throws IOException if the listener does not take it; it is closed then
     */
    void serve(SocketChannel channel, String listener) throws IOException {
        Acceptor acceptor = acceptor(listener).orElse(null);
        if (acceptor == null) {
            channel.close();
            throw new IOException("no listener " + listener + " serves on this broker");
        }
        ListenerName name = ListenerName.normalised(acceptor.endPoint().listener());
        Meter blocked;
        try {
            blocked = blocked(acceptor.endPoint().listener());
            acceptor.connectionQuotas().inc(name, channel.socket().getInetAddress(), blocked);
        } catch (TooManyConnectionsException e) {
            // It was counted nevertheless.
            acceptor.connectionQuotas().closeChannel(acceptor, name, channel);
            throw new IOException("listener " + listener + " has as many connections of that address as it takes", e);
        } catch (RuntimeException e) {
            channel.close();
            throw new IOException("listener " + listener + " does not take it: " + e.getMessage(), e);
        }
        if (!configured(channel) || !offer(channel, acceptor, blocked)) {
            acceptor.connectionQuotas().closeChannel(acceptor, name, channel);
            throw new IOException("the network threads of listener " + listener + " have no room for it");
        }
    }

    private boolean configured(SocketChannel channel) {
        try {
            channel.configureBlocking(false);
            channel.socket().setTcpNoDelay(true);
            channel.socket().setKeepAlive(true);
            int sendBufferBytes = server.config().socketSendBufferBytes();
            if (sendBufferBytes != Selectable.USE_DEFAULT_BUFFER_SIZE) {
                channel.socket().setSendBufferSize(sendBufferBytes);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The listener's own threads in turn, the first that has room. */
    private boolean offer(SocketChannel channel, Acceptor acceptor, Meter blocked) {
        List<Processor> processors = new ArrayList<>();
        synchronized (acceptor) {
            for (int i = 0; i < acceptor.processors().size(); i++) {
                processors.add(acceptor.processors().apply(i));
            }
        }
        for (int i = 0; i < processors.size(); i++) {
            Processor processor = processors.get(Math.floorMod(next.getAndIncrement(), processors.size()));
            if (processor.accept(channel, false, blocked)) {
                return true;
            }
        }
        return false;
    }

    private Optional<DataPlaneAcceptor> acceptor(String listener) {
        SocketServer sockets = server.socketServer();
        if (sockets == null) {
            return Optional.empty();
        }
        return sockets.dataPlaneAcceptors().entrySet().stream()
                .filter(entry -> entry.getKey().listener().equalsIgnoreCase(listener))
                .map(Map.Entry::getValue)
                .filter(acceptor -> acceptor.startedFuture().isDone()
                        && !acceptor.startedFuture().isCompletedExceptionally())
                .findFirst();
    }

    private Optional<Address> advertised(Endpoint endpoint) {
        var all = server.config().effectiveAdvertisedBrokerListeners();
        for (int i = 0; i < all.size(); i++) {
            Endpoint each = all.apply(i);
            if (each.listener().equalsIgnoreCase(endpoint.listener())) {
                return Optional.of(new Address(each.host() == null ? "" : each.host(), each.port()));
            }
        }
        return Optional.empty();
    }

    /** Kafka's own, which tells how long new connections were kept waiting. */
    private static Meter blocked(String listener) {
        return KafkaYammerMetrics.defaultRegistry().allMetrics().entrySet().stream()
                .filter(entry -> entry.getKey().getMBeanName().equals(BLOCKED_METER + listener))
                .map(Map.Entry::getValue)
                .filter(Meter.class::isInstance)
                .map(Meter.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no meter " + BLOCKED_METER + listener));
    }
}
