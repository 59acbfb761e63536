/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import io.hawser.status.Failure;
import io.hawser.status.MirrorReversal;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import io.hawser.status.VerificationStatus.State;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How far a topic has come with each of its partitions, on one line for people who wait for it. No state. */
public final class TopicLine {

    private TopicLine() {}

    /** On its way from its source: {@code orders ACTIVE 1: lag 12, 2: lag unknown, 0: lag 0}. */
    public static String of(MirrorView mirror) {
        MirrorView.Reason reason = mirror.reason();
        return line(
                mirror.mirrorTopic(),
                mirror.state().name(),
                reason == null ? null : reason.code(),
                mirror.partitions().stream()
                        .sorted(Comparator.comparing(TopicLine::isDone))
                        .map(each -> each.partition() + ": " + text(each)));
    }

    /** The same of a topic of which perhaps nothing is known yet. */
    public static String of(String topic, StateSnapshot snapshot) {
        return snapshot.value(StateKey.mirror(topic))
                .map(status -> of(MirrorView.of(status, snapshot, System.currentTimeMillis())))
                .orElse(topic);
    }

    /** On its way to being a mirror again: {@code orders DROP 0: 12 to drop, 1: 0 to drop}. */
    public static String ofReversal(String topic, StateSnapshot snapshot) {
        Optional<MirrorStatus> status = snapshot.value(StateKey.mirror(topic));
        MirrorReversal reversal = status.map(MirrorStatus::reversal).orElse(null);
        Failure failure = status.map(MirrorStatus::failure).orElse(null);
        return line(
                topic,
                reversal == null ? null : reversal.step().name(),
                failure == null ? null : failure.code().name(),
                reversal == null
                        ? Stream.of()
                        : IntStream.range(0, reversal.ends().size())
                                .mapToObj(number -> number + ": " + reversal.dropped(number) + " to drop"));
    }

    /** While it is compared with its source: {@code orders 0: 34 %, 1: EQUAL}. */
    public static String of(VerificationView verification) {
        return line(
                verification.mirrorTopic(),
                null,
                verification.code(),
                verification.partitions().stream()
                        .sorted(Comparator.comparing(each -> each.state() != State.RUNNING))
                        .map(each -> each.partition() + ": "
                                + (each.state() == State.RUNNING
                                        ? (int) (each.share() * 100) + " %"
                                        : each.state().name())));
    }

    private static boolean isDone(MirrorView.PartitionView partition) {
        Long lag = partition.lagRecords();
        return partition.lastMirroredOffset() != null || (lag != null && lag == 0);
    }

    private static String text(MirrorView.PartitionView partition) {
        MirrorView.Reason reason = partition.reason();
        if (reason != null) {
            return reason.code();
        }
        return partition.lastMirroredOffset() != null
                ? "last mirrored " + partition.lastMirroredOffset()
                : partition.heldBackForMs() != null
                        ? "held back " + Durations.text(partition.heldBackForMs())
                        : "lag " + new Figure(partition.lagRecords());
    }

    private static String line(String topic, @Nullable String state, @Nullable String code, Stream<String> partitions) {
        List<String> parts = Stream.of(topic, state, code, partitions.collect(Collectors.joining(", ")))
                .filter(Objects::nonNull)
                .toList();
        return String.join(" ", parts);
    }
}
