/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Frames over one socket, up to where it is closed or released as a bare one.
 *
 * <p>Law: it ends once, by {@link Handler#closed} or by {@link #releaseWhenBare}. A released socket has delivered every byte that came,
 * and none was swallowed: whoever releases it first waits until the other end has nothing more to say before that end is told that
 * it may go on.
 *
 * <p>Confined to the loop's thread.
 */
final class Connection implements ReverseLoop.Ready {

    /** What was read at once, at most, so that nobody keeps the loop. */
    private static final int TURN_BYTES = 64 * 1024;

    private final SocketChannel channel;
    private final Handler handler;
    private final ReverseLoop loop;
    private final FrameReader reader = new FrameReader();
    private final ByteBuffer incoming = ByteBuffer.allocate(2048).limit(0);
    private final WireFactory wires;
    private @Nullable SelectionKey key;
    private @Nullable Wire wire;
    private @Nullable Consumer<SocketChannel> release;
    private @Nullable Runnable onPeerFinished;
    private long deadlineMs;
    private long receivedMs;
    private boolean ended;

    /** Who speaks over it. */
    interface Handler {
        /** The socket is connected. */
        void opened(Connection connection) throws IOException;

        /** @throws IOException to close it for that reason */
        void received(Connection connection, Frame frame, byte[] raw) throws IOException;

        /** @param reason one line; why it ended */
        void closed(Connection connection, IOException reason);
    }

    /** Plain, or TLS. */
    interface WireFactory {
        Wire over(SocketChannel channel) throws IOException;
    }

    /** @param limitMs until {@link #trust} is called it has to be done with what it is for */
    Connection(SocketChannel channel, WireFactory wires, Handler handler, ReverseLoop loop, long limitMs) {
        this.channel = channel;
        this.wires = wires;
        this.handler = handler;
        this.loop = loop;
        this.receivedMs = loop.nowMs();
        this.deadlineMs = receivedMs + limitMs;
    }

    /** Begins, with a socket that is connected or is being connected. */
    void begin() {
        try {
            channel.socket().setTcpNoDelay(true);
            channel.socket().setKeepAlive(true);
            key = loop.register(channel, channel.isConnected() ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
            if (channel.isConnected()) {
                open();
            }
        } catch (IOException e) {
            close(e);
        } catch (RuntimeException e) {
            close(unexpected(e));
        }
    }

    boolean ended() {
        return ended;
    }

    /** When something came last, by the loop's clock. */
    long receivedMs() {
        return receivedMs;
    }

    /** The other end has shown who it is: there is no time limit any more, and frames may be longer. */
    void trust() {
        deadlineMs = Long.MAX_VALUE;
        reader.trust();
    }

    /** Gives it so long for what comes next. */
    void within(long limitMs) {
        deadlineMs = loop.nowMs() + limitMs;
    }

    void send(Frame frame) throws IOException {
        wire().write(FrameCodec.encode(frame));
        flush();
    }

    /** Says that nothing more will be said. */
    void finish() throws IOException {
        wire().finish();
        flush();
    }

    /** Runs it once the other end will say nothing more, with TLS or without. */
    void whenPeerHasFinished(Runnable then) {
        onPeerFinished = then;
    }

    /** Gives the bare socket away as soon as both ends have nothing more to say. */
    void releaseWhenBare(Consumer<SocketChannel> to) {
        release = to;
    }

    /** Closes it if its time is over. */
    void tick(long nowMs) {
        if (nowMs >= deadlineMs) {
            close(new IOException("no answer in time"));
        }
    }

    /** Idempotent. */
    void close(IOException reason) {
        if (ended) {
            return;
        }
        ended = true;
        closeSocket(channel);
        handler.closed(this, reason);
    }

    /** Tells the other end why, as well as that goes, and closes. */
    void refuse(Refusal refusal, String message) {
        try {
            send(new Frame.Refused(refusal, message));
        } catch (IOException e) {
            close(e);
        }
        close(new RefusedException(refusal, message));
    }

    String remoteAddress() {
        return String.valueOf(channel.socket().getRemoteSocketAddress()).replaceFirst("^.*/", "");
    }

    @Override
    public void ready() {
        if (ended) {
            return;
        }
        try {
            if (wire == null) {
                if (!channel.finishConnect()) {
                    return;
                }
                open();
            }
            read();
            flush();
            advance();
        } catch (IOException e) {
            close(e);
        } catch (RuntimeException e) {
            // Else it would be ready again at once, for ever.
            close(unexpected(e));
        }
    }

    private static IOException unexpected(RuntimeException e) {
        return new IOException("unexpected: " + e, e);
    }

    static void closeSocket(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone, which was wanted.
        }
    }

    private void open() throws IOException {
        wire = wires.over(channel);
        handler.opened(this);
        flush();
    }

    private Wire wire() throws IOException {
        if (wire == null) {
            throw new IOException("not connected yet");
        }
        return wire;
    }

    private void read() throws IOException {
        int taken = 0;
        while (!ended && taken < TURN_BYTES) {
            incoming.clear();
            int read = 0;
            try {
                read = wire().read(incoming);
            } finally {
                incoming.flip();
            }
            // One that says so without being asked to stays readable for ever.
            boolean isLeft = read == 0 && wire().hasEnded() && onPeerFinished == null && release == null;
            if (read == Wire.END || isLeft) {
                throw new IOException("closed by the other end");
            }
            if (read == 0) {
                return;
            }
            taken += read;
            receivedMs = loop.nowMs();
            deliver();
            advance();
        }
    }

    private void deliver() throws IOException {
        Frame frame = reader.read(incoming);
        while (frame != null && !ended) {
            handler.received(this, frame, reader.raw());
            frame = ended ? null : reader.read(incoming);
        }
    }

    private void advance() throws IOException {
        Runnable then = onPeerFinished;
        if (!ended && then != null && wire().peerHasFinished()) {
            onPeerFinished = null;
            then.run();
        }
        Consumer<SocketChannel> to = release;
        if (!ended && to != null && wire().peerHasFinished() && wire().flush()) {
            if (incoming.hasRemaining() || !reader.isEmpty() || wire().hasUnread()) {
                throw new ProtocolException("more than was its turn");
            }
            ended = true;
            if (key != null) {
                key.cancel();
            }
            to.accept(channel);
        }
    }

    private void flush() throws IOException {
        if (ended || key == null || wire == null) {
            return;
        }
        wire.flush();
        int operations = SelectionKey.OP_READ | (wire.isBlocked() ? SelectionKey.OP_WRITE : 0);
        if (key.isValid() && key.interestOps() != operations) {
            key.interestOps(operations);
        }
    }
}
