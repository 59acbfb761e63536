/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.config.StartOffset;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceErrors;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceNode;
import io.hawser.source.SourceRequest.ClusterAnswer;
import io.hawser.source.SourceRequest.EpochEnd;
import io.hawser.source.SourceRequest.EpochEnds;
import io.hawser.source.SourceRequest.EpochEndsAnswer;
import io.hawser.source.SourceRequest.EpochQuestion;
import io.hawser.source.SourceRequest.SourcePartition;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.status.FailureCode;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/**
 * Where partitions are to be fetched from, by one description of the source: from which broker, under which epoch, at which
 * offset.
 *
 * <p>Law: a mirror resumes where its log ends. Only one that has never held anything begins where the source begins, or where
 * its owner wants it to, so nothing that the source deleted in the meantime is passed over in silence.
 *
 * <p>Confined to the link's thread; blocks while it asks the source for offsets, once per topic and round.
 */
final class PartitionStart {

    private static final int OBSERVATIONS_OF_DELETION = 2;

    private final SourceClient client;
    private final ClusterAnswer cluster;
    private final MirrorLog log;
    private final LossPolicies policies;
    private final Collection<MirrorSlot> due;
    private final Map<SourceNode, EpochEndsAnswer> epochEnds = new HashMap<>();
    private final Map<SourceNode, SourceException> unanswered = new HashMap<>();
    private final Map<String, List<Long>> earliest = new HashMap<>();
    private final Map<String, List<Long>> latest = new HashMap<>();

    /** @param due all partitions that are to be found a place in this round, with their lineages loaded */
    PartitionStart(
            SourceClient client,
            ClusterAnswer cluster,
            MirrorLog log,
            LossPolicies policies,
            Collection<MirrorSlot> due) {
        this.due = List.copyOf(due);
        this.policies = policies;
        this.client = client;
        this.cluster = cluster;
        this.log = log;
    }

    /**
     * @param logEndOffset of the mirror's log
     * @param offset first one to fetch
     * @param verified whether it is known that the source's log holds all that the mirror's does
     */
    record Place(SourceNode leader, int leaderEpoch, long logEndOffset, long offset, boolean verified) {}

