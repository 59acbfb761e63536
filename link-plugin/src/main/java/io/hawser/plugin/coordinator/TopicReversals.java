/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.TopicNames;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.plugin.local.DroppedRecords;
import io.hawser.plugin.local.LocalAdmin;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorReversal;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.PartitionStatus;
import io.hawser.status.PartitionStatus.PartitionReversal;
import io.hawser.status.StateKey;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;

/**
 * Takes topics that were written here on their way to being mirrors, once {@link ReversalCheck} has found that they can be, by
 * what the local cluster alone knows.
 *
 * <p>Law: nothing is dropped before the topic is read-only on every broker, no transaction of this cluster can write to it any more,
 * and all that is to be dropped was copied to a topic of its own.
 *
 * <p>Confined to the coordinator's thread; what blocks is done by a thread of its own.
 */
final class TopicReversals implements AutoCloseable {

    private static final String SIDE_TOPIC = ".hawser-dropped-";
    private static final long AGAIN_MS = 500;
    private static final long CLOSE_MS = 5_000;

    private final CoordinatorContext context;
    private final StatusBook book;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "hawser-reversals");
        thread.setDaemon(true);
        return thread;
    });
    private final Batch<Fenced, Found> fenced = new Batch<>(worker, this::look);
    private final Batch<DroppedRecords.Range, List<Long>> copies;
    private final Map<String, Job> jobs = new HashMap<>();
    private boolean copied;

    /**
     * What the worker does for a topic.
     *
     * @param step for which its result is
     */
    private record Job(MirrorReversal step, CompletableFuture<Found> result, long begunMs) {}

    /**
     * @param openTransactions ids of those that may still write to the topic
     * @param figures by partition: high watermarks as of after that, or how many records were copied
     */
    private record Found(Set<String> openTransactions, List<Long> figures) {}

    /** A topic that nobody can begin to write to any more. */
    private record Fenced(String topic, int partitions) {}

    TopicReversals(CoordinatorContext context, StatusBook book) {
        this.context = context;
        this.book = book;
        this.copies = new Batch<>(worker, context.droppedRecords()::copy);
    }

    /** What is reported of a topic that has never been a mirror before the other cluster was asked. */
    static MirrorStatus begun(MirrorDefinition mirror, CoordinatorContext context) {
        long nowMs = context.time().milliseconds();
        return MirrorStatus.fresh(mirror, context.definitions().get().generation(), nowMs)
                .withState(state(mirror), null, nowMs);
    }

    /** Of a topic that is not a mirror again. */
    static MirrorState state(MirrorDefinition mirror) {
        return mirror.readOnly() ? MirrorState.PENDING_RESTORE : MirrorState.STOPPED;
    }

    /**
     * One step for one topic.
     *
     * @return whether it can be flipped to a mirror
     */
    boolean advance(MirrorDefinition mirror, MirrorStatus status) {
        MirrorReversal reversal = status.reversal();
        if (reversal == null || reversal.step() == MirrorReversal.Step.CHECKED) {
            return false;
        }
        try {
            switch (reversal.step()) {
                case CHECKED -> {}
                case FENCE -> fence(mirror, status, reversal);
                case SAVE -> save(mirror, status, reversal);
                case DROP -> drop(mirror, reversal);
                case FOLLOW -> {
                    return true;
                }
            }
        } catch (KafkaException e) {
            waitFor(mirror, FailureCode.DESTINATION_REFUSED, String.valueOf(e.getMessage()));
        }
        return false;
    }

    /**
     * One step back. What is being dropped already is dropped everywhere first: it was saved, and a replica that kept it would
     * differ.
     *
     * @return whether the topic can be made writable
     */
    boolean takeBack(MirrorDefinition mirror, MirrorStatus status) {
        MirrorReversal reversal = status.reversal();
        if (reversal == null || reversal.step() == MirrorReversal.Step.CHECKED) {
            return true;
        }
        if (reversal.step() == MirrorReversal.Step.DROP) {
            drop(mirror, reversal);
            return false;
        }
        return IntStream.range(0, reversal.ends().size())
                .mapToObj(number -> book.partition(mirror, number))
                .flatMap(Optional::stream)
                .map(PartitionStatus::truncation)
                .allMatch(truncation -> truncation == null || truncation.dropped());
    }

    /** Forgets what was taken back. */
    void keep(Set<String> reversed) {
        if (reversed.isEmpty() && copied) {
            copied = false;
            worker.execute(context.droppedRecords()::close);
        }
        jobs.keySet().retainAll(reversed);
    }

    @Override
    public void close() {
        worker.shutdownNow();
        try {
            if (worker.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS)) {
                context.droppedRecords().close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fence(MirrorDefinition mirror, MirrorStatus status, MirrorReversal reversal) {
        List<Integer> writable = context.brokersWithout(status.generation());
        if (!writable.isEmpty()) {
            waitFor(
                    mirror,
                    FailureCode.LEADER_UNAVAILABLE,
                    "waiting for brokers " + writable + " to make the topic read-only");
            return;
        }
        String topic = mirror.topic();
        Fenced asked = new Fenced(topic, reversal.ends().size());
        Found quiet = done(topic, reversal, () -> fenced.ask(asked)).orElse(null);
        if (quiet == null) {
            return;
        }
        if (!quiet.openTransactions().isEmpty()) {
            waitFor(
                    mirror,
                    FailureCode.OPEN_TRANSACTIONS,
                    "transactions of this cluster still write to it: " + String.join(", ", quiet.openTransactions())
                            + "; each ends at its transaction.timeout.ms at the latest");
            return;
        }
        List<PartitionReversal> reports = reports(mirror, reversal);
        if (reports.size() < reversal.ends().size()
                || !reports.stream().map(PartitionReversal::end).toList().equals(quiet.figures())) {
            waitFor(mirror, FailureCode.LEADER_UNAVAILABLE, "waiting for the leaders to report where their logs end");
            return;
        }
        List<Long> keptUpTo = reports.stream().map(PartitionReversal::keepTo).toList();
        boolean drops = !keptUpTo.equals(quiet.figures());
        MirrorReversal saving = reversal.saving(quiet.figures(), keptUpTo, drops ? sideTopic(topic) : null);
        next(mirror, reversal, drops ? saving : saving.dropping(Collections.nCopies(keptUpTo.size(), 0L)));
    }

    /** First transactions, then ends: who has ended one writes no more. */
    private void look(Map<Fenced, CompletableFuture<Found>> topics) {
        Map<String, Set<String>> open = context.admin().openTransactions();
        LocalAdmin.Offsets ends = context.admin()
                .endOffsets(topics.keySet().stream()
                        .collect(Collectors.toMap(Fenced::topic, Fenced::partitions, Math::max)));
        topics.forEach((asked, found) -> {
            try {
                found.complete(new Found(open.getOrDefault(asked.topic(), Set.of()), ends.of(asked.topic())));
            } catch (KafkaException e) {
                found.completeExceptionally(e);
            }
        });
    }

    private void save(MirrorDefinition mirror, MirrorStatus status, MirrorReversal reversal) {
        String target = Objects.requireNonNull(reversal.savedTo());
        copied = true;
        DroppedRecords.Range range = new DroppedRecords.Range(
                mirror.topic(),
                status.incarnation().toString(),
                reversal.keptUpTo(),
                reversal.ends(),
                target,
                replicas(mirror.topic()));
        done(mirror.topic(), reversal, () -> copies.ask(range).thenApply(counts -> new Found(Set.of(), counts)))
                .ifPresent(saved -> next(mirror, reversal, reversal.dropping(saved.figures())));
    }

    private void drop(MirrorDefinition mirror, MirrorReversal reversal) {
        List<PartitionReversal> reports = reports(mirror, reversal);
        boolean changed = false;
        List<Integer> left = new ArrayList<>();
        for (int number = 0; number < reports.size(); number++) {
            PartitionReversal report = reports.get(number);
            changed |= !report.dropped() && report.end() != reversal.ends().get(number);
            if (!report.dropped()) {
                left.add(number);
            }
        }
        if (changed) {
            next(mirror, reversal, reversal.fencing());
        } else if (reports.size() == reversal.ends().size() && left.isEmpty()) {
            book.change(
                    StateKey.mirror(mirror.topic()),
                    current ->
                            current == null ? null : current.withStopping(null).reversing(reversal.following()));
        } else {
            waitFor(
                    mirror,
                    FailureCode.LEADER_UNAVAILABLE,
                    "waiting for every replica of partitions " + left
                            + " to drop what the other cluster does not have");
        }
    }

    private List<PartitionReversal> reports(MirrorDefinition mirror, MirrorReversal reversal) {
        List<PartitionReversal> reports = new ArrayList<>();
        for (int number = 0; number < reversal.ends().size(); number++) {
            book.partition(mirror, number).map(PartitionStatus::reversal).ifPresent(reports::add);
        }
        return reports;
    }

    /** What the worker has found for this very step; it is set to work where it has not, and again after a while. */
    private Optional<Found> done(String topic, MirrorReversal step, Supplier<CompletableFuture<Found>> work) {
        long nowMs = context.time().milliseconds();
        Job job = jobs.get(topic);
        if (job == null || !job.step().equals(step)) {
            jobs.put(topic, new Job(step, work.get(), nowMs));
            return Optional.empty();
        }
        if (!job.result().isDone()) {
            return Optional.empty();
        }
        if (nowMs - job.begunMs() >= AGAIN_MS) {
            jobs.remove(topic);
        }
        try {
            return Optional.of(job.result().join());
        } catch (CompletionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new KafkaException(String.valueOf(cause.getMessage()), cause);
        }
    }

    private void next(MirrorDefinition mirror, MirrorReversal expected, MirrorReversal next) {
        jobs.remove(mirror.topic());
        book.change(
                StateKey.mirror(mirror.topic()),
                current -> current == null || !expected.equals(current.reversal())
                        ? current
                        : current.reversing(next)
                                .withState(
                                        MirrorState.PENDING_RESTORE,
                                        null,
                                        context.time().milliseconds()));
    }

    private void waitFor(MirrorDefinition mirror, FailureCode code, String message) {
        long nowMs = context.time().milliseconds();
        book.change(
                StateKey.mirror(mirror.topic()),
                current -> current == null
                        ? null
                        : current.withState(MirrorState.PENDING_RESTORE, new Failure(code, message, nowMs), nowMs));
    }

    private short replicas(String topic) {
        return context.cluster()
                .get()
                .topic(topic)
                .map(ClusterView.Topic::partitions)
                .map(partitions -> (short) partitions.get(0).replicas().size())
                .orElse(MirrorDefinition.DEFAULT_REPLICATION_FACTOR);
    }

    private String sideTopic(String topic) {
        String suffix = SIDE_TOPIC
                + LocalDate.ofInstant(Instant.ofEpochMilli(context.time().milliseconds()), ZoneOffset.UTC);
        int room = TopicNames.MAX_LENGTH - suffix.length();
        return topic.substring(0, Math.min(topic.length(), room)) + suffix;
    }
}
