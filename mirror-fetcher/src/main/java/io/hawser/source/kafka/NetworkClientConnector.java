/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import io.hawser.config.LinkConfig;
import io.hawser.source.InboundChannels;
import io.hawser.source.SourceChannel;
import io.hawser.source.SourceConnector;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * Dials the source's brokers, or takes what these have dialled, with whatever security a Kafka client can have. Thread-safe.
 */
public final class NetworkClientConnector implements SourceConnector {

    private final LinkConfig config;
    private final String clientId;
    private final @Nullable ReceiveMemory memory;
    private final @Nullable InboundChannels inbound;
    private final Time time;

    /**
     * @param clientId begins the client id that the source sees; names the link and the destination broker
     * @param memory for records; null if none are fetched
     * @param inbound what the source's brokers have dialled; null to dial them
     */
    public NetworkClientConnector(
            LinkConfig config,
            String clientId,
            @Nullable ReceiveMemory memory,
            @Nullable InboundChannels inbound,
            Time time) {
        this.memory = memory;
        this.inbound = inbound;
        this.config = config;
        this.clientId = clientId;
        this.time = time;
    }

    @Override
    public List<SourceNode> bootstrapNodes() {
        if (inbound != null) {
            return inbound.nodes();
        }
        List<SourceNode> nodes = new ArrayList<>();
        for (String address : config.bootstrapServers()) {
            int colon = address.lastIndexOf(':');
            String host = address.substring(0, colon).replaceAll("^\\[|]$", "");
            nodes.add(new SourceNode(-1 - nodes.size(), host, Integer.parseInt(address.substring(colon + 1))));
        }
        return nodes;
    }

    @Override
    public SourceFailure whyNoNodes() {
        return inbound != null ? inbound.whyNone() : SourceConnector.super.whyNoNodes();
    }

    @Override
    public SourceChannel open(SourceNode node, String role) {
        return new NetworkClientChannel(node, config, clientId + "-" + role, null, inbound, time);
    }

    @Override
    public int maxAnswerBytes() {
        return memory == null ? Integer.MAX_VALUE : memory.maxAnswerBytes();
    }

    @Override
    public SourceChannel openForRecords(SourceNode node, String role) {
        return new NetworkClientChannel(node, config, clientId + "-" + role, memory, inbound, time);
    }

    @Override
    public void close() {
        // Channels belong to their threads, which close them.
    }
}