    Place find(MirrorSlot slot) throws SourceException {
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
        long end = logEndOffset(slot);
        boolean verified = end == 0 || slot.mayDiffer();
        long offset = startOffset(new Candidate(slot, topic, partition, leader), end);
        return new Place(leader, partition.leaderEpoch(), logEndOffset(slot), offset, verified);
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
            throw new SourceException(
                    SourceErrors.failure(name + " on the source", SourceErrors.READ_TOPIC, topic.error()));
        }
        if (!topic.id().equals(pinnedId)) {
            throw failure(
                    FailureCode.SOURCE_TOPIC_RECREATED,
                    name + " is topic " + topic.id() + " on the source now; the mirror is of " + pinnedId);
        }
        return topic;
    }

    private long logEndOffset(MirrorSlot slot) throws SourceException {
        return log.position(slot.assignment())
                .map(MirrorLog.Position::logEndOffset)
                .orElseThrow(() ->
                        failure(FailureCode.LEADER_UNAVAILABLE, "this broker does not lead the mirror partition"));
    }

    /** A partition whose leader on the source is known. */
    private record Candidate(MirrorSlot slot, SourceTopic topic, SourcePartition partition, SourceNode leader) {}

    private long startOffset(Candidate candidate, long end) throws SourceException {
        if (end == 0) {
            long start = Math.max(
                    sourceStart(candidate), policies.startAt(candidate.slot().assignment()));
            return start == 0 ? 0 : behindNothing(candidate, start);
        }
        if (candidate.slot().outOfRange() && end < sourceStart(candidate)) {
            return behindGap(candidate, end);
        }
        if (candidate.slot().mayDiffer()) {
            requireSameRecords(candidate, end);
        }
        return end;
    }

    private long behindGap(Candidate candidate, long end) throws SourceException {
        long sourceStart = sourceStart(candidate);
        if (!policies.passOver(candidate.slot().assignment(), end, sourceStart)) {
            throw failure(
                    FailureCode.GAP,
                    candidate.slot().assignment().source().topicPartition() + ": the source deleted offsets " + end
                            + " to " + (sourceStart - 1) + " before they were mirrored");
        }
        return behindNothing(candidate, sourceStart);
    }

    /**
     * The source's log starts beyond the mirror's end. Where it holds nothing else, no batch will tell the mirror's log to go
     * there, and records of a later writer would get offsets that the source has used.
     */
    private long behindNothing(Candidate candidate, long sourceStart) throws SourceException {
        if (sourceEnd(candidate) == sourceStart) {
            log.restartAt(candidate.slot().assignment(), sourceStart);
        }
        return sourceStart;
    }

    /** Asks once more where the logs part: a source that got back what it had lost is followed again. */
    private void requireSameRecords(Candidate candidate, long end) throws SourceException {
        MirrorSlot slot = candidate.slot();
        OptionalInt lastEpoch = candidate.slot().loadedLineage().epochBefore(end);
        if (slot.commonEnd() != MirrorSlot.NOT_DIVERGED && !slot.divergedByEpoch()) {
            throw diverged(slot, slot.commonEnd(), end);
        }
        if (lastEpoch.isEmpty()) {
            long sourceEnd = sourceEnd(candidate);
            if (end > sourceEnd) {
                throw diverged(slot, sourceEnd, end);
            }
            return;
        }
        EpochEnd answer = epochEnd(candidate);
        if (answer.error() != Errors.NONE) {
            throw new SourceException(SourceErrors.failure(
                    "leader epochs of " + slot.assignment().source().topicPartition() + " on the source",
                    SourceErrors.READ_TOPIC,
                    answer.error()));
        }
        if (answer.epoch() != lastEpoch.getAsInt() || answer.endOffset() < end) {
            throw diverged(
                    slot, slot.loadedLineage().commonEnd(answer.epoch(), Math.max(0, answer.endOffset()), end), end);
        }
    }

    /** The first question to a leader is for all that it leads, and it is put once: thousands may have moved to it. */
    private EpochEnd epochEnd(Candidate candidate) throws SourceException {
        SourceNode leader = candidate.leader();
        SourceException failure = unanswered.get(leader);
        if (failure != null) {
            throw failure;
        }
        EpochEndsAnswer answer = epochEnds.get(leader);
        if (answer == null) {
            try {
                answer = client.ask(leader, new EpochEnds(questionsTo(leader)));
            } catch (SourceException e) {
                unanswered.put(leader, e);
                throw e;
            }
            epochEnds.put(leader, answer);
        }
        return answer.ends()
                .getOrDefault(
                        candidate.slot().assignment().source().topicPartition(),
                        new EpochEnd(Errors.UNKNOWN_TOPIC_OR_PARTITION, -1, -1));
    }

    private Map<TopicPartition, EpochQuestion> questionsTo(SourceNode leader) {
        Map<TopicPartition, EpochQuestion> questions = new HashMap<>();
        for (MirrorSlot slot : due) {
            TopicPartition wanted = slot.assignment().source().topicPartition();
            SourceTopic topic = cluster.topics().get(wanted.topic());
            if (slot.mayDiffer()
                    && topic != null
                    && wanted.partition() < topic.partitions().size()) {
                SourcePartition partition = topic.partitions().get(wanted.partition());
                OptionalInt lastEpoch = log.position(slot.assignment())
                        .map(position -> slot.loadedLineage().epochBefore(position.logEndOffset()))
                        .orElse(OptionalInt.empty());
                if (leader.equals(cluster.nodes().get(partition.leader())) && lastEpoch.isPresent()) {
                    questions.put(wanted, new EpochQuestion(partition.leaderEpoch(), lastEpoch.getAsInt()));
                }
            }
        }
        return questions;
    }

    private long sourceStart(Candidate candidate) throws SourceException {
        return offsets(earliest, candidate.topic(), StartOffset.EARLIEST)
                .get(candidate.partition().partition());
    }

    private long sourceEnd(Candidate candidate) throws SourceException {
        return offsets(latest, candidate.topic(), StartOffset.LATEST)
                .get(candidate.partition().partition());
    }

    private SourceException diverged(MirrorSlot slot, long commonEnd, long end) {
        boolean dropped = policies.drop(slot.assignment(), commonEnd, end);
        return failure(
                FailureCode.DIVERGED,
                slot.assignment().source().topicPartition() + ": the source has lost or replaced offsets " + commonEnd
                        + " to " + (end - 1) + ", which are mirrored"
                        + (dropped ? "; they are being dropped here" : ""));
    }

    private List<Long> offsets(Map<String, List<Long>> known, SourceTopic topic, StartOffset spec)
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
