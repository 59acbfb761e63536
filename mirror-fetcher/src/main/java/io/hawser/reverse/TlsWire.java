/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/**
 * Bytes under TLS 1.3, whose two directions end independently of each other: when both have, the socket is bare again.
 *
 * <p>The handshake goes on by itself whenever something is read or flushed. What it computes, it computes on the loop's thread:
 * milliseconds, and only for as many strangers as are let in at once.
 */
final class TlsWire implements Wire {

    /** Reads from the socket and session tickets count as well. */
    private static final int MOST_EMPTY = 64;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ByteChannel channel;
    private final SSLEngine engine;
    private final Outgoing outgoing = new Outgoing();
    private final Deque<ByteBuffer> unwrapped = new ArrayDeque<>();
    /** Ready to be filled, but while it is read. */
    private final ByteBuffer encrypted;
    /** Ready to be read. */
    private final ByteBuffer decrypted;

    private boolean finishing;
    private boolean ended;

    /** @param engine new, in client or server mode */
    TlsWire(ByteChannel channel, SSLEngine engine) throws IOException {
        this.channel = channel;
        this.engine = engine;
        this.encrypted = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        this.decrypted = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize())
                .limit(0);
        engine.beginHandshake();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int empty = 0;
        while (true) {
            flush();
            if (decrypted.hasRemaining()) {
                int taken = Math.min(decrypted.remaining(), into.remaining());
                into.put(decrypted.slice(decrypted.position(), taken));
                decrypted.position(decrypted.position() + taken);
                return taken;
            }
            if (engine.isInboundDone()) {
                return 0;
            }
            boolean shaken = engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
            if (!unwrap()) {
                return ended ? END : 0;
            }
            empty = shaken && !decrypted.hasRemaining() ? empty + 1 : 0;
            if (empty > MOST_EMPTY) {
                throw new ProtocolException("TLS records without data");
            }
        }
    }

    @Override
    public boolean hasEnded() {
        return engine.isInboundDone() && !decrypted.hasRemaining();
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        unwrapped.add(ByteBuffer.wrap(bytes));
    }

    @Override
    public boolean flush() throws IOException {
        while (wrap()) {
            // What there is to say may take several records.
        }
        return outgoing.flush(channel) && unwrapped.isEmpty() && (!finishing || engine.isOutboundDone());
    }

    @Override
    public void finish() {
        finishing = true;
    }

    @Override
    public boolean isBlocked() {
        return !outgoing.isEmpty();
    }

    @Override
    public boolean peerHasFinished() {
        return engine.isInboundDone();
    }

    @Override
    public boolean hasUnread() {
        return encrypted.position() > 0 || decrypted.hasRemaining();
    }

    /** @return whether there may be more to wrap */
    private boolean wrap() throws IOException {
        runTasks();
        HandshakeStatus status = engine.getHandshakeStatus();
        boolean shaking = status == HandshakeStatus.NEED_WRAP;
        boolean quiet = status == HandshakeStatus.NOT_HANDSHAKING || status == HandshakeStatus.FINISHED;
        if (quiet && unwrapped.isEmpty() && finishing && !engine.isOutboundDone()) {
            engine.closeOutbound();
            shaking = true;
        }
        if (!shaking && (!quiet || unwrapped.isEmpty())) {
            return false;
        }
        boolean speaks = !shaking && !unwrapped.isEmpty();
        ByteBuffer from = speaks ? unwrapped.getFirst() : NOTHING;
        ByteBuffer to = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        SSLEngineResult result = engine.wrap(from, to);
        if (result.bytesProduced() > 0) {
            outgoing.add(to.flip());
        }
        if (speaks && !from.hasRemaining()) {
            unwrapped.removeFirst();
        }
        return result.getStatus() == SSLEngineResult.Status.OK && result.bytesProduced() > 0;
    }

    /** @return whether it went on; if not, more has to come first */
    private boolean unwrap() throws IOException {
        runTasks();
        encrypted.flip();
        decrypted.clear();
        SSLEngineResult result;
        try {
            result = engine.unwrap(encrypted, decrypted);
        } finally {
            encrypted.compact();
            decrypted.flip();
        }
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
            int read = channel.read(encrypted);
            ended |= read == END;
            return read > 0;
        }
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
            throw new ProtocolException("a TLS record that is too long");
        }
        return result.bytesConsumed() > 0 || result.bytesProduced() > 0 || engine.isInboundDone();
    }

    private void runTasks() {
        Runnable task = engine.getDelegatedTask();
        while (task != null) {
            task.run();
            task = engine.getDelegatedTask();
        }
    }
}
