/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.broker.kafka43;

import io.hawser.fetch.AppendOutcome;
import io.hawser.fetch.MirrorAssignment;
import io.hawser.fetch.MirrorLog;
import io.hawser.plugin.broker.HostBroker;
import io.hawser.plugin.broker.UnsupportedBrokerException;
import io.hawser.status.FailureCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import kafka.cluster.Partition;
import kafka.server.ReplicaManager;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ProduceResponse.PartitionResponse;
import org.apache.kafka.server.common.RequestLocal;
import org.apache.kafka.server.replica.Replica;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogStartOffsetIncrementReason;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;

/**
 * The replica manager's logs. Appends as a Raft leader does: offsets are kept, and every batch must carry the leader epoch
 * that is in force under the partition's lock, so a deposed leader appends nothing.
 *
 * <p>Thread-safe.
 */
final class Kafka43MirrorLog implements MirrorLog {

    private static final short ALL_IN_SYNC_REPLICAS = -1;
    private static final short TRANSACTION_VERSION = 0;
    private static final long REPLICATION_TIMEOUT_MS = 30_000;

    private final ReplicaManager replicas;
    private final Map<TopicPartition, Truncation> truncations = new ConcurrentHashMap<>();

    /** Since when the leader's log ends where it is to end. */
    private record Truncation(MirrorAssignment assignment, long offset, long sinceMs) {
        boolean isOf(MirrorAssignment other, long otherOffset) {
            return assignment.equals(other) && offset == otherOffset;
        }
    }

    Kafka43MirrorLog(ReplicaManager replicas) {
        this.replicas = replicas;
    }

