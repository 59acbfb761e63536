/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.batch.BatchWalk;
import io.hawser.lineage.EpochLineage;
import io.hawser.status.Failure;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One partition on its way from the source to the mirror: where it stands, what it waits for, what went wrong.
 *
 * <p>Law: {@link #nextOffset()} is the mirror's log end offset plus what was taken out of an answer and not appended yet; so
 * an append that fails puts it back, and what was asked for from beyond is thrown away, never appended after a hole.
 *
 * <p>Confined to the fetcher thread that owns it; {@link #progress()}, {@link #failure()}, {@link #held()} and {@link #unackedBytes()}
 * may be read by any thread.
 */
final class MirroredPartition {

    private static final long UNKNOWN_END = -1;

    /** What is asked for at least where it is not known whether any of it may be taken. */
    private static final int LEAST_LOOK_BYTES = 64 * 1024;

    private static final int ANY_BYTES = Integer.MAX_VALUE;

    private final MirrorAssignment assignment;
    private final boolean verified;
    private final boolean fromReplica;
    private final Sightings sightings;
    /** Shared with who had it before: what that has sent to replicas is still on its way. */
    private AtomicLong unackedBytes = new AtomicLong();

    private int sourceLeaderEpoch;
    private EpochLineage lineage;
    private long nextOffset;
    private long lowestBaseOffset;
    private boolean awaitingLineage;
    private boolean behind = true;
    private Priorities.Classes classes = Priorities.Classes.NONE;
    private Priorities.Priority priority = Priorities.Priority.NORMAL;
    private boolean paced;
    private long leaderEnd = UNKNOWN_END;
    private long nextOffsetThen = UNKNOWN_END;
    private volatile int timesStuck;
    private long retryAtMs;
    private int failuresInARow;
    private int lookBytes = ANY_BYTES;
    private volatile @Nullable HeldBatch held;
    private @Nullable SourceHealth health;
    private volatile PartitionProgress progress = PartitionProgress.UNKNOWN;
    private volatile @Nullable Failure failure;

    /**
     * @param logEndOffset of the mirror's log
     * @param nextOffset first one to fetch; above the log's end where the source holds nothing in between
     * @param verified whether the source's leader was asked, under its epoch, and has all that the mirror's log has
     * @param fromReplica whether it is fetched from a broker of the source that does not lead it
     * @param sightings of the partition, by this fetcher and those before
     */
    MirroredPartition(
            MirrorAssignment assignment,
            EpochLineage lineage,
            long logEndOffset,
            long nextOffset,
            boolean verified,
            boolean fromReplica,
            Sightings sightings) {
        this.sightings = sightings;
        this.assignment = assignment;
        this.verified = verified;
        this.fromReplica = fromReplica;
        this.lineage = lineage;
        this.nextOffset = nextOffset;
        this.lowestBaseOffset = logEndOffset;
    }

    /** Takes over what is remembered of the partition from the time with another fetcher; before this one gets it. */
    void remember(MirroredPartition before) {
        progress = before.progress().asPast();
        behind = !before.progress().caughtUp();
        unackedBytes = before.unackedBytes;
    }

    MirrorAssignment assignment() {
        return assignment;
    }

    /** Whether records may be taken from a source that does not tell of divergence itself. */
    boolean verified() {
        return verified;
    }

    int sourceLeaderEpoch() {
        return sourceLeaderEpoch;
    }

    void followLeader(int newSourceLeaderEpoch, SourceHealth newHealth) {
        sourceLeaderEpoch = newSourceLeaderEpoch;
        health = newHealth;
        awaitingLineage = false;
    }

    EpochLineage lineage() {
        return lineage;
    }

    /** First offset to ask for. */
    long nextOffset() {
        return nextOffset;
    }

    void moveTo(long offset) {
        nextOffset = offset;
        lowestBaseOffset = offset;
    }

    /**
     * Where the next batch may begin at the earliest. Below {@link #nextOffset()} only where that lies inside a batch of which
     * the source's log keeps the end.
     */
    long lowestBaseOffset() {
        return lowestBaseOffset;
    }

    /** Whether it may be asked for now. */
    boolean fetchable(long nowMs, long maxUnackedBytes) {
        return !awaitingLineage && nowMs >= retryAtMs && unackedBytes.get() < maxUnackedBytes;
    }

    /** Whether the source has more than it gave when it last answered, or was not asked yet. */
    boolean behind() {
        return behind;
    }

    Priorities.Priority priority(Priorities.Classes newClasses) {
        if (!classes.equals(newClasses)) {
            classes = newClasses;
            priority = newClasses.of(assignment.mirror().topic());
        }
        return priority;
    }

    /** Whether nothing but the rate of catching up keeps it back. */
    boolean paced() {
        return paced;
    }

    void pace(boolean keptBack) {
        paced = keptBack;
    }

    /** When it may be asked for again, if only time is in the way; 0 when it need not wait. */
    long retryAtMs() {
        return retryAtMs;
    }

    /** Takes note of how far the source's log goes now, where what it holds may have to wait. */
    void saw(long end, HoldBack rule, long nowMs) {
        sightings.saw(end, nextOffset, rule.delayMs(), nowMs);
    }

    /** Whether the batch that a walk stands on is not to be taken yet; then it waits, and what is behind it. */
    boolean holdsBack(BatchWalk walk, HoldBack rule, long nowMs) {
        long bornMs = Math.min(walk.maxTimestampMs(), sightings.firstSeenMs(walk.baseOffset(), nowMs));
        HeldBatch batch = new HeldBatch(walk.lastOffset(), walk.maxTimestampMs(), bornMs, nowMs);
        boolean holds = batch.dueMs(rule, assignment.mirror().partition()) > nowMs;
        held = holds ? batch : null;
        return holds;
    }

    /** The batch that is not to be taken yet; null when none is known. May be read by any thread. */
    @Nullable
    HeldBatch held() {
        return held;
    }

    /** When what is held back is to be fetched, by the rule in force now; 0 when nothing is. */
    long heldUntilMs(HoldBack rule) {
        HeldBatch batch = held;
        return batch == null ? 0 : batch.fetchAtMs(rule, assignment.mirror().partition());
    }

    /** It is fetched again. */
    void release() {
        held = null;
    }

    /** The most to ask for, so that not much comes only to be thrown away since it has to wait. */
    int lookBytes() {
        return lookBytes;
    }

    /** @param bytes that could be taken of an answer before what has to wait; all of it if nothing has */
    void looked(int bytes) {
        if (held != null) {
            lookBytes = Math.max(LEAST_LOOK_BYTES, twice(bytes));
        } else if (lookBytes < ANY_BYTES && bytes > 0) {
            lookBytes = twice(lookBytes);
        }
    }

    private static int twice(int bytes) {
        return bytes > ANY_BYTES / 2 ? ANY_BYTES : 2 * bytes;
    }

    void awaitLineage() {
        awaitingLineage = true;
    }

    void lineageRecorded(EpochLineage recorded) {
        lineage = recorded;
        awaitingLineage = false;
    }

    void lineageNotRecorded() {
        awaitingLineage = false;
    }

    /** Keeps the failure for others to see, and the partition back for a while that doubles each time. */
    void fail(Failure newFailure, long nowMs, Backoff backoff) {
        paced = false;
        held = null;
        Failure current = failure;
        failure = current == null ? newFailure : newFailure.since(current);
        retryAtMs = nowMs + backoff.delayMs(failuresInARow++);
    }

    void succeed() {
        failuresInARow = 0;
        retryAtMs = 0;
        if (failure != null) {
            failure = null;
        }
    }

    /**
     * What the broker that is asked says of itself. Where that is not the leader, the source may have more: then only the
     * leader's own word tells how much.
     *
     * @param bytesPerRecord mean of what came; 0 if nothing did
     */
    void heard(long highWatermark, long logStartOffset, long nowMs, double bytesPerRecord) {
        long end = fromReplica ? leaderEnd < 0 ? UNKNOWN_END : Math.max(leaderEnd, highWatermark) : highWatermark;
        boolean caughtUp = end >= 0 && nextOffset >= end;
        behind = !caughtUp;
        progress = progress.heard(end, logStartOffset, caughtUp, nowMs, bytesPerRecord);
    }

    /**
     * What the source's leader says, when another broker is asked for records, or none is.
     *
     * @param logStartOffset -1 when it was not asked for that
     */
    void heardOfLeader(long end, long logStartOffset, long nowMs) {
        boolean stuck = held == null && nextOffset == nextOffsetThen && nextOffset < leaderEnd;
        timesStuck = stuck ? timesStuck + 1 : 0;
        nextOffsetThen = nextOffset;
        leaderEnd = end;
        heard(end, logStartOffset < 0 ? progress.sourceLogStartOffset() : logStartOffset, nowMs, 0);
    }

    /** How often in a row the leader had had more for a while and nothing of it came. May be read by any thread. */
    int timesStuck() {
        return timesStuck;
    }

    PartitionProgress progress() {
        return progress;
    }

    @Nullable
    Failure failure() {
        return failure;
    }

    @Nullable
    SourceHealth health() {
        return health;
    }

    void sentToReplicas(long bytes) {
        unackedBytes.addAndGet(bytes);
    }

    void replicated(long bytes) {
        unackedBytes.addAndGet(-bytes);
    }

    /** In the leader's log and not known to be on all in-sync replicas. */
    long unackedBytes() {
        return unackedBytes.get();
    }

    @Override
    public String toString() {
        return assignment.mirror() + "@" + nextOffset;
    }
}
