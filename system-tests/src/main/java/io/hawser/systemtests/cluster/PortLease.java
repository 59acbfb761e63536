/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A port chosen by the operating system and kept for a node, or for what else a test runs in it, while that is down, so that no other process
 * gets it.
 *
 * <p>The port is held by a socket that is bound and does not listen: connecting to it is refused, as it must be for a
 * node that is down. Linux lets a broker listen on such a port; other systems do not, and there the hold is released
 * for the time the node runs, which leaves a moment in which the port can be lost.
 *
 * <p>Confined to the thread of the cluster.
 */
public final class PortLease implements AutoCloseable {

    private static final boolean HELD_WHILE_IN_USE =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");

    private final int port;
    private @Nullable Socket hold;

    private PortLease(Socket hold) {
        this.hold = hold;
        this.port = hold.getLocalPort();
    }

    public static PortLease acquire() {
        return new PortLease(bind(0));
    }

    public int port() {
        return port;
    }

    /** To be called right before the node starts. */
    void lend() {
        if (!HELD_WHILE_IN_USE) {
            close();
        }
    }

    /** To be called when the node has ended. Where the port is lost meanwhile, the next start will tell. */
    void takeBack() {
        if (hold == null) {
            try {
                hold = bind(port);
            } catch (UncheckedIOException lost) {
                hold = null;
            }
        }
    }

    @Override
    public void close() {
        Socket held = hold;
        hold = null;
        if (held != null) {
            try {
                held.close();
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot release port " + port, e);
            }
        }
    }

    private static Socket bind(int port) {
        Socket socket = new Socket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot bind port " + port + " of the loopback interface", e);
        }
    }
}
