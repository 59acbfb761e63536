/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import io.hawser.source.InboundChannels;
import io.hawser.source.SourceNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.memory.MemoryPool;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ChannelBuilder;
import org.apache.kafka.common.network.ChannelState;
import org.apache.kafka.common.network.KafkaChannel;
import org.apache.kafka.common.network.Selectable;
import org.apache.kafka.common.network.Selector;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's selector, whose connections to one source broker are taken from those that this broker has dialled. To the network client
 * they look as if they had just been made.
 *
 * <p>Confined to the channel's thread, but for {@link #wakeup}.
 */
final class InboundSelector extends Selector {

    private final InboundChannels channels;
    private final SourceNode node;
    private @Nullable CompletableFuture<SocketChannel> taking;
    private String takingId = "";
    private int receiveBufferBytes = Selectable.USE_DEFAULT_BUFFER_SIZE;
    private @Nullable String problem;

    InboundSelector(
            InboundChannels channels,
            SourceNode node,
            int maxReceiveSize,
            long idleLimitMs,
            Metrics metrics,
            Time time,
            ChannelBuilder channelBuilder,
            MemoryPool memory,
            LogContext logContext) {
        super(
                maxReceiveSize,
                idleLimitMs,
                metrics,
                time,
                "hawser-source",
                Map.of(),
                false,
                false,
                channelBuilder,
                memory,
                logContext);
        this.channels = channels;
        this.node = node;
    }

    /** Why the last connection could not be had, as one line; null if it could. */
    @Nullable
    String problem() {
        return problem;
    }

    @Override
    public void connect(String id, InetSocketAddress address, int sendBufferSize, int receiveBufferSize) {
        cancel();
        problem = null;
        takingId = id;
        receiveBufferBytes = receiveBufferSize;
        CompletableFuture<SocketChannel> asked = channels.take(node);
        taking = asked;
        asked.whenComplete((channel, error) -> wakeup());
    }

    @Override
    public void poll(long timeoutMs) throws IOException {
        CompletableFuture<SocketChannel> asked = taking;
        super.poll(asked != null && asked.isDone() ? 0 : timeoutMs);
        if (asked != null && asked.isDone()) {
            taking = null;
            try {
                register(asked.join());
                connected().add(takingId);
            } catch (CompletionException e) {
                failed(e.getCause() == null ? e : e.getCause());
            } catch (IOException e) {
                failed(e);
            }
        }
    }

    @Override
    public void close(String id) {
        if (taking != null && id.equals(takingId)) {
            cancel();
        } else {
            super.close(id);
        }
    }

    @Override
    public void close() {
        cancel();
        super.close();
    }

    /** Writable at once, so that the first poll begins TLS or SASL, which the client has to. */
    private void register(SocketChannel channel) throws IOException {
        try {
            if (receiveBufferBytes != Selectable.USE_DEFAULT_BUFFER_SIZE) {
                channel.socket().setReceiveBufferSize(receiveBufferBytes);
            }
            registerChannel(takingId, channel, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            KafkaChannel registered = channel(takingId);
            if (registered == null || !registered.finishConnect()) {
                throw new IOException("the connection is gone again");
            }
        } catch (IOException | RuntimeException e) {
            if (channel(takingId) != null) {
                super.close(takingId);
            }
            channel.close();
            throw e;
        }
    }

    private void failed(Throwable error) {
        problem = error.getMessage();
        disconnected().put(takingId, ChannelState.NOT_CONNECTED);
    }

    private void cancel() {
        CompletableFuture<SocketChannel> asked = taking;
        taking = null;
        if (asked != null && !asked.cancel(false)) {
            asked.thenAccept(channel -> {
                try {
                    channel.close();
                } catch (IOException e) {
                    // It is gone, which was wanted.
                }
            });
        }
    }
}
