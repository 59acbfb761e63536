/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * What a source broker answered to a fetch.
 *
 * @param error of the whole request, among them the errors of the session
 * @param tellsDivergence whether the broker compared the last fetched epochs with its log (Fetch 12 and newer, KIP-595);
 *     if not, records may be there that do not belong behind those of the one who asked
 * @param sessionId 0 when the broker keeps no session
 * @param throttleMs how long the broker's quotas want to hear nothing more (KIP-219); the channel heeds it by itself
 * @param partitions within a session only those with news
 */
public record FetchAnswer(
        Errors error, boolean tellsDivergence, int sessionId, int throttleMs, List<PartitionAnswer> partitions) {

    public FetchAnswer {
        partitions = List.copyOf(partitions);
    }

    /**
     * One partition's part.
     *
     * @param topic name; empty when the source speaks of topics by id (Fetch 13 and newer)
     * @param topicId ZERO when the source speaks of topics by name
     * @param highWatermark -1 when not known
     * @param logStartOffset -1 when not known
     * @param diverging where the logs part, when they do; there are no records then
     * @param preferredReplica id of the broker that the fetcher had better ask, since it is nearer (KIP-392); there are no records
     *     then. -1 if there is none
     * @param leader the leader that the broker knows of, when it is not the leader itself
     * @param records whole batches, and perhaps a part of one more; a view of the answer's buffer, for the caller to
     *     change and to keep
     */
    public record PartitionAnswer(
            String topic,
            Uuid topicId,
            int partition,
            Errors error,
            long highWatermark,
            long logStartOffset,
            @Nullable Diverging diverging,
            int preferredReplica,
            @Nullable Leader leader,
            ByteBuffer records) {

        /** The same with other records. */
        public PartitionAnswer with(ByteBuffer others) {
            return new PartitionAnswer(
                    topic,
                    topicId,
                    partition,
                    error,
                    highWatermark,
                    logStartOffset,
                    diverging,
                    preferredReplica,
                    leader,
                    others);
        }
    }

    /** The end of the largest epoch that the source has and that is not above the one asked about. */
    public record Diverging(int epoch, long endOffset) {}

    public record Leader(int id, int epoch) {}
}
