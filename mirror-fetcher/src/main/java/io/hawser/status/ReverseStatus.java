/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A link that the source initiates, as one broker of either side sees it.
 *
 * <p>Immutable.
 *
 * @param broker node id of the broker that says so
 * @param peers brokers of the other side, and addresses of the other side that do not answer
 * @param failure why this broker cannot take part; null when it can
 * @param atMs when this was written, in milliseconds since the epoch
 */
public record ReverseStatus(
        String link, int broker, List<Peer> peers, @Nullable Failure failure, long atMs) {

    public ReverseStatus {
        peers = List.copyOf(peers);
    }

    /**
     * One broker of the other side.
     *
     * @param broker its node id; -1 as long as it is not known
     * @param address where it is dialled, or from where it dials
     * @param connected whether it can be talked to
     * @param waiting connections that wait to be used
     * @param used connections that were taken into use since this broker's plugin began
     * @param code why not; null when connected
     * @param problem the same as one line; null when connected
     */
    public record Peer(
            int broker,
            String address,
            boolean connected,
            int waiting,
            long used,
            @Nullable FailureCode code,
            @Nullable String problem) {}

    public boolean anyConnected() {
        return peers.stream().anyMatch(Peer::connected);
    }
}
