/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.verify;

import io.hawser.config.StartOffset;
import io.hawser.source.FetchAnswer;
import io.hawser.source.FetchAnswer.PartitionAnswer;
import io.hawser.source.FetchRequest;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceErrors;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceNode;
import io.hawser.source.SourceRequest.ClusterAnswer;
import io.hawser.source.SourceRequest.ConfigsOfTopic;
import io.hawser.source.SourceRequest.Offsets;
import io.hawser.source.SourceRequest.PartitionOffset;
import io.hawser.source.SourceRequest.SourcePartition;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.source.SourceRequest.TopicConfig;
import io.hawser.status.FailureCode;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/**
 * Logs of the source's partitions, read from their leaders.
 *
 * <p>Law: nothing is taken from another cluster than the one that the link is pinned to, or of another topic than the one that is
 * mirrored.
 *
 * <p>Confined to the link's verifying thread, which waits for the answers. All failures are {@link SourceException}s; of those
 * that are not unreachable, none is healed by waiting.
 */
final class SourceLog {

    /** Of a fetch that wants no session (KIP-227). */
    private static final int NO_SESSION = -1;

    /** For a source that has to get what it has from elsewhere first. */
    private static final int MAX_WAIT_MS = 500;

    private static final String CLEANUP_POLICY = "cleanup.policy";
    private static final String COMPACT = "compact";

    private final SourceClient client;
    private final String clusterId;
    private final Map<String, SourceTopic> topics = new HashMap<>();
    private final Set<String> missedOnce = new HashSet<>();

    SourceLog(SourceClient client, String clusterId) {
        this.client = client;
        this.clusterId = clusterId;
    }

    /**
     * @param highWatermark exclusive
     */
    record Extent(long logStartOffset, long highWatermark) {}

    /**
     * @param records empty if there is nothing
     * @param highWatermark exclusive; -1 when not told
     * @param throttled whether the source held back what there is (KIP-219)
     */
    record Read(ByteBuffer records, long highWatermark, boolean throttled) {}

    Extent extent(TopicIdPartition partition) throws SourceException {
        return new Extent(offset(partition, StartOffset.EARLIEST), offset(partition, StartOffset.LATEST));
    }

    /** Whether the topic's cleaner takes records from its midst; false if the source does not tell. */
    boolean isCompacted(TopicIdPartition partition) throws SourceException {
        ConfigsOfTopic configs = client.topicConfigs(Set.of(partition.topic())).get(partition.topic());
        TopicConfig policy = configs == null ? null : configs.configs().get(CLEANUP_POLICY);
        return policy != null && policy.value().contains(COMPACT);
    }

    /**
     * Reads raw batches, from the one on that holds the offset or the next one behind it.
     *
     * @throws SourceException with {@link FailureCode#GAP} if the log does not hold the offset any more, or not yet
     */
    Read read(TopicIdPartition partition, long offset, int maxBytes) throws SourceException {
        SourcePartition led = led(partition);
        FetchAnswer answer = client.ask(
                leader(partition, led),
                new FetchRequest(
                        0,
                        NO_SESSION,
                        MAX_WAIT_MS,
                        1,
                        maxBytes,
                        "",
                        List.of(new FetchRequest.PartitionFetch(
                                partition, offset, led.leaderEpoch(), OptionalInt.empty(), maxBytes)),
                        List.of()));
        if (answer.error() != Errors.NONE) {
            throw failure(partition, answer.error());
        }
        if (answer.partitions().isEmpty()) {
            return new Read(ByteBuffer.allocate(0), -1, answer.throttleMs() > 0);
        }
        PartitionAnswer found = answer.partitions().get(0);
        if (found.error() != Errors.NONE) {
            throw failure(partition, found.error());
        }
        return new Read(found.records(), found.highWatermark(), answer.throttleMs() > 0);
    }

    private long offset(TopicIdPartition partition, StartOffset spec) throws SourceException {
        SourcePartition led = led(partition);
        TopicPartition asked = partition.topicPartition();
        PartitionOffset found = client.ask(
                        leader(partition, led),
                        new Offsets(Map.of(asked, led.leaderEpoch()), spec, /* stable= */ false))
                .offsets()
                .get(asked);
        Errors error = found == null ? Errors.UNKNOWN_TOPIC_OR_PARTITION : found.error();
        if (found == null || error != Errors.NONE) {
            throw failure(partition, error);
        }
        return found.offset();
    }

    private SourceNode leader(TopicIdPartition partition, SourcePartition led) throws SourceException {
        SourceNode leader = client.nodes().get(led.leader());
        if (leader == null) {
            topics.remove(partition.topic());
            throw unreachable(partition.topicPartition() + " has no leader on the source");
        }
        return leader;
    }

    private SourcePartition led(TopicIdPartition partition) throws SourceException {
        SourceTopic topic = topics.get(partition.topic());
        if (topic == null) {
            topic = ask(partition);
            topics.put(partition.topic(), topic);
        }
        if (partition.partition() >= topic.partitions().size()) {
            throw failed(
                    FailureCode.SOURCE_TOPIC_RECREATED, partition.topicPartition() + " is not there on the source");
        }
        return topic.partitions().get(partition.partition());
    }

    private SourceTopic ask(TopicIdPartition partition) throws SourceException {
        String name = partition.topic();
        ClusterAnswer cluster = client.cluster(Set.of(name));
        if (!clusterId.equals(cluster.clusterId())) {
            throw failed(
                    FailureCode.SOURCE_CLUSTER_CHANGED,
                    "the link is to cluster " + clusterId + ", but " + cluster.clusterId() + " answers");
        }
        SourceTopic topic = cluster.topics().get(name);
        if (topic == null || topic.error() == Errors.UNKNOWN_TOPIC_OR_PARTITION) {
            if (missedOnce.add(name)) {
                throw unreachable(name + " was not seen on the source; looking again");
            }
            throw failed(FailureCode.SOURCE_TOPIC_DELETED, name + " does not exist on the source any more");
        }
        missedOnce.remove(name);
        if (topic.error() != Errors.NONE) {
            throw new SourceException(
                    SourceErrors.failure(name + " on the source", SourceErrors.READ_TOPIC, topic.error()));
        }
        if (!topic.id().equals(partition.topicId()) && !Uuid.ZERO_UUID.equals(partition.topicId())) {
            throw failed(
                    FailureCode.SOURCE_TOPIC_RECREATED,
                    name + " is topic " + topic.id() + " on the source now; the mirror is of " + partition.topicId());
        }
        return topic;
    }

    private SourceException failure(TopicIdPartition partition, Errors error) {
        String what = "reading " + partition.topicPartition() + " on the source";
        if (SourceErrors.leaderMoved(error)) {
            topics.remove(partition.topic());
            return unreachable(what + ": " + error.message());
        }
        return new SourceException(SourceErrors.failure(what, SourceErrors.READ_TOPIC, error));
    }

    private static SourceException unreachable(String message) {
        return failed(FailureCode.SOURCE_UNREACHABLE, message);
    }

    private static SourceException failed(FailureCode code, String message) {
        return new SourceException(new SourceFailure(code, message));
    }
}
