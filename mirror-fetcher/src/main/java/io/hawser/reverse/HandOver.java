/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.nio.channels.SocketChannel;
import java.util.Optional;

/** Who serves Kafka's protocol on a connection that the destination has started. Thread-safe. */
public interface HandOver {

    /**
     * Where the destination would reach the Kafka listener if it could dial; empty if there is none of the link's name just now. Does
     * not block.
     */
    Optional<Address> listener();

    /**
     * Takes over a connected socket in non-blocking mode, on which the destination speaks next. Does not block. Whatever goes
     * wrong, the socket is closed.
     */
    void serve(SocketChannel channel);
}