    /** Looks up what is called below: a method that has moved shows now, not at the first append. */
    static void selfTest() throws UnsupportedBrokerException {
        try {
            ReplicaManager.class.getMethod(
                    "appendRecords",
                    long.class,
                    short.class,
                    boolean.class,
                    AppendOrigin.class,
                    scala.collection.Map.class,
                    scala.Function1.class,
                    scala.Function1.class,
                    RequestLocal.class,
                    scala.collection.Map.class,
                    short.class);
            ReplicaManager.class.getMethod("tryCompleteActions");
            Partition.class.getMethod("getLeaderEpoch");
            Partition.class.getMethod("truncateTo", long.class, boolean.class);
            Partition.class.getMethod("truncateFullyAndStartAt", long.class, boolean.class, Optional.class);
            Partition.class.getMethod("leaderEpochStartOffsetOpt_$eq", Option.class);
            Partition.class.getMethod("remoteReplicas");
            Replica.class.getMethod("stateSnapshot");
            UnifiedLog.class.getMethod("activeProducers");
            UnifiedLog.class.getMethod("endOffsetForEpoch", int.class);
            UnifiedLog.class.getMethod("maybeIncrementLogStartOffset", long.class, LogStartOffsetIncrementReason.class);
        } catch (NoSuchMethodException e) {
            throw new UnsupportedBrokerException("a method that mirroring needs is not there: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<Position> position(MirrorAssignment assignment) {
        return leaderLog(assignment)
                .map(log -> new Position(
                        log.logStartOffset(),
                        log.logEndOffset(),
                        log.highWatermark(),
                        log.config().segmentSize()));
    }

    @Override
    public AppendOutcome append(MirrorAssignment assignment, ByteBuffer batches, Consumer<Boolean> replicated) {
        return append(assignment, MemoryRecords.readableRecords(batches), replicated);
    }

    @Override
    public void completeAppends() {
        replicas.tryCompleteActions();
    }

    @Override
    public void raiseLogStart(MirrorAssignment assignment, long offset) {
        leaderLog(assignment)
                .ifPresent(log -> log.maybeIncrementLogStartOffset(
                        Math.min(offset, log.highWatermark()), LogStartOffsetIncrementReason.ClientRecordDeletion));
    }

    @Override
    public void restartAt(MirrorAssignment assignment, long offset) {
        leader(assignment).ifPresent(partition -> partition.truncateFullyAndStartAt(offset, false, Optional.empty()));
    }

    @Override
    public Optional<Retention> retention(MirrorAssignment assignment, long nowMs) {
        return leaderLog(assignment).flatMap(log -> {
            boolean deletes = log.config().delete;
            long totalMs = deletes ? log.config().retentionMs : log.config().deleteRetentionMs;
            if (totalMs < 0 || log.logEndOffset() == log.logStartOffset()) {
                return Optional.empty();
            }
            try {
                long lastMs = log.activeSegment().largestTimestamp();
                return Optional.of(new Retention(lastMs + totalMs - nowMs, totalMs, !deletes));
            } catch (IOException e) {
                return Optional.empty();
            }
        });
    }

    /**
     * Followers take a shorter leader's log for theirs when they next fetch; what a follower was last known to hold says
     * nothing, since it may have got more since.
     */
    boolean truncate(MirrorAssignment assignment, long offset, List<Integer> replicasToo) {
        Optional<Partition> found = leader(assignment);
        if (found.isEmpty()) {
            return false;
        }
        Partition partition = found.get();
        Truncation begun = truncations.compute(
                assignment.mirror(),
                (mirror, known) -> known != null && known.isOf(assignment, offset)
                        ? known
                        : new Truncation(assignment, offset, System.currentTimeMillis()));
        if (partition.localLogOrException().logEndOffset() > offset) {
            partition.truncateTo(offset, false);
            // Else the leader waits for the log to be as long again as when its epoch began, before it lets a replica
            // that was away back in sync, or tells a client where the log ends.
            partition.leaderEpochStartOffsetOpt_$eq(Option.apply(offset));
            truncations.put(assignment.mirror(), new Truncation(assignment, offset, System.currentTimeMillis()));
            return false;
        }
        boolean everywhere = CollectionConverters.asJava(
                        partition.remoteReplicas().toSeq())
                .stream()
                .filter(replica -> replicasToo.contains(replica.brokerId()))
                .map(Replica::stateSnapshot)
                .allMatch(replica -> replica.lastFetchTimeMs() > begun.sinceMs() && replica.logEndOffset() <= offset);
        if (everywhere) {
            truncations.remove(assignment.mirror());
        }
        return everywhere;
    }

    Optional<HostBroker.EpochEnd> endOfEpoch(MirrorAssignment assignment, int epoch) {
        return leaderLog(assignment)
                .flatMap(log -> log.endOffsetForEpoch(epoch))
                .map(found -> new HostBroker.EpochEnd(found.epoch(), found.offset()));
    }

    boolean abortOpenTransactions(MirrorAssignment assignment, long before) {
        Optional<UnifiedLog> found = leaderLog(assignment);
        if (found.isEmpty()) {
            return false;
        }
        UnifiedLog log = found.get();
        for (ProducerState producer : log.activeProducers()) {
            if (producer.currentTxnStartOffset() >= 0 && producer.currentTxnStartOffset() < before) {
                append(assignment, abortMarker(assignment, log, producer), done -> {});
            }
        }
        completeAppends();
        // A transaction holds it back until all in-sync replicas have its marker. The log may have become shorter than
        // that.
        return log.lastStableOffset() >= Math.min(before, log.logEndOffset());
    }

    private static MemoryRecords abortMarker(MirrorAssignment assignment, UnifiedLog log, ProducerState producer) {
        return MemoryRecords.withEndTransactionMarker(
                log.logEndOffset(),
                System.currentTimeMillis(),
                assignment.leaderEpoch(),
                producer.producerId(),
                (short) producer.producerEpoch(),
                new EndTransactionMarker(ControlRecordType.ABORT, Math.max(0, producer.coordinatorEpoch())));
    }

    private Optional<Partition> leader(MirrorAssignment assignment) {
        Option<Partition> partition = replicas.onlinePartition(assignment.mirror());
        return partition.isEmpty()
                        || partition.get().getLeaderEpoch() != assignment.leaderEpoch()
                        || !partition.get().isLeader()
                ? Optional.empty()
                : Optional.of(partition.get());
    }

    /** Empty unless this broker leads the partition under the assignment's epoch. */
    Optional<UnifiedLog> leaderLog(MirrorAssignment assignment) {
        return leader(assignment).flatMap(partition -> {
            Option<UnifiedLog> log = partition.leaderLogIfLocal();
            return log.isEmpty() ? Optional.empty() : Optional.of(log.get());
        });
    }

    private AppendOutcome append(MirrorAssignment assignment, MemoryRecords records, Consumer<Boolean> replicated) {
        Answer answer = new Answer(assignment.mirrorIdPartition(), replicated);
        replicas.appendRecords(
                REPLICATION_TIMEOUT_MS,
                ALL_IN_SYNC_REPLICAS,
                false,
                AppendOrigin.RAFT_LEADER,
                CollectionConverters.asScala(Map.of(assignment.mirrorIdPartition(), records)),
                responses -> answer.take(Objects.requireNonNull(responses.get(assignment.mirrorIdPartition()))),
                stats -> BoxedUnit.UNIT,
                RequestLocal.noCaching(),
                CollectionConverters.asScala(Map.of()),
                TRANSACTION_VERSION);
        return answer.outcome();
    }

    /**
     * Sorts what Kafka says at once, which is about the local append, from what it says later, which is about replicas. A
     * response on the calling thread may be either; the error tells.
     */
    private static final class Answer {
        private final TopicIdPartition partition;
        private final Consumer<Boolean> replicated;
        private final AtomicReference<AppendOutcome> refusal = new AtomicReference<>();

        Answer(TopicIdPartition partition, Consumer<Boolean> replicated) {
            this.partition = partition;
            this.replicated = replicated;
        }

        BoxedUnit take(PartitionResponse response) {
            switch (response.error) {
                case NONE -> replicated.accept(true);
                case REQUEST_TIMED_OUT, NOT_ENOUGH_REPLICAS_AFTER_APPEND -> replicated.accept(false);
                default -> {
                    if (response.baseOffset >= 0) {
                        // Appended here, then leadership was lost while waiting for the replicas.
                        replicated.accept(false);
                    } else {
                        refusal.set(refused(response));
                    }
                }
            }
            return BoxedUnit.UNIT;
        }

        AppendOutcome outcome() {
            AppendOutcome refused = refusal.get();
            return refused == null ? new AppendOutcome.Appended() : refused;
        }

        private AppendOutcome refused(PartitionResponse response) {
            Errors error = response.error;
            return switch (error) {
                case NOT_LEADER_OR_FOLLOWER, UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID, INVALID_RECORD ->
                    new AppendOutcome.Fenced();
                case NOT_ENOUGH_REPLICAS -> refused(FailureCode.NOT_ENOUGH_REPLICAS, response);
                case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE -> refused(FailureCode.RECORD_TOO_LARGE, response);
                case CORRUPT_MESSAGE -> refused(FailureCode.CORRUPT_BATCH, response);
                default -> refused(FailureCode.INTERNAL, response);
            };
        }

        private AppendOutcome refused(FailureCode code, PartitionResponse response) {
            String detail = response.errorMessage == null ? response.error.message() : response.errorMessage;
            return new AppendOutcome.Refused(code, "append to " + partition.topicPartition() + ": " + detail);
        }
    }
}
