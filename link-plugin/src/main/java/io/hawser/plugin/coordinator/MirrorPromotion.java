/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.definition.MirrorDefinition;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceErrors;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceRequest.Offsets;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorStatus;
import io.hawser.status.MirrorStopping;
import io.hawser.status.StateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * Proves twice that a mirror holds all that its source has: before its fetchers are fenced, and after. A source that was
 * written to in between sends the mirror back to fetching, and the next attempt begins.
 *
 * <p>Confined to the link's tasks thread.
 */
final class MirrorPromotion {

    private final CoordinatorContext context;
    private final StatusBook book;
    private final MirrorTransitions transitions;

    MirrorPromotion(CoordinatorContext context, StatusBook book, MirrorTransitions transitions) {
        this.context = context;
        this.book = book;
        this.transitions = transitions;
    }

    /** Whether the source has still to be asked; after the second proof it has not. */
    static boolean needsProof(MirrorStatus status) {
        MirrorStopping stopping = status.stopping();
        return stopping == null || stopping.step() == MirrorStopping.Step.FENCE;
    }

    void prove(MirrorDefinition mirror, MirrorStatus status, SourceTopic source, SourceClient client)
            throws SourceException {
        requirePinned(status, source);
        MirrorStopping stopping = status.stopping();
        if (stopping == null) {
            List<Long> sourceEnds = client.offsets(source, Offsets.Spec.LATEST);
            List<Long> mirrorEnds = context.admin().endOffsets(mirror.topic(), status.partitions());
            Failure behind = behind(sourceEnds, mirrorEnds);
            // A reason from an earlier attempt stays until the second proof, or it would flicker.
            set(
                    mirror,
                    stopping,
                    behind == null ? transitions.fence(mirror, status) : null,
                    behind == null ? status.failure() : behind);
            return;
        }
        Optional<List<Long>> fencedAt = transitions.fencedAt(mirror, status);
        if (fencedAt.isPresent()) {
            Failure behind = behind(client.offsets(source, Offsets.Spec.LATEST), fencedAt.get());
            set(mirror, stopping, behind == null ? stopping.sealAt(fencedAt.get()) : null, behind);
        }
    }

    private static void requirePinned(MirrorStatus status, SourceTopic source) throws SourceException {
        if (source.error() != Errors.NONE) {
            throw new SourceException(new SourceFailure(
                    SourceErrors.failureCode(source.error()),
                    "topic " + source.name() + " on the source: "
                            + source.error().message()));
        }
        if (!source.id().equals(status.sourceTopicId())) {
            throw new SourceException(new SourceFailure(
                    FailureCode.SOURCE_TOPIC_RECREATED,
                    "topic " + source.name() + " is another one on the source now"));
        }
    }

    /** Only if nobody has moved on meanwhile. */
    private void set(
            MirrorDefinition mirror,
            @Nullable MirrorStopping expected,
            @Nullable MirrorStopping next,
            @Nullable Failure failure) {
        book.change(StateKey.mirror(mirror.topic()), current -> {
            if (current == null || !Objects.equals(current.stopping(), expected)) {
                return current;
            }
            return current.withStopping(next)
                    .withState(current.state(), failure, context.time().milliseconds());
        });
    }

    private @Nullable Failure behind(List<Long> sourceEnds, List<Long> mirrorEnds) {
        List<String> behind = new ArrayList<>();
        for (int number = 0; number < mirrorEnds.size(); number++) {
            long records = sourceEnds.get(number) - mirrorEnds.get(number);
            if (records > 0) {
                behind.add(number + " (" + records + ")");
            }
        }
        return behind.isEmpty()
                ? null
                : new Failure(
                        FailureCode.STILL_WRITTEN,
                        "the source has records that are not mirrored yet, by partition: " + String.join(", ", behind),
                        context.time().milliseconds());
    }
}
