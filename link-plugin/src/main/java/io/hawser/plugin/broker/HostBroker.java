/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.broker;

import io.hawser.fetch.MirrorAssignment;
import io.hawser.fetch.MirrorLog;
import io.hawser.fetch.MirrorReader;
import io.hawser.reverse.Address;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The broker that the plugin runs in. Thread-safe; nothing here blocks, but for {@link #serve}. */
public interface HostBroker {

    int nodeId();

    String clusterId();

    String kafkaVersion();

    /** The logs that this broker leads. */
    MirrorLog mirrorLog();

    /** The same logs, to be read. */
    MirrorReader mirrorReader();

    /** Where the broker shows figures. */
    BrokerMetrics metrics();

    /**
     * Tells of the cluster's metadata, now and after each change, on the metadata loader's thread: the listener must hand
     * over and return.
     */
    void listen(Consumer<ClusterView> listener);

    /**
     * Appends an ABORT marker for each transaction that is open in a partition and was begun before an offset.
     *
     * @param before exclusive
     * @return whether none is open and all in-sync replicas know; if not, call again
     */
    boolean abortOpenTransactions(MirrorAssignment assignment, long before);

    /**
     * Drops what a mirror partition holds from an offset on. Nothing may be appended meanwhile.
     *
     * @param offset new log end offset, exclusive
     * @param replicas brokers that have to have dropped it as well
     * @return whether none of them holds anything beyond it any more, each by its own word after the drop; if not, call again
     */
    boolean truncate(MirrorAssignment assignment, long offset, List<Integer> replicas);

    /**
     * Where a leader epoch of this cluster ends in a partition's log (KIP-101).
     *
     * @return of the largest epoch known that is not above the one asked about; empty if none is, or this broker does not lead
     */
    Optional<EpochEnd> endOfEpoch(MirrorAssignment assignment, int epoch);

    /** @param endOffset exclusive */
    record EpochEnd(int epoch, long endOffset) {}

    /** Where clients reach a Kafka listener of this broker; empty if none of that name serves just now. */
    Optional<Address> listener(String name);

    /**
     * Serves a connected socket as if one of the broker's Kafka listeners had accepted it. May wait as long as the listener's limits on new
     * connections say.
     *
     * @throws IOException if the listener does not take it; it is closed then
     */
    void serve(SocketChannel channel, String listener) throws IOException;

    /** Takes the plugin out of the broker again; it gets no more metadata. */
    void release();
}
