/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.batch.BatchHeader;
import io.hawser.batch.BatchRewriter;
import io.hawser.batch.BatchStep;
import io.hawser.batch.BatchWalk;
import io.hawser.lineage.EpochLineage;
import io.hawser.source.FetchAnswer;
import io.hawser.source.FetchAnswer.PartitionAnswer;
import io.hawser.source.FetchRequest;
import io.hawser.source.FetchRequest.PartitionFetch;
import io.hawser.source.SourceErrors;
import io.hawser.source.SourceFailure;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * All partitions that one fetcher mirrors from one source broker: what to ask for next, what an answer means, and the
 * appends that follow from it.
 *
 * <p>Law: an answer's batches are appended only if they were asked for at exactly the partition's next offset, so a log never
 * gets a hole or the same batch twice, whatever happened between request and answer. Each partition fails and heals
 * alone.
 *
 * <p>The driver calls {@link #nextRequest}, then {@link #accept} with the answer, then {@link #nextRequest} again, and only
 * then {@link #appendTaken}: the source works on the next answer while this one is appended.
 *
 * <p>Confined to the fetcher thread. Knows no thread, socket or clock.
 */
final class BrokerFetch {

    /** How soon to look again at a partition that waits for its replicas or for its lineage. */
    private static final long HELD_BACK_CHECK_MS = 20;

    /** What waits for longer is fetched again instead, so that its memory is not kept from others. */
    private static final long PARKED_LIMIT_MS = 500;

    private final FetchSettings settings;
    private final LinkLimits limits;
    private final MirrorLog log;
    private final BatchRewriter rewriter;
    private final LineageWriter lineageWriter;
    private final FetchEvents events;
    private final LinkTraffic traffic;
    private final Backoff backoff;
    private final FetchSession session;
    private final BatchWalk walk = new BatchWalk();
    private final SourceHealth health = new SourceHealth();
    private final Map<TopicPartition, MirroredPartition> partitions = new LinkedHashMap<>();
    private final Map<Uuid, Map<Integer, MirroredPartition>> bySourceId = new HashMap<>();
    private final Map<TopicPartition, MirroredPartition> bySourceName = new HashMap<>();
    private final Set<MirroredPartition> heldBack = new LinkedHashSet<>();
    private final Deque<Taken> taken = new ArrayDeque<>();
    private final Map<MirroredPartition, Parked> parked = new HashMap<>();
    /** What is left, for the request that is being made, of the rate of catching up. */
    private long catchUpBytes;

    /** What an answer holds of one partition from the first batch of an epoch on that is not kept yet. */
    private record Parked(PartitionAnswer part, long nextOffset, long sinceMs) {}

    /** Batches of one partition that were rewritten and wait to be appended. */
    private record Taken(MirroredPartition partition, ByteBuffer batches, int batchCount, long recordCount) {}

    BrokerFetch(
            FetchSettings settings,
            LinkLimits limits,
            MirrorLog log,
            BatchRewriter rewriter,
            LineageWriter lineageWriter,
            FetchEvents events,
            LinkTraffic traffic,
            Backoff backoff) {
        this.settings = settings;
        this.session = new FetchSession(settings.rack());
        this.limits = limits;
        this.log = log;
        this.rewriter = rewriter;
        this.lineageWriter = lineageWriter;
        this.events = events;
        this.traffic = traffic;
        this.backoff = backoff;
    }

    /** Takes a partition on, from its next offset, as led by this source broker under an epoch. */
    void add(MirroredPartition partition, int sourceLeaderEpoch) {
        partition.followLeader(sourceLeaderEpoch, health);
        TopicIdPartition source = partition.assignment().source();
        partitions.put(partition.assignment().mirror(), partition);
        bySourceId.computeIfAbsent(source.topicId(), id -> new HashMap<>()).put(source.partition(), partition);
        bySourceName.put(source.topicPartition(), partition);
        heldBack.add(partition);
    }

    /** Lets a partition go. Nothing of it is appended after this returns. */
    void remove(MirroredPartition partition) {
        if (!partitions.remove(partition.assignment().mirror(), partition)) {
            return;
        }
        TopicIdPartition source = partition.assignment().source();
        Map<Integer, MirroredPartition> ofTopic = bySourceId.get(source.topicId());
        if (ofTopic != null) {
            ofTopic.remove(source.partition(), partition);
            if (ofTopic.isEmpty()) {
                bySourceId.remove(source.topicId());
            }
        }
        bySourceName.remove(source.topicPartition(), partition);
        heldBack.remove(partition);
        parked.remove(partition);
        session.drop(source);
        taken.removeIf(waiting -> waiting.partition() == partition);
    }

    int size() {
        return partitions.size();
    }

    /** What to ask for now; empty when there is nothing to ask. To be called when no request is in flight. */
    Optional<FetchRequest> nextRequest(long nowMs) {
        if (limits.all().delayMs(nowMs) > 0) {
            return nothingWhileThrottled(nowMs);
        }
        boolean catchUpOwesTime = limits.catchUp().delayMs(nowMs) > 0;
        catchUpBytes = catchUpOwesTime ? 0 : limits.catchUp().slice(settings.responseMaxBytes());
        heldBack.removeIf(partition -> {
            boolean fetchable = partition.fetchable(nowMs, settings.maxUnackedBytes())
                    && partition.heldUntilMs(ruleFor(partition)) <= nowMs
                    && mayCatchUp(partition);
            if (fetchable) {
                partition.release();
                session.want(fetchOf(partition));
            }
            return fetchable;
        });
        if (session.isIdle()) {
            boolean rests = catchUpOwesTime || heldBack.stream().anyMatch(each -> each.held() != null);
            return rests ? nothingWhileThrottled(nowMs) : Optional.empty();
        }
        int waitMs = session.wantsNothing() || session.hurries() ? 0 : (int) idleMs(nowMs, settings.maxWaitMs());
        return Optional.of(
                session.next(waitMs, settings.minBytes(), limits.all().slice(settings.responseMaxBytes())));
    }

    /** A broker that is asked for nothing is not silent. */
    private Optional<FetchRequest> nothingWhileThrottled(long nowMs) {
        health.rests(nowMs);
        return Optional.empty();
    }

    /** As many as the rate of catching up has bytes for, in the order in which they were kept back. */
    private boolean mayCatchUp(MirroredPartition partition) {
        if (limits.catchUp().isUnlimited() || !partition.behind()) {
            partition.pace(false);
            return true;
        }
        partition.pace(catchUpBytes <= 0);
        catchUpBytes -= turnBytes(partition);
        return !partition.paced();
    }

    /** How long nothing but an answer or the journal can give work; at most {@code limitMs}. */
    long idleMs(long nowMs, long limitMs) {
        long idleMs = limitMs;
        long throttledMs = limits.all().delayMs(nowMs);
        if (throttledMs > 0) {
            return Math.min(limitMs, throttledMs);
        }
        long pacedMs = limits.catchUp().delayMs(nowMs);
        for (MirroredPartition partition : heldBack) {
            long waitsUntilMs = Math.max(partition.retryAtMs(), partition.heldUntilMs(ruleFor(partition)));
            long dueMs = partition.paced() ? pacedMs : waitsUntilMs - nowMs;
            idleMs = Math.min(idleMs, dueMs > 0 ? dueMs : HELD_BACK_CHECK_MS);
        }
        return idleMs;
    }

    /** Takes an answer apart: rewrites its batches in place and moves each partition's next offset past them. */
    void accept(FetchAnswer answer, long nowMs) {
        if (!session.accept(answer.error(), answer.sessionId())) {
            if (!ofTheSession(answer.error())) {
                lose(new SourceFailure(
                        SourceErrors.failureCode(answer.error()),
                        "fetch refused: " + answer.error().message()));
            }
            return;
        }
        health.answered(nowMs);
        limits.all().throttledBySource(answer.throttleMs());
        limits.all()
                .took(
                        answer.partitions().stream()
                                .mapToLong(part -> part.records().remaining())
                                .sum(),
                        nowMs);
        for (PartitionAnswer part : answer.partitions()) {
            MirroredPartition partition = find(part);
            if (partition != null) {
                accept(partition, part, answer.tellsDivergence(), nowMs);
            }
        }
    }

    /**
     * What the source's leader says of a partition on another connection.
     *
     * @param logStartOffset -1 when it was not asked for that
     * @param isQuiet whether no request is in flight, so that this is the newest word of the broker
     */
    void heardOfLeader(MirroredPartition partition, long end, long logStartOffset, boolean isQuiet, long nowMs) {
        if (partitions.get(partition.assignment().mirror()) != partition) {
            // What it shares with those before and after it belongs to another fetcher by now.
            return;
        }
        HoldBack rule = ruleFor(partition);
        if (!rule.isNothing()) {
            partition.saw(end, rule, nowMs);
        }
        partition.heardOfLeader(end, logStartOffset, nowMs);
        if (isQuiet && partition.held() != null) {
            health.answered(nowMs);
        }
    }

    /** The request in flight came to nothing. */
    void failed(SourceFailure failure) {
        session.restart();
        health.failed(failure);
        lose(failure);
    }

    /** How much {@link #appendTaken} would append now. */
    long takenBytes() {
        long bytes = 0;
        for (Taken next : taken) {
            bytes += next.batches().remaining();
        }
        return bytes;
    }

    /** Appends what was taken out of the answers so far. Another thread may use the connection meanwhile. */
    void appendTaken(long nowMs) {
        if (taken.isEmpty()) {
            return;
        }
        while (!taken.isEmpty()) {
            append(taken.remove(), nowMs);
        }
        log.completeAppends();
    }

    private void accept(MirroredPartition partition, PartitionAnswer part, boolean tellsDivergence, long nowMs) {
        PartitionFetch asked = session.asked(partition.assignment().source());
        if (asked == null || asked.fetchOffset() != partition.nextOffset() || heldBack.contains(partition)) {
            return;
        }
        if (part.error() != Errors.NONE) {
            refused(partition, part, nowMs);
        } else if (part.diverging() != null) {
            diverged(
                    partition,
                    partition
                            .lineage()
                            .commonEnd(
                                    part.diverging().epoch(), part.diverging().endOffset(), partition.nextOffset()),
                    true);
        } else if (part.preferredReplica() >= 0) {
            remove(partition);
            events.nearerAt(partition, part.preferredReplica());
        } else if (!tellsDivergence && !partition.verified()) {
            remove(partition);
            events.unverified(partition);
        } else {
            if (partition.behind()) {
                limits.catchUp().took(part.records().remaining(), nowMs);
            }
            take(partition, part, nowMs);
        }
    }

    /** The lineage is kept: what was taken out of an answer behind it goes on. */
    void lineageRecorded(MirroredPartition partition, EpochLineage lineage, long nowMs) {
        partition.lineageRecorded(lineage);
        Parked left = parked.remove(partition);
        if (left != null && left.nextOffset() == partition.nextOffset() && heldBack.remove(partition)) {
            take(partition, left.part(), nowMs);
        }
    }

    /** The lineage is not kept: it is found out again, from another answer. */
    void lineageNotRecorded(MirroredPartition partition, Failure failure, long nowMs) {
        parked.remove(partition);
        partition.lineageNotRecorded();
        partition.fail(failure, nowMs, backoff);
    }

    /** Whether parts of answers are still needed beyond what {@link #appendTaken} has appended. */
    boolean keepsAnswers(long nowMs) {
        parked.values().removeIf(left -> nowMs - left.sinceMs() > PARKED_LIMIT_MS);
        return !parked.isEmpty();
    }

    private void refused(MirroredPartition partition, PartitionAnswer part, long nowMs) {
        Errors error = part.error();
        if (error == Errors.OFFSET_OUT_OF_RANGE) {
            remove(partition);
            events.outOfRange(partition);
        } else if (SourceErrors.leaderMoved(error)) {
            remove(partition);
            events.leaderMoved(partition, error);
        } else {
            SourceFailure refusal = SourceErrors.failure("reading it on the source", SourceErrors.READ_TOPIC, error);
            fail(partition, refusal.code(), refusal.message(), nowMs);
        }
    }

    /** Walks the headers once: checks, rewrites, and finds where the next fetch begins. */
    private void take(MirroredPartition partition, PartitionAnswer part, long nowMs) {
        ByteBuffer records = part.records();
        long firstOffset = partition.nextOffset();
        long endOffset = firstOffset;
        int start = records.position();
        int end = start;
        int batchCount = 0;
        long recordCount = 0;
        long lowestBase = partition.lowestBaseOffset();
        Failure trouble = null;
        HoldBack rule = ruleFor(partition);
        if (!rule.isNothing()) {
            partition.saw(part.highWatermark(), rule, nowMs);
        }
        walk.start(records);
        while (walk.next() == BatchStep.BATCH && trouble == null) {
            if (walk.baseOffset() < lowestBase && walk.lastOffset() >= lowestBase) {
                diverged(partition, walk.baseOffset(), false);
                return;
            }
            trouble = stale(firstOffset, nowMs);
            if (trouble != null
                    || (!rule.isNothing() && partition.holdsBack(walk, rule, nowMs))
                    || !knowsEpoch(partition)) {
                break;
            }
            BatchRewriter.Outcome outcome = rewriter.rewrite(
                    records, walk.position(), partition.assignment().leaderEpoch());
            if (outcome != BatchRewriter.Outcome.REWRITTEN) {
                trouble =
                        new Failure(FailureCode.CORRUPT_BATCH, "batch at " + walk.baseOffset() + ": " + outcome, nowMs);
                break;
            }
            end = walk.position() + walk.sizeInBytes();
            endOffset = walk.lastOffset() + 1;
            batchCount++;
            recordCount += walk.recordCount();
        }
        BatchStep step = walk.step();
        if (end > start) {
            partition.moveTo(endOffset);
            taken.add(new Taken(partition, slice(records, start, end), batchCount, recordCount));
        }
        hear(partition, part, end - start, endOffset - firstOffset, nowMs);
        if (trouble != null) {
            fail(partition, trouble, nowMs);
        } else if (partition.held() != null) {
            partition.looked(end - start);
            holdBack(partition);
            if (end == start) {
                partition.succeed();
            }
        } else if (step == BatchStep.BATCH) {
            recordEpoch(partition, part, nowMs);
        } else if (!step.isNormalEnd()) {
            fail(partition, failureCode(step), walk.describe(), nowMs);
        } else {
            partition.looked(end - start);
            if (partition.behind() && !limits.catchUp().isUnlimited()) {
                partition.pace(true);
                holdBack(partition);
            } else {
                session.want(fetchOf(partition));
            }
            if (end == start) {
                partition.succeed();
            }
        }
    }

    private @Nullable Failure stale(long firstOffset, long nowMs) {
        return walk.lastOffset() >= firstOffset
                ? null
                : new Failure(
                        FailureCode.CORRUPT_BATCH,
                        "asked for " + firstOffset + " the source sent a batch that ends at " + walk.lastOffset(),
                        nowMs);
    }

    private void diverged(MirroredPartition partition, long commonEnd, boolean byEpoch) {
        remove(partition);
        events.diverged(partition, commonEnd, byEpoch);
    }

    private boolean knowsEpoch(MirroredPartition partition) {
        int epoch = walk.sourceLeaderEpoch();
        return epoch < 0 || partition.lineage().knows(epoch);
    }

    /** The batch that the walk stands on is the first of a new source epoch: nothing of it goes in before that is kept. */
    private void recordEpoch(MirroredPartition partition, PartitionAnswer part, long nowMs) {
        partition.awaitLineage();
        holdBack(partition);
        ByteBuffer left = slice(part.records(), walk.position(), part.records().limit());
        parked.put(partition, new Parked(part.with(left), partition.nextOffset(), nowMs));
        lineageWriter.write(partition, partition.lineage().startingAt(walk.sourceLeaderEpoch(), walk.baseOffset()));
    }

    private void append(Taken next, long nowMs) {
        MirroredPartition partition = next.partition();
        Optional<MirrorLog.Position> position = log.position(partition.assignment());
        if (position.isEmpty()) {
            fenced(partition);
            return;
        }
        ByteBuffer batches = next.batches();
        int bytes = batches.remaining();
        while (batches.hasRemaining()) {
            ByteBuffer part = upTo(position.get().maxAppendBytes(), batches);
            AppendOutcome outcome = appendPart(partition, part);
            if (outcome instanceof AppendOutcome.Refused refused) {
                giveBack(partition, refused, nowMs);
                return;
            } else if (outcome instanceof AppendOutcome.Fenced) {
                fenced(partition);
                return;
            }
        }
        traffic.appended(bytes, next.batchCount(), next.recordCount());
        if (!heldBack.contains(partition) || partition.paced() || partition.held() != null) {
            partition.succeed();
        }
        if (partition.unackedBytes() >= settings.maxUnackedBytes()) {
            holdBack(partition);
        }
    }

    private AppendOutcome appendPart(MirroredPartition partition, ByteBuffer part) {
        int bytes = part.remaining();
        boolean appended = false;
        partition.sentToReplicas(bytes);
        try {
            AppendOutcome outcome = log.append(partition.assignment(), part, replicated -> partition.replicated(bytes));
            appended = outcome instanceof AppendOutcome.Appended;
            return outcome;
        } finally {
            if (!appended) {
                partition.replicated(bytes);
            }
        }
    }

    /** Nothing more is appended of what was taken: it is asked for again, from where the log really ends. */
    private void giveBack(MirroredPartition partition, AppendOutcome.Refused refused, long nowMs) {
        taken.removeIf(waiting -> waiting.partition() == partition);
        Optional<MirrorLog.Position> position = log.position(partition.assignment());
        if (position.isEmpty()) {
            fenced(partition);
            return;
        }
        partition.moveTo(position.get().logEndOffset());
        fail(partition, refused.code(), refused.message(), nowMs);
    }

    private void fenced(MirroredPartition partition) {
        remove(partition);
        events.fenced(partition);
    }

    private void fail(MirroredPartition partition, FailureCode code, String message, long nowMs) {
        fail(partition, new Failure(code, message, nowMs), nowMs);
    }

    private void fail(MirroredPartition partition, Failure failure, long nowMs) {
        partition.fail(failure, nowMs, backoff);
        holdBack(partition);
    }

    private void holdBack(MirroredPartition partition) {
        session.forget(partition.assignment().source());
        heldBack.add(partition);
    }

    private void lose(SourceFailure failure) {
        List<MirroredPartition> lost = new ArrayList<>(partitions.values());
        lost.forEach(this::remove);
        events.brokerLost(lost, failure);
    }

    private void hear(MirroredPartition partition, PartitionAnswer part, int bytes, long offsets, long nowMs) {
        partition.heard(part.highWatermark(), part.logStartOffset(), nowMs, offsets > 0 ? (double) bytes / offsets : 0);
    }

    private PartitionFetch fetchOf(MirroredPartition partition) {
        int maxBytes = Math.min(turnBytes(partition), partition.lookBytes());
        return new PartitionFetch(
                partition.assignment().source(),
                partition.nextOffset(),
                partition.sourceLeaderEpoch(),
                partition.lineage().epochBefore(partition.nextOffset()),
                partition.behind() ? limits.catchUp().slice(maxBytes) : maxBytes);
    }

    private HoldBack ruleFor(MirroredPartition partition) {
        return limits.holdBacks().of(partition.assignment().mirror().topic());
    }

    private int turnBytes(MirroredPartition partition) {
        Priorities.Classes classes = limits.priorities().now();
        return classes.isEmpty()
                ? settings.partitionMaxBytes()
                : partition
                        .priority(classes)
                        .turnBytes(settings.partitionMaxBytes(), limits.all().slice(settings.responseMaxBytes()));
    }

    private @Nullable MirroredPartition find(PartitionAnswer part) {
        if (part.topicId().equals(Uuid.ZERO_UUID)) {
            return bySourceName.get(new TopicPartition(part.topic(), part.partition()));
        }
        Map<Integer, MirroredPartition> ofTopic = bySourceId.get(part.topicId());
        return ofTopic == null ? null : ofTopic.get(part.partition());
    }

    private static boolean ofTheSession(Errors error) {
        return switch (error) {
            case FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH, FETCH_SESSION_TOPIC_ID_ERROR -> true;
            default -> false;
        };
    }

    private static FailureCode failureCode(BatchStep step) {
        return step == BatchStep.UNSUPPORTED_MAGIC ? FailureCode.UNSUPPORTED_MESSAGE_FORMAT : FailureCode.CORRUPT_BATCH;
    }

    /** Cuts whole batches off the front, as many as fit, at least one; moves the buffer past them. */
    private static ByteBuffer upTo(int maxBytes, ByteBuffer batches) {
        if (batches.remaining() <= maxBytes) {
            ByteBuffer all = batches.slice();
            batches.position(batches.limit());
            return all;
        }
        int start = batches.position();
        int end = start;
        do {
            end += BatchHeader.sizeInBytes(batches, end);
        } while (end < batches.limit() && end - start + BatchHeader.sizeInBytes(batches, end) <= maxBytes);
        batches.position(end);
        return slice(batches, start, end);
    }

    private static ByteBuffer slice(ByteBuffer records, int start, int end) {
        return records.slice(start, end - start);
    }
}
