/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.control.ClientSettings;
import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.control.IntentChange;
import io.hawser.admin.control.MirrorCreation;
import io.hawser.admin.view.DrillView.Canary;
import io.hawser.admin.view.DrillView.Step;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.definition.TopicNames;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.SourceFence;
import io.hawser.status.StateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/**
 * Fails a topic over that it makes itself, while that is written to on the source, and measures what that costs.
 *
 * <p>Law: what it has made is removed from both clusters however it ends, SIGTERM and Ctrl-C included; nothing but its own topic
 * is touched.
 *
 * <p>Confined to the command's thread.
 */
final class CanaryDrill {

    private static final Duration WRITTEN_FOR = Duration.ofSeconds(3);
    private static final Duration FENCE_LIMIT = Duration.ofSeconds(5);
    private static final long POLL_MS = 20;

    private final ControlPlane cluster;
    private final ClientSettings here;
    private final ClientSettings there;
    private final String link;
    private final String topic;
    private final int partitions;
    private final long deadlineNs;
    private final List<Step> steps = new ArrayList<>();
    private long stepNs = System.nanoTime();
    /** Whether there may be something to remove. */
    private boolean made = true;

    private @Nullable Loss loss;
    private @Nullable Long rtoMs;
    private @Nullable SourceFence fence;
    private @Nullable RuntimeException failure;

    /** @param topic that neither cluster has */
    CanaryDrill(
            ControlPlane cluster,
            ClientSettings here,
            ClientSettings there,
            String link,
            String topic,
            int partitions,
            Duration timeout) {
        this.cluster = cluster;
        this.here = here;
        this.there = there;
        this.link = link;
        this.topic = topic;
        this.partitions = partitions;
        this.deadlineNs = System.nanoTime() + timeout.toNanos();
    }

    /** Why it did not come to its end; null if it did. */
    @Nullable
    RuntimeException failure() {
        return failure;
    }

    /** What came of making the source topic read-only; null if it was not told in time. */
    @Nullable
    SourceFence fence() {
        return fence;
    }

    /** @param fences whether the link makes source topics read-only */
    Canary run(boolean fences) {
        List<String> left;
        try (Ending ending = new Ending(CanaryRemoval.LIMIT.toMillis())) {
            try {
                rehearse(fences);
            } catch (RuntimeException e) {
                failure = e;
            }
            boolean ends = ending.tidyUp();
            left = made ? new CanaryRemoval(here, there, topic, partitions).run() : List.of();
            done("removed");
            if (ends) {
                left.forEach(each -> System.err.println("link-admin: left behind: " + each));
            }
        }
        return new Canary(
                topic,
                partitions,
                loss == null ? null : Long.valueOf(loss.acknowledged()),
                loss == null ? null : Long.valueOf(loss.records()),
                loss == null ? null : Long.valueOf(loss.ageMs()),
                rtoMs,
                steps,
                left);
    }

    private void rehearse(boolean fences) {
        Admin source = there.admin();
        Admin destination = here.admin();
        try (Flow flow = new Flow(there, topic, partitions)) {
            create(source);
            flow.start();
            await(() -> !flow.isEmpty() || flow.failure() != null, () -> "was acknowledged nothing on the source");
            long untilNs = System.nanoTime() + WRITTEN_FOR.toNanos();
            await(
                    () -> System.nanoTime() - untilNs >= 0 || flow.failure() != null,
                    () -> "was not written to for long enough");
            Exception refused = flow.failure();
            if (refused != null) {
                throw CommandFailure.failed("The canary cannot be written to on the source: " + refused.getMessage());
            }
            done("written to");
            failOver(flow, destination);
        } finally {
            source.close(Duration.ofSeconds(1));
            destination.close(Duration.ofSeconds(1));
        }
        if (fences) {
            cluster.await(
                    FENCE_LIMIT,
                    snapshot -> snapshot.value(StateKey.mirror(topic))
                            .map(MirrorStatus::sourceFence)
                            .isPresent());
            fence = cluster.state()
                    .value(StateKey.mirror(topic))
                    .map(MirrorStatus::sourceFence)
                    .orElse(null);
        }
    }

    private void create(Admin source) {
        try {
            ControlPlane.await(
                    source.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())
                                    .configs(Map.of("cleanup.policy", "delete"))))
                            .all());
        } catch (AuthorizationException e) {
            made = false;
            throw CommandFailure.failed("link-admin needs CREATE, WRITE, DESCRIBE and DELETE on topics that begin with "
                    + TopicNames.CANARY_PREFIX + " on both sides; on the source it may not create them");
        }
        done("source topic made");
        MirrorCreation creation =
                new MirrorCreation(cluster, link, MirrorDefinition.DEFAULT_REPLICATION_FACTOR, Map.of());
        MirrorCreation.Outcome outcome;
        do {
            outcome = creation.create(List.of(topic), topic, left(), /* catchUp= */ true, /* dryRun= */ false)
                    .get(0);
            // Not every broker of the source knows a new topic at once.
        } while (FailureCode.SOURCE_TOPIC_NOT_FOUND.name().equals(outcome.code()) && !left().isZero());
        if (outcome.code() != null) {
            String message = "The mirror of the canary is " + outcome.code() + ": " + outcome.message();
            throw outcome.exitCode() == CommandFailure.TIMED_OUT
                    ? CommandFailure.timedOut(message)
                    : CommandFailure.failed(message);
        }
        done("mirror follows");
    }

    private void failOver(Flow flow, Admin destination) {
        try (FirstWrites writes = new FirstWrites(here, topic, partitions)) {
            // Asked twice, since the first answer takes a connection.
            ends(destination);
            Map<Integer, Long> ends = ends(destination);
            long begunNs = System.nanoTime();
            stepNs = begunNs;
            IntentChange failover = new IntentChange(cluster, MirrorIntent.FAILOVER);
            Map<String, IntentChange.Outcome> asked = failover.ask(List.of(topic), /* dryRun= */ false);
            writes.start();
            IntentChange.Outcome outcome = failover.awaitStopped(asked, left()).get(0);
            done("failed over");
            loss = Loss.of(flow.acknowledged(), ends, begunNs);
            if (!MirrorState.STOPPED.name().equals(outcome.state())) {
                throw CommandFailure.timedOut("The canary is not writable: " + outcome.message());
            }
            await(() -> writes.allAtNs().isPresent(), () -> "took no writes after the failover: " + writes.refusal());
            OptionalLong writtenNs = writes.allAtNs();
            rtoMs = TimeUnit.NANOSECONDS.toMillis(writtenNs.orElse(begunNs) - begunNs);
        }
    }

    private Map<Integer, Long> ends(Admin destination) {
        Map<TopicPartition, OffsetSpec> request = new HashMap<>();
        for (int number = 0; number < partitions; number++) {
            request.put(new TopicPartition(topic, number), OffsetSpec.latest());
        }
        Map<Integer, Long> ends = new HashMap<>();
        ControlPlane.await(destination.listOffsets(request).all())
                .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
        return ends;
    }

    private Duration left() {
        return Duration.ofNanos(Math.max(0, deadlineNs - System.nanoTime()));
    }

    private void await(BooleanSupplier condition, Supplier<String> otherwise) {
        while (!condition.getAsBoolean()) {
            if (left().isZero()) {
                throw CommandFailure.timedOut("The canary " + otherwise.get());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw CommandFailure.failed("interrupted");
            }
        }
    }

    private void done(String step) {
        long nowNs = System.nanoTime();
        steps.add(new Step(step, TimeUnit.NANOSECONDS.toMillis(nowNs - stepNs)));
        stepNs = nowNs;
    }
}
