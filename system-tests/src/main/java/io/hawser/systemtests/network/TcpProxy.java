/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.network;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * Stands between clients and one broker on this machine. All bytes pass, until a test says otherwise.
 *
 * <p>Thread-safe. Two daemon threads per connection, one that accepts; all end with {@link #close()}.
 */
public final class TcpProxy implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;

    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Object light = new Object();
    private volatile int target;
    private volatile UnaryOperator<byte[]> tamper = UnaryOperator.identity();
    private volatile UnaryOperator<byte[]> tamperFirst = UnaryOperator.identity();
    private volatile boolean hidesLosses;
    private boolean black;

    private TcpProxy(ServerSocket server) {
        this.server = server;
    }

    /** Listens on a port from the operating system. Connections are closed again until {@link #forwardTo} is called. */
    public static TcpProxy start() {
        try {
            TcpProxy proxy = new TcpProxy(new ServerSocket(0, 128, InetAddress.getLoopbackAddress()));
            daemon("proxy-accept", proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    public void forwardTo(int port) {
        target = port;
    }

    /** From now on no byte moves: sockets stay open and new ones are accepted, as behind a firewall that drops packets. */
    public void goBlack() {
        synchronized (light) {
            black = true;
        }
    }

    /** Bytes move again, those that waited first, and answers come as they are. */
    public void heal() {
        tamper = UnaryOperator.identity();
        synchronized (light) {
            black = false;
            light.notifyAll();
        }
    }

    /**
     * From now on, until {@link #cut}, no client is told that the broker has gone: its connection stays open, as it does when
     * the peer has lost its power.
     */
    public void hideLosses() {
        hidesLosses = true;
    }

    /** Closes all connections; new ones may be made. */
    public void cut() {
        hidesLosses = false;
        sockets.forEach(TcpProxy::closeQuietly);
    }

    /**
     * Changes what the broker answers from now on.
     *
     * @param change applied to each answer, without its size prefix; what it returns is sent with a right one
     */
    public void tamper(UnaryOperator<byte[]> change) {
        tamper = change;
    }

    /** As {@link #tamper}, of the first answer on each connection, and for as long as the proxy lives. */
    public void tamperFirst(UnaryOperator<byte[]> change) {
        tamperFirst = change;
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            cut();
            heal();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException e) {
                // The client comes again, or the proxy is closed.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket broker = new Socket();
        sockets.add(client);
        sockets.add(broker);
        try {
            broker.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
        } catch (IOException e) {
            end(client, broker);
            return;
        }
        daemon("proxy-requests", () -> pump(client, broker, this::copyBytes));
        daemon("proxy-answers", () -> pump(broker, client, this::copyFrames));
    }

    private interface Copy {
        void run(InputStream from, OutputStream to) throws IOException, InterruptedException;
    }

    private void pump(Socket from, Socket to, Copy copy) {
        try {
            copy.run(from.getInputStream(), to.getOutputStream());
        } catch (IOException e) {
            // One of the two is gone; so goes the other.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!hidesLosses) {
                end(from, to);
            }
        }
    }

    private void copyBytes(InputStream from, OutputStream to) throws IOException, InterruptedException {
        byte[] chunk = new byte[CHUNK];
        for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
            awaitLight();
            to.write(chunk, 0, read);
        }
    }

    private void copyFrames(InputStream from, OutputStream to) throws IOException, InterruptedException {
        DataInputStream in = new DataInputStream(from);
        for (boolean first = true; true; first = false) {
            byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            byte[] changed = tamper.apply(first ? tamperFirst.apply(frame) : frame);
            awaitLight();
            to.write(ByteBuffer.allocate(Integer.BYTES + changed.length)
                    .putInt(changed.length)
                    .put(changed)
                    .array());
        }
    }

    private void awaitLight() throws InterruptedException {
        synchronized (light) {
            while (black) {
                light.wait();
            }
        }
    }

    private void end(Socket one, Socket other) {
        closeQuietly(one);
        closeQuietly(other);
        sockets.remove(one);
        sockets.remove(other);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is as good as closed.
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
