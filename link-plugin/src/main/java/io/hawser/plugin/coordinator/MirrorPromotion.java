/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.config.LinkConfig;
import io.hawser.config.StartOffset;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceErrors;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorStatus;
import io.hawser.status.MirrorStopping;
import io.hawser.status.StateKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * Proves twice that a mirror holds all that its source has: before its fetchers are fenced, and after. A source that was
 * written to in between sends the mirror back to fetching, and the next attempt begins.
 *
 * <p>Producers pause, and between two batches any mirror has caught up: so the first proof takes a source that was not written
 * to for {@value #QUIET_MS} ms.
 *
 * <p>Confined to the link's tasks thread.
 */
final class MirrorPromotion {

    private static final long QUIET_MS = 2_000;

    private final CoordinatorContext context;
    private final StatusBook book;
    private final MirrorStops stops;
    private final FinalSync finalSync;
    private final Map<String, Quiet> quiet = new HashMap<>();
    private final Map<String, Long> begunMs = new HashMap<>();
    private final Map<String, Long> drainedMs = new HashMap<>();

    /**
     * Since when a source topic was not seen to grow.
     *
     * @param ends by partition, as of then
     */
    private record Quiet(List<Long> ends, long sinceMs) {}

    MirrorPromotion(CoordinatorContext context, StatusBook book, MirrorStops stops, FinalSync finalSync) {
        this.context = context;
        this.book = book;
        this.stops = stops;
        this.finalSync = finalSync;
    }

    /** Whether the source has still to be asked; after the second proof it has not. */
    static boolean needsProof(MirrorStatus status) {
        MirrorStopping stopping = status.stopping();
        return stopping == null || stopping.step() == MirrorStopping.Step.FENCE;
    }

    /** Forgets promotions that were taken back. */
    void keep(Set<String> promoted) {
        List.of(quiet, begunMs, drainedMs).forEach(known -> known.keySet().retainAll(promoted));
    }

    void prove(MirrorDefinition mirror, MirrorStatus status, SourceTopic source, SourceClient client, LinkConfig config)
            throws SourceException {
        requirePinned(status, source);
        MirrorStopping stopping = status.stopping();
        if (stopping == null) {
            drainedMs.remove(mirror.topic());
            proveFirst(mirror, status, source, client, config);
            return;
        }
        Optional<List<Long>> fencedAt = stops.fencedAt(mirror, status);
        if (fencedAt.isPresent()) {
            List<Long> sourceEnds = client.offsets(source, StartOffset.LATEST);
            Failure behind = behind(FailureCode.STILL_WRITTEN, sourceEnds, fencedAt.get());
            Failure failure = behind != null ? behind : open(sourceEnds, client.stableEnds(source));
            if (failure != null) {
                quiet.remove(mirror.topic());
                set(mirror, stopping, null, failure);
                return;
            }
            FinalSync.Result synced = finalSync(drainedMs, mirror, config);
            set(mirror, stopping, synced.done() ? stopping.sealAt(fencedAt.get()) : stopping, synced.failure());
        }
    }

    private void proveFirst(
            MirrorDefinition mirror, MirrorStatus status, SourceTopic source, SourceClient client, LinkConfig config)
            throws SourceException {
        List<Long> sourceEnds = client.offsets(source, StartOffset.LATEST);
        Failure written = written(mirror.topic(), sourceEnds);
        Failure behind = behind(
                FailureCode.NOT_DRAINED, sourceEnds, context.admin().endOffsets(mirror.topic(), status.partitions()));
        Failure open = open(sourceEnds, client.stableEnds(source));
        FinalSync.Result synced = finalSync(begunMs, mirror, config);
        boolean proven = behind == null && open == null && synced.done() && quietMs(mirror.topic()) >= QUIET_MS;
        Failure failure = Stream.of(
                        written != null ? written : writtenLately(mirror.topic(), status),
                        open,
                        synced.failure(),
                        behind)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        set(mirror, null, proven ? stops.fence(mirror, status) : null, failure);
    }

    private FinalSync.Result finalSync(Map<String, Long> sinceMs, MirrorDefinition mirror, LinkConfig config) {
        long nowMs = context.time().milliseconds();
        return finalSync.of(mirror.topic(), config, sinceMs.computeIfAbsent(mirror.topic(), topic -> nowMs), nowMs);
    }

    /** Records of transactions that are open on the source would be aborted here, though they may be committed there. */
    private @Nullable Failure open(List<Long> ends, List<Long> stableEnds) {
        List<String> open = new ArrayList<>();
        for (int number = 0; number < ends.size(); number++) {
            if (stableEnds.get(number) < ends.get(number)) {
                open.add(number + " (from offset " + stableEnds.get(number) + ")");
            }
        }
        return open.isEmpty()
                ? null
                : new Failure(
                        FailureCode.OPEN_TRANSACTIONS,
                        "transactions are open on the source, in partitions " + String.join(", ", open),
                        context.time().milliseconds());
    }

    /** Compares with the look before; null if there was none, or nothing was written since. */
    private @Nullable Failure written(String topic, List<Long> sourceEnds) {
        long nowMs = context.time().milliseconds();
        Quiet before = quiet.get(topic);
        if (before != null && before.ends().equals(sourceEnds)) {
            return null;
        }
        quiet.put(topic, new Quiet(sourceEnds, nowMs));
        if (before == null || before.ends().size() != sourceEnds.size()) {
            return null;
        }
        List<String> written = new ArrayList<>();
        for (int number = 0; number < sourceEnds.size(); number++) {
            long records = sourceEnds.get(number) - before.ends().get(number);
            if (records != 0) {
                written.add(number + " (" + records + ")");
            }
        }
        return new Failure(
                FailureCode.STILL_WRITTEN,
                "the source is written to; records of the last " + (nowMs - before.sinceMs()) + " ms, by partition: "
                        + String.join(", ", written),
                nowMs);
    }

    /** What was said of a source that may just pause between two batches. */
    private @Nullable Failure writtenLately(String topic, MirrorStatus status) {
        Failure said = status.failure();
        return said != null && said.code() == FailureCode.STILL_WRITTEN && quietMs(topic) < QUIET_MS ? said : null;
    }

    private long quietMs(String topic) {
        Quiet since = quiet.get(topic);
        return since == null ? 0 : context.time().milliseconds() - since.sinceMs();
    }

    private static void requirePinned(MirrorStatus status, SourceTopic source) throws SourceException {
        if (source.error() != Errors.NONE) {
            throw new SourceException(SourceErrors.failure(
                    "topic " + source.name() + " on the source", SourceErrors.READ_TOPIC, source.error()));
        }
        if (!source.id().equals(status.sourceTopicId())) {
            throw new SourceException(new SourceFailure(
                    FailureCode.SOURCE_TOPIC_RECREATED,
                    "topic " + source.name() + " is another one on the source now"));
        }
    }

    /** Only if nobody has moved on meanwhile, and it is still to be promoted: a failover may go elsewhere. */
    private void set(
            MirrorDefinition mirror,
            @Nullable MirrorStopping expected,
            @Nullable MirrorStopping next,
            @Nullable Failure failure) {
        book.change(StateKey.mirror(mirror.topic()), current -> {
            if (current == null
                    || current.definition().intent() != MirrorIntent.PROMOTE
                    || !Objects.equals(current.stopping(), expected)) {
                return current;
            }
            return current.withStopping(next)
                    .withSourceFence(null)
                    .withState(current.state(), failure, context.time().milliseconds());
        });
    }

    private @Nullable Failure behind(FailureCode code, List<Long> sourceEnds, List<Long> mirrorEnds) {
        List<String> behind = new ArrayList<>();
        for (int number = 0; number < sourceEnds.size(); number++) {
            // One that the source has got just now has no mirror yet.
            long mirrored = number < mirrorEnds.size() ? mirrorEnds.get(number) : -1;
            long records = sourceEnds.get(number) - mirrored;
            if (records > 0) {
                behind.add(number + (mirrored < 0 ? " (new)" : " (" + records + ")"));
            }
        }
        return behind.isEmpty()
                ? null
                : new Failure(
                        code,
                        "the source has records that are not mirrored yet, by partition: " + String.join(", ", behind),
                        context.time().milliseconds());
    }
}
