/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.reverse;

import io.hawser.source.InboundChannels;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceNode;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Where source brokers cannot connect. Immutable. */
record NoChannels(SourceFailure why) implements InboundChannels {

    @Override
    public List<SourceNode> nodes() {
        return List.of();
    }

    @Override
    public CompletableFuture<SocketChannel> take(SourceNode node) {
        return CompletableFuture.failedFuture(new IOException(why.message()));
    }

    @Override
    public SourceFailure whyNone() {
        return why;
    }
}
