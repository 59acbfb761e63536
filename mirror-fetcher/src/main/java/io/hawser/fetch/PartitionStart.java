/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.lineage.EpochLineage;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceErrors;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceNode;
import io.hawser.source.SourceRequest.ClusterAnswer;
import io.hawser.source.SourceRequest.Offsets;
import io.hawser.source.SourceRequest.SourcePartition;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.status.FailureCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/**
 * Where partitions are to be fetched from, by one description of the source: from which broker, under which epoch, at which
 * offset.
 *
 * <p>Law: a mirror resumes where its log ends. Only one that has never held anything begins where the source begins, so
 * nothing that the source deleted in the meantime is passed over in silence.
 *
 * <p>Confined to the link's thread; blocks while it asks the source for offsets, once per topic and round.
 */
final class PartitionStart {

    private static final int OBSERVATIONS_OF_DELETION = 2;

    private final SourceClient client;
    private final ClusterAnswer cluster;
    private final MirrorLog log;
    private final Map<String, List<Long>> earliest = new HashMap<>();
    private final Map<String, List<Long>> latest = new HashMap<>();

    PartitionStart(SourceClient client, ClusterAnswer cluster, MirrorLog log) {
        this.client = client;
        this.cluster = cluster;
        this.log = log;
    }

    /** @param offset first one to fetch */
    record Place(SourceNode leader, int leaderEpoch, long offset) {}

    Place find(MirrorSlot slot, EpochLineage lineage) throws SourceException {
        SourceTopic topic = pinnedTopic(slot);
        int number = slot.assignment().source().partition();
        if (number >= topic.partitions().size()) {
            throw failure(
                    FailureCode.SOURCE_TOPIC_RECREATED,
                    topic.name() + " has " + topic.partitions().size() + " partitions on the source, fewer than here");
        }
        SourcePartition partition = topic.partitions().get(number);
        SourceNode leader = cluster.nodes().get(partition.leader());
        if (leader == null) {
            throw failure(FailureCode.SOURCE_UNREACHABLE, topic.name() + "-" + number + " has no leader on the source");
        }
        return new Place(leader, partition.leaderEpoch(), startOffset(slot, lineage, topic));
    }

    private SourceTopic pinnedTopic(MirrorSlot slot) throws SourceException {
        String name = slot.assignment().source().topic();
        Uuid pinnedId = slot.assignment().source().topicId();
        SourceTopic topic = cluster.topics().get(name);
        if (topic == null || topic.error() == Errors.UNKNOWN_TOPIC_OR_PARTITION) {
            throw slot.missingOnceMore() < OBSERVATIONS_OF_DELETION
                    ? failure(FailureCode.SOURCE_UNREACHABLE, name + " was not seen on the source; looking again")
                    : failure(FailureCode.SOURCE_TOPIC_DELETED, name + " does not exist on the source any more");
        }
        if (topic.error() != Errors.NONE) {
            throw failure(
                    SourceErrors.failureCode(topic.error()),
                    name + " on the source: " + topic.error().message());
        }
        if (!topic.id().equals(pinnedId)) {
            throw failure(
                    FailureCode.SOURCE_TOPIC_RECREATED,
                    name + " is topic " + topic.id() + " on the source now; the mirror is of " + pinnedId);
        }
        return topic;
    }

    private long startOffset(MirrorSlot slot, EpochLineage lineage, SourceTopic topic) throws SourceException {
        Optional<MirrorLog.Position> position = log.position(slot.assignment());
        if (position.isEmpty()) {
            throw failure(FailureCode.LEADER_UNAVAILABLE, "this broker does not lead the mirror partition");
        }
        int number = slot.assignment().source().partition();
        long end = position.get().logEndOffset();
        if (end == 0 && lineage.entries().isEmpty()) {
            return offsets(earliest, topic, Offsets.Spec.EARLIEST).get(number);
        }
        if (slot.outOfRange()) {
            requireInRange(topic, number, end);
        }
        return end;
    }

    private void requireInRange(SourceTopic topic, int number, long end) throws SourceException {
        long sourceStart = offsets(earliest, topic, Offsets.Spec.EARLIEST).get(number);
        long sourceEnd = offsets(latest, topic, Offsets.Spec.LATEST).get(number);
        if (end < sourceStart) {
            throw failure(
                    FailureCode.GAP,
                    topic.name() + "-" + number + ": the source deleted offsets " + end + " to " + (sourceStart - 1)
                            + " before they were mirrored");
        }
        if (end > sourceEnd) {
            throw failure(
                    FailureCode.DIVERGED,
                    topic.name() + "-" + number + ": the source ends at " + sourceEnd + ", the mirror at " + end);
        }
    }

    private List<Long> offsets(Map<String, List<Long>> known, SourceTopic topic, Offsets.Spec spec)
            throws SourceException {
        List<Long> offsets = known.get(topic.name());
        if (offsets == null) {
            offsets = client.offsets(topic, spec);
            known.put(topic.name(), offsets);
        }
        return offsets;
    }

    private static SourceException failure(FailureCode code, String message) {
        return new SourceException(new SourceFailure(code, message));
    }
}
