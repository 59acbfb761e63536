/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.lineage.EpochLineage;
import io.hawser.source.SourceNode;
import io.hawser.status.Failure;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One assignment within a link: not fetched yet, with a fetcher, or on its way out.
 *
 * <p>Confined to the link's thread, but for {@link #partition()}, {@link #sourceBroker()}, {@link #failure()} and
 * {@link #isReleased()}, which any thread may read.
 */
final class MirrorSlot {

    /** Of {@link #commonEnd()}: nothing tells that source and mirror have different records. */
    static final long NOT_DIVERGED = -1;

    /** For so long the leader is asked itself after a replica was no good. */
    private static final long AVOID_MS = 30_000;

    private static final int NO_REPLICA = -1;

    private static final long HURRIES_AFTER_MS = 2_000;
    private static final long RESTS_AFTER_MS = 30_000;

    private final MirrorAssignment assignment;
    private @Nullable CompletableFuture<EpochLineage> lineage;
    private @Nullable FetcherThread fetcher;
    private @Nullable SourceNode leader;
    private int leaderEpoch = -1;
    private long handedOverMs;
    private long dueMs;
    private int attempts;
    private int timesMissing;
    private boolean outOfRange;
    private long commonEnd = NOT_DIVERGED;
    private boolean divergedByEpoch;
    private boolean unverified;
    private int replica = NO_REPLICA;
    private long replicaUntilMs;
    private long avoidUntilMs;
    private final Sightings sightings = new Sightings();
    private @Nullable FetcherThread meantFor;
    private volatile boolean released;
    /** Whether it has all that it may have, as far as fetchers have heard. */
    private boolean keepsUp;
    /** Since when that, or the contrary, has been so. */
    private long keepsUpSinceMs;

    private volatile @Nullable MirroredPartition partition;
    private volatile @Nullable Integer sourceBroker;
    private volatile @Nullable Failure failure;

    MirrorSlot(MirrorAssignment assignment) {
        this.assignment = assignment;
    }

    MirrorAssignment assignment() {
        return assignment;
    }

    @Nullable
    MirroredPartition partition() {
        return partition;
    }

    /** Why it is not with a fetcher; null when it is, or nothing is wrong. */
    @Nullable
    Failure failure() {
        return failure;
    }

    /** Id of the source broker that is asked for records; null when none is. */
    @Nullable
    Integer sourceBroker() {
        return sourceBroker;
    }

    /** What fetchers have seen of the source's log; they hand it over with the partition. */
    Sightings sightings() {
        return sightings;
    }

    /** Whether a fetcher has it and does not fetch it, since what comes next has to wait. */
    boolean isHeldBack() {
        MirroredPartition current = partition;
        return fetcher != null && current != null && current.held() != null;
    }

    @Nullable
    FetcherThread fetcher() {
        return fetcher;
    }

    /** Whether its fetcher has ended, which a fetcher does by itself if nothing else is left to do. */
    boolean isLeftBehind() {
        return fetcher != null && !released && fetcher.hasEnded();
    }

    /**
     * Looks how it is doing. To be called often: what it has been for a while is what each call has found.
     *
     * @return how much it wants a fetcher of its own
     */
    FetcherBalance.Need observe(long nowMs) {
        MirroredPartition current = partition;
        boolean heard = current != null && current.progress().sourceHighWatermark() >= 0;
        if (current != null && heard && keepsUp != (current.progress().caughtUp() || isHeldBack())) {
            keepsUp = !keepsUp;
            keepsUpSinceMs = nowMs;
        }
        if (current != null && current.failure() != null) {
            return FetcherBalance.Need.STAYS;
        }
        // What has moved stays until the fetcher that it has come to has fetched it.
        boolean mayMove = heard && meantFor == null;
        long lastedMs = nowMs - Math.max(keepsUpSinceMs, handedOverMs);
        if (keepsUp) {
            return mayMove && lastedMs >= RESTS_AFTER_MS ? FetcherBalance.Need.RESTS : FetcherBalance.Need.STAYS;
        }
        return mayMove && lastedMs >= HURRIES_AFTER_MS ? FetcherBalance.Need.HURRIES : FetcherBalance.Need.WORKS;
    }

    /** Which fetcher it is to go to next; null if the source is to be asked first. */
    void mean(@Nullable FetcherThread next) {
        meantFor = next;
    }

    /** Which fetcher it is on its way to; null if it is not, or that does not matter. */
    @Nullable
    FetcherThread meantFor() {
        return meantFor;
    }

    /** It gets no fetcher any more, and only waits for the last one to let it go. */
    void release() {
        released = true;
    }

    boolean isReleased() {
        return released;
    }

    /** Whether it needs a fetcher and it is time to look for one. */
    boolean due(long nowMs) {
        return nowMs >= dueMs();
    }

    long dueMs() {
        return fetcher == null && !released ? dueMs : Long.MAX_VALUE;
    }

    /**
     * Begins to load the lineage, once; a load that failed is begun again.
     *
     * @param loaded told of the end of each load, on any thread
     */
    CompletableFuture<EpochLineage> lineage(LineageJournal journal, Runnable loaded) {
        if (lineage == null || lineage.isCompletedExceptionally()) {
            lineage = journal.load(assignment).toCompletableFuture();
            lineage.whenComplete((done, error) -> loaded.run());
        }
        return lineage;
    }

    /** Empty while {@link #lineage} has not done its work. */
    EpochLineage loadedLineage() {
        return lineage == null ? EpochLineage.EMPTY : lineage.getNow(EpochLineage.EMPTY);
    }

    void handOver(
            MirroredPartition newPartition,
            FetcherThread newFetcher,
            SourceNode newLeader,
            int newLeaderEpoch,
            long nowMs) {
        MirroredPartition before = partition;
        if (before != null) {
            newPartition.remember(before);
        }
        partition = newPartition;
        meantFor = null;
        fetcher = newFetcher;
        sourceBroker = newFetcher.node().id();
        leader = newLeader;
        leaderEpoch = newLeaderEpoch;
        handedOverMs = nowMs;
        timesMissing = 0;
        outOfRange = false;
        commonEnd = NOT_DIVERGED;
        failure = null;
        newFetcher.add(newPartition, newLeaderEpoch);
    }

    /** The fetcher has let it go; it looks for one again after a back-off that begins anew once a fetcher kept it. */
    void takeBack(long nowMs, Backoff backoff, long keptMs) {
        if (fetcher != null && nowMs - handedOverMs > keptMs) {
            attempts = 0;
        }
        fetcher = null;
        sourceBroker = null;
        dueMs = nowMs + backoff.delayMs(attempts++);
        if (atReplica()) {
            replica = NO_REPLICA;
            avoidUntilMs = nowMs + AVOID_MS;
        }
        MirroredPartition held = partition;
        if (held != null) {
            lineage = CompletableFuture.completedFuture(held.lineage());
        }
    }

    void takenBackOutOfRange(long nowMs, Backoff backoff, long keptMs) {
        outOfRange = !atReplica();
        takeBack(nowMs, backoff, keptMs);
    }

    void takenBackDiverged(long newCommonEnd, boolean byEpoch, long nowMs, Backoff backoff, long keptMs) {
        if (!atReplica()) {
            commonEnd = newCommonEnd;
            divergedByEpoch = byEpoch;
        }
        takeBack(nowMs, backoff, keptMs);
    }

    /** From now on the source is asked each time: its brokers do not tell by themselves. */
    void takenBackUnverified(long nowMs, Backoff backoff, long keptMs) {
        takeBack(nowMs, backoff, keptMs);
        unverified = true;
    }

    /** The leader has named a replica that is nearer: that is asked from now on, until a time. */
    void sendTo(int newReplica, long untilMs, long nowMs, Backoff backoff, long keptMs) {
        takeBack(nowMs, backoff, keptMs);
        replica = newReplica;
        replicaUntilMs = untilMs;
        dueMs = nowMs;
    }

    /** Whether a broker is asked that does not lead. What that says about offsets and epochs may be old, and proves nothing. */
    boolean atReplica() {
        return replica != NO_REPLICA;
    }

    /** Which broker to ask: the replica that was named, if it is there, else the leader. */
    SourceNode nearest(SourceNode newLeader, Map<Integer, SourceNode> nodes) {
        SourceNode node = nodes.get(replica);
        if (node == null) {
            replica = NO_REPLICA;
        }
        return node == null ? newLeader : node;
    }

    /** Whether the leader may name a replica. */
    boolean mayBeSentElsewhere(long nowMs) {
        return !atReplica() && nowMs >= avoidUntilMs;
    }

    /** Whether it is time to ask the leader again which replica is the nearest. */
    boolean asksAgain(long nowMs) {
        if (fetcher == null) {
            return false;
        }
        if (atReplica() && nowMs >= replicaUntilMs) {
            replica = NO_REPLICA;
            return true;
        }
        boolean avoided = avoidUntilMs > 0 && nowMs >= avoidUntilMs;
        avoidUntilMs = avoided ? 0 : avoidUntilMs;
        return avoided;
    }

    @Nullable
    SourceNode leader() {
        return leader;
    }

    int leaderEpoch() {
        return leaderEpoch;
    }

    /** Whether source and mirror may have different records, and only a question to the source can tell. */
    boolean mayDiffer() {
        return outOfRange || unverified || commonEnd != NOT_DIVERGED;
    }

    /** Where source and mirror part, exclusive; {@link #NOT_DIVERGED} if they do not, as far as is known. */
    long commonEnd() {
        return commonEnd;
    }

    /** Whether the source's leader epochs can tell whether they still do. */
    boolean divergedByEpoch() {
        return divergedByEpoch;
    }

    boolean outOfRange() {
        return outOfRange;
    }

    void fail(Failure newFailure, long nowMs, Backoff backoff) {
        Failure current = failure;
        failure = current == null ? newFailure : newFailure.since(current);
        dueMs = nowMs + backoff.delayMs(attempts++);
    }

    /** Counts observations that the source topic is not there; a new leader may not know it yet. */
    int missingOnceMore() {
        return ++timesMissing;
    }

    /** Whether its fetcher has had no answer for so long that the leader may be another by now. */
    boolean stalled(long nowMs, long limitMs) {
        MirroredPartition held = partition;
        if (fetcher == null || held == null) {
            return false;
        }
        SourceHealth health = held.health();
        long lastMs = health == null ? handedOverMs : Math.max(handedOverMs, health.silentSinceMs());
        return nowMs - lastMs > limitMs;
    }

    boolean ledBy(@Nullable SourceNode node, int epoch) {
        return node != null && node.equals(leader) && epoch == leaderEpoch;
    }
}
