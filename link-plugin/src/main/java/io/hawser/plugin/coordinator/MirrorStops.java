/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.StopPoint;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorStatus;
import io.hawser.status.MirrorStopping;
import io.hawser.status.PartitionStatus;
import io.hawser.status.PartitionStatus.PartitionStopping;
import io.hawser.status.StateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far the partitions of a mirror topic have come on its way to becoming writable, by their leaders' reports, and what is
 * asked of them next.
 *
 * <p>Thread-safe, as far as the reports are: it keeps nothing.
 */
final class MirrorStops {

    private final StatusBook book;
    private final PassedOver passedOver;

    MirrorStops(CoordinatorContext context, StatusBook book) {
        this.book = book;
        this.passedOver = new PassedOver(context, book);
    }

    /** Takes note of what is not waited for, and of what of that has caught up. */
    MirrorStatus observe(MirrorDefinition mirror, MirrorStatus status) {
        StateKey<MirrorStatus> key = StateKey.mirror(mirror.topic());
        book.change(
                key,
                current -> current == null || current.stopping() == null
                        ? current
                        : current.withStopping(passedOver.observe(mirror, current, current.stopping())));
        return book.value(key).orElse(status);
    }

    /** Asks every leader to fence; once all have, writes down where their logs end, once. */
    void failOver(MirrorDefinition mirror, MirrorStatus status) {
        StateKey<MirrorStatus> key = StateKey.mirror(mirror.topic());
        MirrorStopping stopping = status.stopping();
        if (stopping == null) {
            book.change(
                    key,
                    current -> current == null
                            ? null
                            : current.withStopping(fence(mirror, status)).withSourceFence(null));
        } else if (stopping.step() == MirrorStopping.Step.FENCE) {
            fencedAt(mirror, status)
                    .ifPresent(ends -> book.change(
                            key, current -> current == null ? null : current.withStopping(stopping.sealAt(ends))));
        }
    }

    /** The next attempt: its number is above all that any partition may have reported on. */
    MirrorStopping fence(MirrorDefinition mirror, MirrorStatus status) {
        int last = 0;
        for (int number = 0; number < status.partitions(); number++) {
            last = Math.max(
                    last,
                    stopping(mirror, number).map(PartitionStopping::attempt).orElse(0));
        }
        return MirrorStopping.fence(last + 1);
    }

    /** Where the logs of all partitions end, once all their leaders have fenced for the present attempt. */
    Optional<List<Long>> fencedAt(MirrorDefinition mirror, MirrorStatus status) {
        MirrorStopping attempt = Objects.requireNonNull(status.stopping());
        List<Long> ends = new ArrayList<>();
        for (int number = 0; number < status.partitions(); number++) {
            Optional<Long> end = stopping(mirror, number)
                    .filter(reported -> reported.attempt() == attempt.attempt())
                    // Not as far as a promotion had come that a failover to a time or offset has taken the place of.
                    .filter(reported -> Objects.equals(reported.stoppedAt(), StopPoint.idOf(mirror.stopAt())))
                    .map(PartitionStopping::lastMirroredOffset);
            if (end.isEmpty() && passedOver.contains(status, number)) {
                ends.add(MirrorStopping.UNKNOWN);
            }
            end.ifPresent(ends::add);
        }
        return ends.size() == status.partitions() ? Optional.of(ends) : Optional.empty();
    }

    /** Whether all leaders have aborted what was open. */
    boolean sealed(MirrorDefinition mirror, MirrorStatus status) {
        MirrorStopping stopping = status.stopping();
        if (stopping == null || stopping.step() != MirrorStopping.Step.SEAL) {
            return false;
        }
        for (int number = 0; number < status.partitions(); number++) {
            if (stopping(mirror, number).filter(PartitionStopping::sealed).isEmpty()
                    && !passedOver.contains(status, number)) {
                return false;
            }
        }
        return true;
    }

    /** Which partitions a failover still waits for. */
    @Nullable
    Failure waitsFor(MirrorDefinition mirror, MirrorStatus status, long nowMs) {
        MirrorStopping attempt = status.stopping();
        if (attempt == null) {
            return null;
        }
        boolean sealing = status.sealing();
        List<Integer> missing = new ArrayList<>();
        for (int number = 0; number < status.partitions(); number++) {
            boolean done = stopping(mirror, number)
                    .filter(reported -> sealing ? reported.sealed() : reported.attempt() == attempt.attempt())
                    .isPresent();
            if (!done && !passedOver.contains(status, number)) {
                missing.add(number);
            }
        }
        return missing.isEmpty()
                ? null
                : new Failure(
                        sealing ? FailureCode.NOT_ENOUGH_REPLICAS : FailureCode.LEADER_UNAVAILABLE,
                        "waiting for the leaders of partitions " + missing
                                + (sealing ? " to abort open transactions" : " to stop and report"),
                        nowMs);
    }

    private Optional<PartitionStopping> stopping(MirrorDefinition mirror, int partition) {
        return book.partition(mirror, partition).map(PartitionStatus::stopping);
    }
}
