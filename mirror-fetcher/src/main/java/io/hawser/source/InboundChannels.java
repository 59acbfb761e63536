/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source;

import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Connections that the brokers of one source cluster have dialled. Thread-safe; no call blocks. */
public interface InboundChannels {

    /** Brokers that are connected, under the names that the source's own metadata has for them. */
    List<SourceNode> nodes();

    /**
     * A connected socket in non-blocking mode, over which that broker serves Kafka's protocol and waits to be spoken to.
     *
     * @return fails with one line for an operator; may be cancelled
     */
    CompletableFuture<SocketChannel> take(SourceNode node);

    /** Why there are no {@link #nodes()}. */
    SourceFailure whyNone();
}
