/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.definition.Definitions;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.LinkState;
import io.hawser.status.LinkStatus;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.PartitionStatus;
import io.hawser.status.StateKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes each mirror topic one step further by what the local cluster alone knows: never asks a source.
 *
 * <p>Law: a topic becomes writable only after every partition's leader has fenced its fetcher, the last mirrored offsets were
 * written once, and every open transaction was aborted; and then by one record of the metadata log, for all partitions.
 *
 * <p>Confined to the coordinator's thread.
 */
final class MirrorTransitions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MirrorTransitions.class);
    private static final long OPENING_LIMIT_MS = 5_000;

    private final CoordinatorContext context;
    private final Map<String, Long> openingSinceMs = new HashMap<>();
    private final StatusBook book;
    private final MirrorRecreation recreation;
    private final TopicReversals reversals;
    private final MirrorStops stops;
    private final FinishedMirrors finished;

    MirrorTransitions(CoordinatorContext context, StatusBook book, MirrorStops stops) {
        this.context = context;
        this.book = book;
        this.recreation = new MirrorRecreation(context, book);
        this.reversals = new TopicReversals(context, book);
        this.stops = stops;
        this.finished = new FinishedMirrors(context);
    }

    @Override
    public void close() {
        reversals.close();
    }

    /** Reports account for these definitions from now on. */
    void takeUp(Definitions definitions) {
        for (MirrorDefinition mirror : definitions.mirrors().values()) {
            book.change(StateKey.mirror(mirror.topic()), status -> takenUp(mirror, status, definitions.generation()));
        }
    }

    /** One step for every mirror topic; one that fails holds up no other. */
    void advance(Definitions definitions) {
        SortedMap<String, Optional<MirrorDefinition>> finishedNow = new TreeMap<>();
        for (MirrorDefinition mirror : definitions.mirrors().values()) {
            try {
                if (mirror.intent() == MirrorIntent.DELETE) {
                    context.admin().deleteTopic(mirror.topic());
                    finishedNow.put(mirror.topic(), Optional.empty());
                } else {
                    next(mirror).ifPresent(next -> finishedNow.put(mirror.topic(), Optional.of(next)));
                }
            } catch (KafkaException e) {
                LOG.warn("A step of mirror topic {} failed and is tried again: {}", mirror.topic(), e.toString());
            }
        }
        reversals.keep(definitions.mirrors().values().stream()
                .filter(mirror -> mirror.intent() == MirrorIntent.REVERSE)
                .map(MirrorDefinition::topic)
                .collect(Collectors.toSet()));
        finished.write(definitions, finishedNow);
    }

    /** @return what the definition becomes now; empty as long as it stays as it is */
    private Optional<MirrorDefinition> next(MirrorDefinition mirror) {
        if (mirror.intent().reverses()) {
            return reverse(mirror)
                    ? Optional.of(mirror.withIntent(MirrorIntent.MIRROR).withPromotedOn(null))
                    : Optional.empty();
        }
        boolean writable = false;
        if (mirror.intent().failsOver() && isBeingReversed(mirror)) {
            writable = reversals.takeBack(
                    mirror, book.value(StateKey.mirror(mirror.topic())).orElseThrow());
        } else if (mirrorsNothing(mirror)) {
            book.change(StateKey.mirror(mirror.topic()), status -> promotedElsewhere(mirror, status));
        } else {
            writable = advance(mirror);
        }
        return writable ? Optional.of(mirror.withIntent(MirrorIntent.STOPPED).withPromotedOn(null)) : Optional.empty();
    }

    /** It was promoted on another cluster, or is writable and has never been a mirror. */
    private boolean mirrorsNothing(MirrorDefinition mirror) {
        boolean never = mirror.intent() == MirrorIntent.STOPPED
                && book.value(StateKey.mirror(mirror.topic()))
                        .filter(status -> isOf(mirror, status) && status.established())
                        .isEmpty();
        return never
                || mirror.link().equals(MirrorDefinition.NO_LINK)
                || (mirror.promotedOn() != null && !mirror.intent().failsOver());
    }

    private MirrorStatus promotedElsewhere(MirrorDefinition mirror, @Nullable MirrorStatus known) {
        MirrorStatus status = known != null && isOf(mirror, known) ? known : TopicReversals.begun(mirror, context);
        long nowMs = context.time().milliseconds();
        Failure failure = mirror.promotedOn() == null
                ? null
                : new Failure(
                        FailureCode.PROMOTED_ELSEWHERE,
                        "its mirror on cluster " + mirror.promotedOn() + " was made writable",
                        nowMs);
        return status.reversing(null).withState(TopicReversals.state(mirror), failure, nowMs);
    }

    /** @return whether the topic is ready to be flipped to a mirror */
    private boolean reverse(MirrorDefinition mirror) {
        StateKey<MirrorStatus> key = StateKey.mirror(mirror.topic());
        book.change(key, known -> known != null && isOf(mirror, known) ? known : TopicReversals.begun(mirror, context));
        book.value(key).ifPresent(status -> stops.observe(mirror, status));
        return mirror.intent() == MirrorIntent.REVERSE
                && book.value(key)
                        .filter(status -> reversals.advance(mirror, status))
                        .isPresent();
    }

    /** Whether the topic was written to here until a reversal began, which is now taken back. */
    private boolean isBeingReversed(MirrorDefinition mirror) {
        return book.value(StateKey.mirror(mirror.topic()))
                .filter(status -> isOf(mirror, status))
                .filter(status -> status.beingReversed() || isNotBegun(status))
                .isPresent();
    }

    /** Read-only for a reversal that the other cluster was not asked about yet. A mirror that follows has none of these states. */
    private static boolean isNotBegun(MirrorStatus status) {
        return status.stopping() == null
                && status.reversal() == null
                && (status.state() == MirrorState.PENDING_RESTORE || status.state() == MirrorState.STOPPED);
    }

    /** @return whether the topic is ready to be flipped to writable */
    private boolean advance(MirrorDefinition mirror) {
        StateKey<MirrorStatus> key = StateKey.mirror(mirror.topic());
        Optional<MirrorStatus> known = book.value(key).filter(status -> isOf(mirror, status));
        known.ifPresent(status -> recreation.advance(mirror, status));
        known = book.value(key).filter(status -> isOf(mirror, status));
        if (known.isEmpty() || !known.get().established()) {
            return mirror.intent().failsOver();
        }
        MirrorStatus status = stops.observe(mirror, withPartitionsOfTopic(key, known.get()));
        boolean finished = false;
        if (mirror.intent() != MirrorIntent.STOPPED && status.sealing()) {
            finished = stops.sealed(mirror, status);
        } else if (mirror.intent() == MirrorIntent.MIRROR || mirror.intent() == MirrorIntent.PAUSE) {
            book.change(key, current -> current == null || current.sealing() ? current : current.withStopping(null));
        } else if (mirror.intent().failsOver()) {
            stops.failOver(mirror, status);
        }
        book.change(key, current -> current == null ? null : withState(mirror, current));
        if (mirror.intent() == MirrorIntent.STOPPED) {
            // Taken back, or of an earlier turn; the next one is not to begin with it.
            book.change(key, current -> current == null ? null : current.reversing(null));
        }
        return finished;
    }

    /** Partitions that the topic has got count from now on, unless it is being stopped already: those do not fetch. */
    private MirrorStatus withPartitionsOfTopic(StateKey<MirrorStatus> key, MirrorStatus status) {
        int partitions = context.cluster().get().partitionCount(status.topic()).orElse(0);
        if (status.stopping() != null || partitions <= status.partitions() || status.obsoleteTopicId() != null) {
            return status;
        }
        book.change(key, current -> current == null ? null : current.withPartitions(partitions));
        return book.value(key).orElse(status);
    }

    private MirrorStatus withState(MirrorDefinition mirror, MirrorStatus status) {
        long nowMs = context.time().milliseconds();
        Optional<LinkStatus> link = book.value(StateKey.link(mirror.link()));
        LinkState linkState = link.map(LinkStatus::state).orElse(LinkState.CONNECTING);
        return switch (mirror.intent()) {
            case STOPPED ->
                openEverywhere(status, nowMs)
                        ? status.withState(MirrorState.STOPPED, PassedOver.notice(status, nowMs), nowMs)
                        : status;
            case PROMOTE -> status.withState(MirrorState.PENDING_STOPPED, status.failure(), nowMs);
            case FAILOVER, FORCED_FAILOVER ->
                status.withState(MirrorState.PENDING_STOPPED, stops.waitsFor(mirror, status, nowMs), nowMs);
            case PAUSE -> status.withState(MirrorState.PAUSED, null, nowMs);
            case REVERSE_CHECK, REVERSE -> status;
            case MIRROR, DELETE -> following(mirror, status, link.orElse(null), linkState, nowMs);
        };
    }

    /**
     * Whether each live broker has told that it takes writes. One that does not tell, since links do not run there, is not
     * waited for long.
     */
    private boolean openEverywhere(MirrorStatus status, long nowMs) {
        if (status.state() == MirrorState.STOPPED) {
            return true;
        }
        long sinceMs = openingSinceMs.computeIfAbsent(status.topic(), topic -> nowMs);
        boolean open = nowMs - sinceMs >= OPENING_LIMIT_MS
                || context.brokersWithout(status.generation()).isEmpty();
        if (open) {
            openingSinceMs.remove(status.topic());
        }
        return open;
    }

    private MirrorStatus following(
            MirrorDefinition mirror, MirrorStatus status, @Nullable LinkStatus link, LinkState linkState, long nowMs) {
        if (linkState == LinkState.PAUSED) {
            return status.withState(MirrorState.LINK_PAUSED, null, nowMs);
        }
        if (link != null && (linkState == LinkState.SOURCE_UNAVAILABLE || linkState == LinkState.FAILED)) {
            return status.withState(MirrorState.SOURCE_UNAVAILABLE, link.failure(), nowMs);
        }
        for (int number = 0; number < status.partitions(); number++) {
            Optional<PartitionStatus> partition = book.partition(mirror, number);
            if (partition.isPresent() && partition.get().state() == MirrorState.FAILED) {
                Failure failure = Objects.requireNonNull(partition.get().failure());
                return status.withState(
                        MirrorState.FAILED,
                        new Failure(
                                failure.code(), "partition " + number + ": " + failure.message(), failure.sinceMs()),
                        nowMs);
            }
        }
        return status.withState(MirrorState.ACTIVE, null, nowMs);
    }

    /** The report takes account of the definition in force; one about an earlier mirror of that name is void. */
    private @Nullable MirrorStatus takenUp(MirrorDefinition mirror, @Nullable MirrorStatus status, long generation) {
        if (status == null || !isOf(mirror, status)) {
            return null;
        }
        return status.definition().equals(mirror) ? status : status.withDefinition(mirror, generation);
    }

    static boolean isOf(MirrorDefinition mirror, MirrorStatus status) {
        return status.definition().id().equals(mirror.id());
    }
}
