/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import io.hawser.reverse.Frame.Brokers;
import io.hawser.reverse.Frame.Hello;
import io.hawser.reverse.Frame.Ping;
import io.hawser.reverse.Frame.Pong;
import io.hawser.reverse.Frame.Purpose;
import io.hawser.reverse.Frame.Refused;
import io.hawser.reverse.Frame.Start;
import io.hawser.reverse.Frame.Started;
import io.hawser.reverse.Frame.Want;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one link from one source broker.
 *
 * <p>Law: whoever asks for a connection gets one that the source has just said it serves, or an exception. While some wait, the source
 * is told how many.
 *
 * <p>Confined to the loop's thread.
 */
final class BrokerPool {

    /** That wait to be started though nobody has asked. */
    private static final int SPARE = 2;

    private static final int MOST_WAITING = 64;
    private static final int ATTEMPTS = 3;

    private final ReverseTimings timings;
    private final ReverseLoop loop;
    private final Deque<Connection> waiting = new ArrayDeque<>();
    private final Deque<Asked> asked = new ArrayDeque<>();
    private final Map<Connection, Asked> starting = new HashMap<>();
    private final Map<Connection, Long> pingedMs = new HashMap<>();
    private Hello newest;
    private String remoteAddress = "";
    private @Nullable Connection control;
    private int told;
    private long started;
    private @Nullable Refusal refusal;
    private @Nullable String problem;

    private record Asked(CompletableFuture<SocketChannel> future, int attemptsLeft) {}

    BrokerPool(Hello first, ReverseTimings timings, ReverseLoop loop) {
        this.newest = first;
        this.timings = timings;
        this.loop = loop;
    }

    boolean connected() {
        return control != null;
    }

    SourceBroker broker() {
        return new SourceBroker(newest.brokerId(), newest.host(), newest.port());
    }

    PeerReport report() {
        return new PeerReport(newest.brokerId(), remoteAddress, connected(), waiting.size(), started, refusal, problem);
    }

    /** One of this source broker has proven itself. */
    void admit(Connection connection, Hello hello, List<Address> brokers) throws IOException {
        if (hello.instance() != newest.instance()) {
            // The broker has begun anew; what is left of its earlier life only seems to be there.
            closeAll("the source's broker has connected anew");
        }
        newest = hello;
        remoteAddress = connection.remoteAddress();
        pingedMs.put(connection, loop.nowMs());
        if (hello.purpose() == Purpose.CONTROL) {
            Connection earlier = control;
            control = connection;
            if (earlier != null) {
                earlier.close(new IOException("replaced"));
            }
            refusal = null;
            problem = null;
            told = 0;
            connection.send(new Brokers(brokers));
            tellWanted();
        } else if (!asked.isEmpty()) {
            start(connection, asked.remove());
            tellWanted();
        } else if (waiting.size() >= MOST_WAITING) {
            connection.refuse(Refusal.LIMIT, "there are " + MOST_WAITING + " connections that wait already");
        } else {
            waiting.add(connection);
        }
    }

    void tellBrokers(List<Address> brokers) {
        Connection to = control;
        if (to != null) {
            sendOrClose(to, new Brokers(brokers));
        }
    }

    /** @param future gets a bare socket over which the source expects a Kafka client, or fails */
    void take(CompletableFuture<SocketChannel> future) {
        take(new Asked(future, ATTEMPTS));
    }

    private void take(Asked by) {
        if (by.future().isDone()) {
            return;
        }
        // The one that came last is the one that is most likely to be alive.
        Connection connection = waiting.pollLast();
        if (connection != null) {
            start(connection, by);
        } else if (control != null) {
            asked.add(by);
            tellWanted();
        } else {
            by.future()
                    .completeExceptionally(new IOException(
                            problem != null
                                    ? problem
                                    : "broker " + newest.brokerId() + " of the source is not connected"));
        }
    }

    void received(Connection connection, Frame frame) throws IOException {
        Asked by = starting.get(connection);
        if (frame instanceof Pong) {
            return;
        }
        if (by != null && frame instanceof Refused refused) {
            throw new RefusedException(refused.refusal(), refused.message());
        }
        if (by == null || !(frame instanceof Started)) {
            throw new ProtocolException("a frame out of turn");
        }
        connection.releaseWhenBare(channel -> {
            starting.remove(connection);
            pingedMs.remove(connection);
            started++;
            if (control != null) {
                refusal = null;
                problem = null;
            }
            if (!by.future().complete(channel)) {
                Connection.closeSocket(channel);
            }
        });
    }

    void closed(Connection connection, IOException reason) {
        pingedMs.remove(connection);
        waiting.remove(connection);
        Asked by = starting.remove(connection);
        if (connection == control) {
            control = null;
            problem =
                    "the connection to broker " + newest.brokerId() + " of the source was lost: " + reason.getMessage();
            while (!asked.isEmpty()) {
                asked.remove().future().completeExceptionally(new IOException(problem));
            }
        }
        if (by == null) {
            return;
        }
        if (reason instanceof RefusedException refused) {
            refusal = refused.refusal();
            problem = reason.getMessage();
        }
        if (by.attemptsLeft() <= 1 || reason instanceof RefusedException) {
            by.future().completeExceptionally(reason);
        } else {
            take(new Asked(by.future(), by.attemptsLeft() - 1));
        }
    }

    void tick(long nowMs) {
        asked.removeIf(by -> by.future().isDone());
        tellWanted();
        for (Connection connection : new ArrayList<>(starting.keySet())) {
            connection.tick(nowMs);
            if (connection.ended() && !waiting.isEmpty()) {
                doubt(nowMs);
            }
        }
        for (Connection connection : new ArrayList<>(pingedMs.keySet())) {
            Long lastMs = pingedMs.get(connection);
            if (lastMs == null || starting.containsKey(connection)) {
                continue;
            }
            if (nowMs - connection.receivedMs() >= timings.silenceMs()) {
                connection.close(new IOException("no sign of life for " + timings.silenceMs() + " ms"));
            } else if (nowMs - lastMs >= timings.pingMs()) {
                pingedMs.put(connection, nowMs);
                sendOrClose(connection, new Ping());
            }
        }
    }

    void closeAll(String why) {
        problem = why;
        List<Connection> all = new ArrayList<>(pingedMs.keySet());
        // Else those that were being started would take another of them.
        waiting.clear();
        Connection last = control;
        control = null;
        if (last != null) {
            last.close(new IOException(why));
        }
        while (!asked.isEmpty()) {
            asked.remove().future().completeExceptionally(new IOException(why));
        }
        all.forEach(connection -> connection.close(new IOException(why)));
    }

    /** One that seemed to be there was not: the others that have been as silent are not waited for one by one. */
    private void doubt(long nowMs) {
        for (Connection connection : new ArrayList<>(waiting)) {
            if (nowMs - connection.receivedMs() >= timings.startMs()) {
                connection.close(new IOException("as silent as one that has gone"));
            }
        }
    }

    private void start(Connection connection, Asked by) {
        starting.put(connection, by);
        try {
            connection.within(timings.startMs());
            connection.send(new Start());
            connection.finish();
        } catch (IOException e) {
            connection.close(e);
        }
    }

    private void tellWanted() {
        int wanted = Math.min(MOST_WAITING, SPARE + asked.size());
        Connection to = control;
        if (to != null && wanted != told) {
            told = wanted;
            sendOrClose(to, new Want(wanted));
        }
    }

    private static void sendOrClose(Connection to, Frame frame) {
        try {
            to.send(frame);
        } catch (IOException e) {
            to.close(e);
        }
    }
}
