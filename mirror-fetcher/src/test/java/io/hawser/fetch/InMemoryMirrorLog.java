/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.batch.BatchHeader;
import io.hawser.status.FailureCode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;

/**
 * The destination's logs in memory. What a mirror must never do, a batch twice, of another leader epoch, damaged or larger
 * than an append may be, ends the test. Each replica is confined to the thread that appends to it.
 */
final class InMemoryMirrorLog implements MirrorLog {

    private final Map<TopicPartition, Replica> replicas = new ConcurrentHashMap<>();
    private int completions;

    /** One partition's log and how it behaves. */
    static final class Replica {
        private final List<ByteBuffer> batches = new ArrayList<>();
        private final List<Integer> appendSizes = new ArrayList<>();
        private final Deque<Consumer<Boolean>> unreplicated = new ArrayDeque<>();
        private int leaderEpoch;
        private long start;
        private long end;
        private int maxAppendBytes = 1 << 20;
        private boolean followersAnswer = true;
        private Optional<AppendOutcome> refusal = Optional.empty();
        private int acceptedBeforeRefusal;
        private int refusals = Integer.MAX_VALUE;

        long end() {
            return end;
        }

        List<ByteBuffer> batches() {
            return batches;
        }

        /** Batches per append, in order. */
        List<Integer> appendSizes() {
            return appendSizes;
        }

        void lead(int newLeaderEpoch) {
            leaderEpoch = newLeaderEpoch;
        }

        void limitAppendsTo(int bytes) {
            maxAppendBytes = bytes;
        }

        void refuse(FailureCode code) {
            refuseAfter(0, code);
        }

        void refuseAfter(int accepted, FailureCode code) {
            acceptedBeforeRefusal = accepted;
            refusal = Optional.of(new AppendOutcome.Refused(code, "refused by the test"));
        }

        /** Refuses the next append and none after it. */
        void refuseOnce(FailureCode code) {
            refuse(code);
            refusals = 1;
        }

        void acceptAgain() {
            refusal = Optional.empty();
            refusals = Integer.MAX_VALUE;
        }

        void stopFollowers() {
            followersAnswer = false;
        }

        void startFollowers() {
            followersAnswer = true;
            unreplicated.forEach(waiting -> waiting.accept(true));
            unreplicated.clear();
        }

        private AppendOutcome append(MirrorAssignment assignment, ByteBuffer records, Consumer<Boolean> replicated) {
            if (assignment.leaderEpoch() != leaderEpoch) {
                return new AppendOutcome.Fenced();
            }
            if (refusal.isPresent() && acceptedBeforeRefusal-- <= 0) {
                AppendOutcome refused = refusal.get();
                if (--refusals == 0) {
                    acceptAgain();
                }
                return refused;
            }
            List<ByteBuffer> whole = check(assignment, records);
            batches.addAll(whole);
            appendSizes.add(whole.size());
            if (followersAnswer) {
                replicated.accept(true);
            } else {
                unreplicated.add(replicated);
            }
            return new AppendOutcome.Appended();
        }

        /** Ends at an offset that must lie between two batches, or in a hole. */
        void truncateTo(long offset) {
            batches.removeIf(batch -> BatchHeader.baseOffset(batch, 0) >= offset);
            if (!batches.isEmpty()) {
                long last = BatchHeader.lastOffset(batches.get(batches.size() - 1), 0);
                require(last < offset, "truncated inside a batch, at " + offset + " of up to " + last);
            }
            end = Math.min(end, offset);
        }

        private List<ByteBuffer> check(MirrorAssignment assignment, ByteBuffer records) {
            List<ByteBuffer> whole = new ArrayList<>();
            int size = records.remaining();
            int read = 0;
            for (MutableRecordBatch batch :
                    MemoryRecords.readableRecords(records.duplicate()).batches()) {
                batch.ensureValid();
                require(batch.baseOffset() >= end, assignment + ": a batch twice, at " + batch.baseOffset());
                require(batch.partitionLeaderEpoch() == leaderEpoch, assignment + ": a batch of another epoch");
                ByteBuffer copy = ByteBuffer.allocate(batch.sizeInBytes());
                batch.writeTo(copy);
                whole.add(copy.flip());
                read += batch.sizeInBytes();
                end = batch.nextOffset();
            }
            require(read == size, assignment + ": " + (size - read) + " bytes that are no whole batch");
            require(size <= maxAppendBytes || whole.size() == 1, assignment + ": more than one append may hold");
            return whole;
        }

        private static void require(boolean held, String otherwise) {
            if (!held) {
                throw new AssertionError(otherwise);
            }
        }
    }

    Replica replica(TopicPartition partition) {
        return replicas.computeIfAbsent(partition, unknown -> new Replica());
    }

    /** How often it was told to wake who waits for appends. */
    int completions() {
        return completions;
    }

    @Override
    public Optional<Position> position(MirrorAssignment assignment) {
        Replica replica = replica(assignment.mirror());
        return replica.leaderEpoch == assignment.leaderEpoch()
                ? Optional.of(new Position(replica.start, replica.end, replica.end, replica.maxAppendBytes))
                : Optional.empty();
    }

    @Override
    public AppendOutcome append(MirrorAssignment assignment, ByteBuffer batches, Consumer<Boolean> replicated) {
        return replica(assignment.mirror()).append(assignment, batches, replicated);
    }

    @Override
    public void raiseLogStart(MirrorAssignment assignment, long offset) {
        Replica replica = replica(assignment.mirror());
        replica.start = Math.max(replica.start, Math.min(offset, replica.end));
    }

    @Override
    public void restartAt(MirrorAssignment assignment, long offset) {
        Replica replica = replica(assignment.mirror());
        replica.batches.clear();
        replica.start = offset;
        replica.end = offset;
    }

    @Override
    public Optional<Retention> retention(MirrorAssignment assignment, long nowMs) {
        return Optional.empty();
    }

    @Override
    public void completeAppends() {
        completions++;
    }

    /** Base offset of each batch, for messages. */
    static List<Long> baseOffsets(List<ByteBuffer> batches) {
        return batches.stream().map(batch -> BatchHeader.baseOffset(batch, 0)).toList();
    }
}
