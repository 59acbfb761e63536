/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorStatus;
import io.hawser.status.MirrorStopping;
import io.hawser.status.PartitionStatus;
import io.hawser.status.PartitionStatus.PartitionStopping;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Partitions that a forced failover does not wait for, since nobody leads them. Each does its part once it has a leader again,
 * though its topic is writable by then.
 *
 * <p>Thread-safe: it keeps nothing.
 */
final class PassedOver {

    private final CoordinatorContext context;
    private final StatusBook book;

    PassedOver(CoordinatorContext context, StatusBook book) {
        this.context = context;
        this.book = book;
    }

    /** Takes note of the partitions that have no leader now, if they are not to be waited for, and of those that have caught up. */
    MirrorStopping observe(MirrorDefinition mirror, MirrorStatus status, MirrorStopping stopping) {
        MirrorStopping observed =
                mirror.intent() == MirrorIntent.FORCED_FAILOVER ? stopping.passingOver(leaderless(status)) : stopping;
        if (stopping.step() == MirrorStopping.Step.SEAL) {
            for (int number : observed.passedOver().keySet()) {
                Optional<PartitionStopping> sealed = book.partition(mirror, number)
                        .map(PartitionStatus::stopping)
                        .filter(PartitionStopping::sealed);
                if (sealed.isPresent()) {
                    observed = observed.caughtUp(number, sealed.get().lastMirroredOffset());
                }
            }
        }
        return observed;
    }

    /** Whether nobody leads the partition, and it is not waited for. */
    boolean contains(MirrorStatus status, int partition) {
        MirrorStopping stopping = status.stopping();
        return stopping != null
                && stopping.passedOver().containsKey(partition)
                && leaderless(status).containsKey(partition);
    }

    /** What is said of a writable topic; null once all partitions have caught up. */
    static @Nullable Failure notice(MirrorStatus status, long nowMs) {
        MirrorStopping stopping = status.stopping();
        return stopping == null || stopping.passedOver().isEmpty()
                ? null
                : new Failure(
                        FailureCode.LEADER_UNAVAILABLE,
                        "partitions " + stopping.passedOver().keySet()
                                + " had no leader and were passed over; what they hold can be read and written to once they"
                                + " have one",
                        nowMs);
    }

    /** By partition, the epoch since which it has had none. */
    private SortedMap<Integer, Integer> leaderless(MirrorStatus status) {
        List<ClusterView.Partition> partitions = context.cluster()
                .get()
                .topic(status.topic())
                .map(ClusterView.Topic::partitions)
                .orElse(List.of());
        SortedMap<Integer, Integer> leaderless = new TreeMap<>();
        // Those that were added while it was being stopped already do not count.
        for (int number = 0; number < Math.min(status.partitions(), partitions.size()); number++) {
            if (partitions.get(number).leader() < 0) {
                leaderless.put(number, partitions.get(number).leaderEpoch());
            }
        }
        return leaderless;
    }
}
