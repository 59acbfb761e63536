/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * Two sockets, of which each gets what the other sends. An end of one direction is passed on; when both have ended, or one breaks, both
 * sockets are closed.
 *
 * <p>Law: no more is read than the other side has taken, so at most {@value #BUFFER_BYTES} bytes wait in each direction.
 *
 * <p>Confined to the thread of {@link Pipes}.
 */
final class Pipe {

    static final int BUFFER_BYTES = 128 * 1024;

    private final SocketChannel left;
    private final SocketChannel right;
    private final Direction toRight;
    private final Direction toLeft;
    private final Runnable onClosed;
    private boolean closed;
    private final SelectionKey leftKey;
    private final SelectionKey rightKey;

    /** One way through. */
    private static final class Direction {
        private final SocketChannel from;
        private final SocketChannel to;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        private boolean ended;
        private boolean endPassedOn;

        Direction(SocketChannel from, SocketChannel to) {
            this.from = from;
            this.to = to;
        }

        void move() throws IOException {
            if (!ended && buffer.hasRemaining() && from.read(buffer) < 0) {
                ended = true;
            }
            buffer.flip();
            while (buffer.hasRemaining() && to.write(buffer) > 0) {
                // Until the socket takes no more.
            }
            buffer.compact();
            if (ended && buffer.position() == 0 && !endPassedOn) {
                endPassedOn = true;
                to.shutdownOutput();
            }
        }

        boolean wantsRead() {
            return !ended && buffer.hasRemaining();
        }

        boolean wantsWrite() {
            return buffer.position() > 0;
        }
    }

    /**
     * @param left connected
     * @param right connected, or being connected
     * @param onClosed runs once, unless the pipe cannot be made
     */
    Pipe(SocketChannel left, SocketChannel right, Selector selector, Runnable onClosed) throws IOException {
        this.onClosed = onClosed;
        this.left = left;
        this.right = right;
        this.toRight = new Direction(left, right);
        this.toLeft = new Direction(right, left);
        this.leftKey = left.register(selector, 0, this);
        this.rightKey = right.register(selector, SelectionKey.OP_CONNECT, this);
        if (right.isConnected()) {
            await();
        }
    }

    void ready() {
        try {
            if (!right.isConnected()) {
                if (!right.finishConnect()) {
                    return;
                }
                right.socket().setTcpNoDelay(true);
                right.socket().setKeepAlive(true);
            }
            toRight.move();
            toLeft.move();
            if (toRight.endPassedOn && toLeft.endPassedOn) {
                close();
            } else {
                await();
            }
        } catch (IOException e) {
            close();
        }
    }

    /** Idempotent. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        onClosed.run();
        Connection.closeSocket(left);
        Connection.closeSocket(right);
    }

    private void await() {
        leftKey.interestOps(operations(toRight, toLeft));
        rightKey.interestOps(operations(toLeft, toRight));
    }

    private static int operations(Direction out, Direction in) {
        return (out.wantsRead() ? SelectionKey.OP_READ : 0) | (in.wantsWrite() ? SelectionKey.OP_WRITE : 0);
    }
}
