/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import io.hawser.reverse.Frame.Hello;
import io.hawser.reverse.Frame.Ping;
import io.hawser.reverse.Frame.Pong;
import io.hawser.reverse.Frame.Purpose;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A source broker that says what is needed to be let in, and nothing more. */
final class RawSource implements AutoCloseable {

    static final int BROKER = 5;

    private static final int ANSWERED_PINGS = 15;

    private final SocketChannel channel;
    private final FrameReader reader = new FrameReader();
    private final ByteBuffer bytes = ByteBuffer.allocate(4_000).limit(0);

    RawSource(Purpose purpose, int port, LinkSecret secret) throws IOException {
        this(purpose, port, secret, () -> {});
    }

    /** @param challenged what happens before it proves that it knows the secret */
    RawSource(Purpose purpose, int port, LinkSecret secret, Runnable challenged) throws IOException {
        channel = SocketChannel.open(new InetSocketAddress("localhost", port));
        Hello hello = new Hello(
                DiallerHandshake.VERSION,
                purpose,
                "east",
                42,
                "source",
                BROKER,
                "broker.example",
                9092,
                LinkSecret.nonce());
        DiallerHandshake handshake = new DiallerHandshake(hello, secret);
        send(hello);
        while (!handshake.done()) {
            Frame frame = next();
            if (frame == null) {
                throw new IOException("not let in");
            }
            Frame answer = handshake.receive(frame, reader.raw());
            if (answer != null) {
                challenged.run();
                send(answer);
            }
        }
        reader.trust();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** The next frame of that kind; pings are answered. */
    <F extends Frame> F awaitFrame(Class<F> kind) throws IOException {
        Frame frame = next();
        while (frame instanceof Ping) {
            send(new Pong());
            frame = next();
        }
        return kind.cast(frame);
    }

    /** Keeps it alive by answering pings; one that is answered so often is not going to be closed. */
    boolean isClosedByTheOtherEnd() {
        try {
            for (int pings = 0; pings < ANSWERED_PINGS; pings++) {
                if (next() == null) {
                    return true;
                }
                send(new Pong());
            }
            return false;
        } catch (IOException e) {
            // Reset, or a pipe that broke while a pong was on its way.
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void send(Frame frame) throws IOException {
        channel.write(ByteBuffer.wrap(FrameCodec.encode(frame)));
    }

    /** Null at the end. */
    private @Nullable Frame next() throws IOException {
        Frame frame = reader.read(bytes);
        while (frame == null) {
            if (channel.read(bytes.clear()) < 0) {
                return null;
            }
            bytes.flip();
            frame = reader.read(bytes);
        }
        return frame;
    }
}
