/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.reverse;

import io.hawser.config.LinkConfig;
import io.hawser.config.LinkHalf;
import io.hawser.source.InboundChannels;
import io.hawser.source.SourceConnector;
import io.hawser.source.kafka.NetworkClientConnector;
import io.hawser.source.kafka.ReceiveMemory;
import java.util.function.Function;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/** How this broker reaches the source of a link, whichever side connects. Thread-safe. */
public final class SourceConnectors {

    private final int nodeId;
    private final Function<String, InboundChannels> inbound;
    private final Time time;

    /** @param inbound by the link's name, what its source brokers have dialled */
    SourceConnectors(int nodeId, Function<String, InboundChannels> inbound, Time time) {
        this.nodeId = nodeId;
        this.inbound = inbound;
        this.time = time;
    }

    /** For questions. */
    public SourceConnector of(String link, LinkConfig config) {
        return of(link, config, null);
    }

    /** @param memory for the records that are fetched; null if none are */
    public SourceConnector of(String link, LinkConfig config, @Nullable ReceiveMemory memory) {
        return new NetworkClientConnector(
                config,
                "hawser-" + link + "-broker-" + nodeId,
                memory,
                config.half() == LinkHalf.DESTINATION ? inbound.apply(link) : null,
                time);
    }
}
