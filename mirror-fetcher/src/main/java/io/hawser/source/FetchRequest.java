/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source;

import java.util.List;
import java.util.OptionalInt;
import org.apache.kafka.common.TopicIdPartition;

/**
 * A fetch of raw batches within a fetch session (Fetch, KIP-227).
 *
 * <p>Immutable.
 *
 * @param sessionId 0 when a session is asked for
 * @param sessionEpoch 0 when a session is asked for, else the next number of it
 * @param rack of the one who asks; the broker may name a replica there instead of answering with records (KIP-392)
 * @param partitions new or changed within the session
 * @param forgotten to be dropped from the session
 */
public record FetchRequest(
        int sessionId,
        int sessionEpoch,
        int maxWaitMs,
        int minBytes,
        int maxBytes,
        String rack,
        List<PartitionFetch> partitions,
        List<TopicIdPartition> forgotten)
        implements SourceRequest<FetchAnswer> {

    public FetchRequest {
        partitions = List.copyOf(partitions);
        forgotten = List.copyOf(forgotten);
    }

    /**
     * @param source topic id, name and number on the source
     * @param fetchOffset first offset wanted
     * @param currentLeaderEpoch epoch under which the broker is taken for the leader; it refuses if it knows better
     * @param lastFetchedEpoch source epoch of the record before {@code fetchOffset}; the broker tells where the logs part
     *     if its own record there is of another (KIP-595)
     */
    public record PartitionFetch(
            TopicIdPartition source,
            long fetchOffset,
            int currentLeaderEpoch,
            OptionalInt lastFetchedEpoch,
            int maxBytes) {}
}
