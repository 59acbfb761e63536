/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.hawser.definition.Verification;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import io.hawser.status.VerificationDifference;
import io.hawser.status.VerificationStatus;
import io.hawser.status.VerificationStatus.State;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What came of comparing one mirror topic with its source, as {@code verify} shows it; the names are those of the JSON.
 *
 * <p>Immutable.
 *
 * @param state of the partitions together; null if it was refused or nobody has asked for it
 * @param code why it is not equal, or does not go on
 * @param message for people: which partition, where, what
 */
public record VerificationView(
        String mirrorTopic,
        @Nullable State state,
        @Nullable String code,
        @Nullable String message,
        List<PartitionView> partitions) {

    private static final int SHOWN = 4;

    public VerificationView {
        partitions = List.copyOf(partitions);
    }

    /**
     * One partition.
     *
     * @param state RUNNING also if its leader has not begun yet
     * @param fromOffset inclusive, where the comparison begins; null if it has not begun
     * @param nextOffset all before it are equal
     * @param endOffset exclusive
     * @param deletedOffsets of the range, which one of the sides had deleted before they could be compared
     * @param sourceBytes that were read of the source
     * @param compacted whether records were compared, of those that compaction has left
     */
    public record PartitionView(
            int partition,
            State state,
            @Nullable String code,
            @Nullable String message,
            @Nullable Long fromOffset,
            @Nullable Long nextOffset,
            @Nullable Long endOffset,
            long deletedOffsets,
            long sourceBytes,
            boolean compacted,
            @Nullable VerificationDifference difference,
            @JsonIgnore double share,
            @JsonIgnore @Nullable FailureCode holdUp) {}

    public static VerificationView refused(String topic, String code, String message) {
        return new VerificationView(topic, null, code, message, List.of());
    }

    /** What has come of one comparison so far. */
    public static VerificationView of(MirrorStatus status, Verification wanted, StateSnapshot snapshot) {
        List<PartitionView> partitions = IntStream.range(0, status.partitions())
                .mapToObj(number -> partition(
                        number,
                        snapshot.value(StateKey.verification(status.topic(), number))
                                .filter(known -> known.incarnation().equals(status.incarnation()))
                                .filter(known -> known.verification().equals(wanted.id()))))
                .toList();
        State state = worst(partitions);
        Optional<PartitionView> telling = partitions.stream()
                .filter(partition -> partition.state() == state && partition.code() != null)
                .findFirst();
        return new VerificationView(
                status.topic(),
                state,
                telling.map(PartitionView::code).orElse(null),
                telling.map(PartitionView::message).orElse(null),
                partitions);
    }

    /** Whether nothing more comes of it. */
    public boolean ended() {
        return partitions.stream().noneMatch(partition -> partition.state() == State.RUNNING);
    }

    /** The part that has been compared, 0 to 1. */
    public double share() {
        return partitions.stream().mapToDouble(PartitionView::share).average().orElse(1);
    }

    /** That were read of the source. */
    public long sourceBytes() {
        return partitions.stream().mapToLong(PartitionView::sourceBytes).sum();
    }

    /** What holds up all that is left; null if something goes on. */
    public @Nullable FailureCode holdUp() {
        List<PartitionView> open = partitions.stream()
                .filter(partition -> partition.state() == State.RUNNING)
                .toList();
        return open.stream().anyMatch(partition -> partition.holdUp() == null)
                ? null
                : open.stream()
                        .map(PartitionView::holdUp)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    /** A row for each topic. */
    public static Table table(List<VerificationView> views) {
        Table table = new Table("mirrorTopic", "state", "partitions", "offsets", "bytes", "code", "message");
        views.forEach(view -> table.row(
                view.mirrorTopic,
                view.state,
                view.partitions.isEmpty() ? null : view.done(),
                view.partitions.isEmpty() ? null : view.offsets(),
                view.partitions.isEmpty() ? null : new Size(view.sourceBytes()),
                view.code,
                view.message));
        return table;
    }

    private String done() {
        long done = partitions.stream()
                .filter(partition -> partition.state() != State.RUNNING)
                .count();
        return done == partitions.size() ? String.valueOf(done) : done + " of " + partitions.size();
    }

    private String offsets() {
        String first = partitions.stream()
                .limit(SHOWN)
                .map(partition ->
                        partition.fromOffset() == null ? "?" : partition.fromOffset() + "-" + partition.endOffset())
                .collect(Collectors.joining(","));
        return partitions.size() > SHOWN ? first + ",…" : first;
    }

    private static PartitionView partition(int number, Optional<VerificationStatus> found) {
        if (found.isEmpty()) {
            return new PartitionView(number, State.RUNNING, null, null, null, null, null, 0, 0, false, null, 0, null);
        }
        VerificationStatus status = found.get();
        Failure failure = status.failure();
        VerificationDifference difference = status.difference();
        boolean begun = status.state() != State.FAILED || status.endOffset() > 0;
        return new PartitionView(
                number,
                status.state(),
                difference != null
                        ? difference.kind().name()
                        : failure == null ? null : failure.code().name(),
                difference != null
                        ? "Partition " + number + ": " + difference.text()
                        : failure == null ? null : text(number, failure),
                begun ? Long.valueOf(status.fromOffset()) : null,
                begun ? Long.valueOf(status.nextOffset()) : null,
                begun ? Long.valueOf(status.endOffset()) : null,
                status.deletedOffsets(),
                status.sourceBytes(),
                status.compacted(),
                difference,
                status.share(),
                status.ended() || failure == null ? null : failure.code());
    }

    private static String text(int number, Failure failure) {
        return "Partition " + number + ": " + failure.message() + ". "
                + failure.code().remedy();
    }

    /** One that differs is told before one that failed, and that before those that are still compared. */
    private static State worst(List<PartitionView> partitions) {
        return List.of(State.DIFFERENT, State.FAILED, State.RUNNING).stream()
                .filter(state -> partitions.stream().anyMatch(partition -> partition.state() == state))
                .findFirst()
                .orElse(State.EQUAL);
    }
}
