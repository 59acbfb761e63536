/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import io.hawser.config.LinkConfig;
import io.hawser.source.InboundChannels;
import io.hawser.source.SourceChannel;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceNode;
import io.hawser.source.SourceRequest;
import io.hawser.status.FailureCode;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.ClientRequest;
import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.DefaultHostResolver;
import org.apache.kafka.clients.HostResolver;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ChannelBuilder;
import org.apache.kafka.common.network.Selector;
import org.apache.kafka.common.utils.LogContext;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * One source broker over a NetworkClient with a selector of its own.
 *
 * <p>A request waits here until the connection stands, at most for the request time-out; then the NetworkClient's own
 * time-out runs. So a peer that is black-holed, before or after the connection was made, is noticed within the two.
 *
 * <p>For one thread at a time, but for {@link #wakeup}.
 */
final class NetworkClientChannel implements SourceChannel {

    private static final int MIN_RECEIVE_LIMIT_BYTES = 100 * 1024 * 1024;
    private static final int MAX_IN_FLIGHT = 5;
    private static final long MEMORY_CHECK_MS = 2;
    /** For brokers that have dialled: where they are is nobody's affair. */
    private static final HostResolver UNRESOLVED =
            host -> new InetAddress[] {InetAddress.getByAddress(host, new byte[4])};

    private final SourceNode node;
    private final Node kafkaNode;
    private final Time time;
    private final int requestTimeoutMs;
    private final Metrics metrics = new Metrics();
    private final ChannelMemory memory;
    private final @Nullable InboundChannels inbound;
    private @Nullable InboundSelector inboundSelector;
    private final NetworkClient client;
    private final Deque<Pending<?>> waiting = new ArrayDeque<>();
    private boolean connected;
    private boolean closed;

    /**
     * @param shared memory for what is received; null to take it from the heap
     * @param inbound where connections are taken from; null to dial them
     */
    NetworkClientChannel(
            SourceNode node,
            LinkConfig config,
            String clientId,
            @Nullable ReceiveMemory shared,
            @Nullable InboundChannels inbound,
            Time time) {
        this.inbound = inbound;
        this.memory = new ChannelMemory(shared);
        this.node = node;
        this.kafkaNode = new Node(node.id(), node.host(), node.port());
        this.time = time;
        this.requestTimeoutMs = config.requestTimeoutMs();
        this.client = networkClient(config, clientId);
    }

    @Override
    public SourceNode node() {
        return node;
    }

    @Override
    public <A> void send(SourceRequest<A> request, AnswerHandler<A> handler) {
        waiting.add(new Pending<>(RequestTranslation.of(request), handler, time.milliseconds() + requestTimeoutMs));
    }

    @Override
    public void poll(long timeoutMs) {
        long nowMs = time.milliseconds();
        sendWaiting(nowMs);
        long waitMs = waiting.isEmpty() ? timeoutMs : Math.min(timeoutMs, client.pollDelayMs(kafkaNode, nowMs));
        if (memory.isOutOfMemory()) {
            // Another channel gives memory back, and nothing would end the wait.
            waitMs = Math.min(waitMs, MEMORY_CHECK_MS);
        }
        client.poll(Math.max(0, waitMs), nowMs);
        nowMs = time.milliseconds();
        sendWaiting(nowMs);
        failWaiting(nowMs);
    }

    @Override
    public void releaseRecords(int answers) {
        memory.releaseAnswers(answers);
    }

    @Override
    public void wakeup() {
        client.wakeup();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Utils.closeQuietly(client, "source channel to " + node);
        Utils.closeQuietly(metrics, "metrics of the source channel to " + node);
        memory.close();
        SourceFailure failure = new SourceFailure(FailureCode.SOURCE_UNREACHABLE, "connection to " + node + " closed");
        while (!waiting.isEmpty()) {
            waiting.remove().handler.failed(failure);
        }
    }

    private void sendWaiting(long nowMs) {
        if (connected && !waiting.isEmpty() && client.connectionFailed(kafkaNode)) {
            // Whoever answers at that address next may be another broker, or another cluster: the caller must know.
            connected = false;
            failAllWaiting();
        }
        while (!waiting.isEmpty() && client.ready(kafkaNode, nowMs)) {
            connected = true;
            Pending<?> pending = waiting.remove();
            ClientRequest request = client.newClientRequest(
                    kafkaNode.idString(),
                    pending.translation.builder(),
                    nowMs,
                    true,
                    requestTimeoutMs,
                    response -> complete(pending, response));
            client.send(request, nowMs);
        }
    }

    /** A connection that could not be made fails what waits for it: the caller decides whether to try again. */
    private void failWaiting(long nowMs) {
        if (waiting.isEmpty()) {
            return;
        }
        if (client.connectionFailed(kafkaNode)) {
            failAllWaiting();
        }
        if (client.throttleDelayMs(kafkaNode, nowMs) > 0) {
            // It is there, and has asked for patience.
            return;
        }
        while (!waiting.isEmpty() && waiting.peek().deadlineMs <= nowMs) {
            waiting.remove().handler.failed(timedOut());
        }
    }

    private void failAllWaiting() {
        SourceFailure failure = connectionFailure(client.authenticationException(kafkaNode));
        while (!waiting.isEmpty()) {
            waiting.remove().handler.failed(failure);
        }
    }

    private <A> void complete(Pending<A> pending, ClientResponse response) {
        if (response.hasResponse()) {
            memory.answered();
            A answer;
            try {
                answer = pending.translation.answer(
                        response.responseBody(), response.requestHeader().apiVersion());
            } catch (RuntimeException e) {
                memory.releaseLatestAnswer();
                pending.handler.failed(new SourceFailure(
                        FailureCode.INTERNAL, node + " answered what cannot be understood: " + e.getMessage()));
                return;
            }
            pending.handler.answered(answer);
        } else {
            pending.handler.failed(failure(response));
        }
    }

    private SourceFailure failure(ClientResponse response) {
        if (response.versionMismatch() != null) {
            return new SourceFailure(
                    FailureCode.UNSUPPORTED_VERSION,
                    node + ": " + response.versionMismatch().getMessage());
        }
        if (response.wasTimedOut()) {
            return timedOut();
        }
        return connectionFailure(response.authenticationException());
    }

    private SourceFailure connectionFailure(@Nullable AuthenticationException authentication) {
        return authentication != null
                ? new SourceFailure(FailureCode.AUTHENTICATION, node + ": " + authentication.getMessage())
                : new SourceFailure(FailureCode.SOURCE_UNREACHABLE, "no connection to " + node + whyNot());
    }

    private String whyNot() {
        String problem = inboundSelector == null ? null : inboundSelector.problem();
        return problem == null ? "" : ": " + problem;
    }

    private SourceFailure timedOut() {
        return new SourceFailure(
                FailureCode.SOURCE_UNREACHABLE, node + " did not answer within " + requestTimeoutMs + " ms");
    }

    private NetworkClient networkClient(LinkConfig config, String clientId) {
        LogContext logContext = new LogContext("[" + clientId + " " + node + "] ");
        ChannelBuilder channelBuilder = null;
        Selector selector = null;
        try {
            channelBuilder = ClientUtils.createChannelBuilder(
                    inbound == null ? config : NamedPeerSslEngines.in(config, LinkConfig.definition(), node.host()),
                    time,
                    logContext);
            selector = selector(config, channelBuilder, logContext);
            return new NetworkClient(
                    new ManualMetadataUpdater(),
                    null,
                    selector,
                    clientId,
                    MAX_IN_FLIGHT,
                    config.getLong(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG),
                    config.getLong(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG),
                    Selector.USE_DEFAULT_BUFFER_SIZE,
                    config.getInt(LinkConfig.SOCKET_RECEIVE_BUFFER_BYTES),
                    requestTimeoutMs,
                    config.getLong(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG),
                    config.getLong(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG),
                    time,
                    true,
                    new ApiVersions(),
                    null,
                    logContext,
                    inbound == null ? new DefaultHostResolver() : UNRESOLVED,
                    null,
                    Long.MAX_VALUE,
                    MetadataRecoveryStrategy.NONE);
        } catch (RuntimeException e) {
            Utils.closeQuietly(selector, "selector");
            Utils.closeQuietly(channelBuilder, "channel builder");
            Utils.closeQuietly(metrics, "metrics");
            throw e instanceof KafkaException ? e : new KafkaException("channel to " + node + " cannot be made", e);
        }
    }

    private Selector selector(LinkConfig config, ChannelBuilder channelBuilder, LogContext logContext) {
        int maxReceiveSize = Math.max(MIN_RECEIVE_LIMIT_BYTES, 2 * config.responseMaxBytes());
        long idleLimitMs = config.getLong(CommonClientConfigs.CONNECTIONS_MAX_IDLE_MS_CONFIG);
        if (inbound != null) {
            InboundSelector made = new InboundSelector(
                    inbound, node, maxReceiveSize, idleLimitMs, metrics, time, channelBuilder, memory, logContext);
            inboundSelector = made;
            return made;
        }
        return new Selector(
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
    }

    private record Pending<A>(RequestTranslation<A> translation, AnswerHandler<A> handler, long deadlineMs) {}
}
