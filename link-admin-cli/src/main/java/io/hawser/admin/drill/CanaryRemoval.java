/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.control.ClientSettings;
import io.hawser.admin.control.ControlPlane;
import io.hawser.definition.Definitions;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Removes a canary from both clusters, however far its drill has come. First its mirror, so that nobody makes its source topic
 * read-only any more; then the source topic, with the record there that did.
 *
 * <p>Law: only what has the canary's own name, which is random, is touched.
 *
 * <p>Confined to the command's thread. It has connections of its own, since those of the drill may have been interrupted.
 */
final class CanaryRemoval {

    /** For both clusters together, with the time that a connection takes that does not come about. */
    static final Duration LIMIT = Duration.ofMinutes(2);

    private static final Duration GONE_LIMIT = Duration.ofSeconds(30);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
    private static final long POLL_MS = 100;
    private static final long ASK_AGAIN_NS = TimeUnit.SECONDS.toNanos(2);

    private final ClientSettings here;
    private final ClientSettings there;
    private final String topic;
    private final int partitions;

    CanaryRemoval(ClientSettings here, ClientSettings there, String topic, int partitions) {
        this.here = here;
        this.there = there;
        this.topic = topic;
        this.partitions = partitions;
    }

    /** @return what is left, with the command that removes it; empty as a rule */
    List<String> run() {
        List<String> left = new ArrayList<>();
        String ofMirror = attempt(this::removeMirror);
        if (ofMirror != null) {
            left.add("topic " + topic + " and the link's record of it here (" + ofMirror
                    + "): 'link-admin failover --mirror-topic " + topic
                    + " --wait', then 'link-admin delete --mirror-topic "
                    + topic + "' and 'kafka-topics --delete --topic " + topic + " --bootstrap-server "
                    + here.bootstrapServers() + "', what of it is not there being done already");
        }
        String ofSource = attempt(this::removeSource);
        if (ofSource != null) {
            left.add("topic " + topic + " on the source (" + ofSource + "): 'link-admin delete --mirror-topic " + topic
                    + " --bootstrap-server " + there.bootstrapServers() + "' if it is read-only, then 'kafka-topics"
                    + " --delete --topic " + topic + " --bootstrap-server " + there.bootstrapServers() + "'");
        }
        return left;
    }

    /** What is done against one cluster; tells why it did not come to its end. */
    private interface Attempt {
        @Nullable
        String run();
    }

    private static @Nullable String attempt(Attempt attempt) {
        try {
            return attempt.run();
        } catch (KafkaException | CommandFailure e) {
            return String.valueOf(e.getMessage());
        }
    }

    private @Nullable String removeMirror() {
        try (ControlPlane cluster = new ControlPlane(here)) {
            Admin admin = here.admin();
            try {
                // Asked even if nothing is known of it yet: the one who was interrupted may have just asked for it.
                Wish wish = new Wish(cluster, this::withoutMirror);
                TopicDeletion deletion = new TopicDeletion(admin, topic);
                return until(() -> {
                            StateSnapshot snapshot = cluster.state();
                            if (snapshot.value(StateKey.mirror(topic)).isEmpty()) {
                                return deletion.isDone() && isForgotten(snapshot);
                            }
                            wish.askAgain();
                            return false;
                        })
                        ? null
                        : deletion.refusal();
            } finally {
                admin.close(CLOSE_LIMIT);
            }
        }
    }

    /** One that is still a mirror is deleted by the brokers; one that is on its way to becoming writable is waited for. */
    private Definitions withoutMirror(Definitions definitions) {
        return definitions.withMirrors(
                mirrors -> mirrors.computeIfPresent(topic, (name, mirror) -> withoutMirror(mirror)));
    }

    private static @Nullable MirrorDefinition withoutMirror(MirrorDefinition mirror) {
        if (!mirror.intent().readOnly()) {
            return null;
        }
        return mirror.intent().mayBecome(MirrorIntent.DELETE) ? mirror.withIntent(MirrorIntent.DELETE) : mirror;
    }

    private Definitions withoutFence(Definitions definitions) {
        return definitions.withMirrors(mirrors -> mirrors.remove(topic));
    }

    private boolean isForgotten(StateSnapshot snapshot) {
        return IntStream.range(0, partitions)
                .allMatch(number ->
                        snapshot.value(StateKey.partition(topic, number)).isEmpty());
    }

    private @Nullable String removeSource() {
        Admin admin = there.admin();
        try {
            TopicDeletion deletion = new TopicDeletion(admin, topic);
            if (deletion.isDone()) {
                return null;
            }
            return deletion.isRefused()
                    ? removeReadOnlySource(deletion)
                    : until(deletion::isDone) ? null : deletion.refusal();
        } finally {
            admin.close(CLOSE_LIMIT);
        }
    }

    /** The source runs the plugin, and its topic was made read-only by the failover. */
    private @Nullable String removeReadOnlySource(TopicDeletion deletion) {
        try (ControlPlane source = new ControlPlane(there)) {
            Wish wish = new Wish(source, this::withoutFence);
            return until(() -> {
                        // It may have been made read-only when this broker had not told of it yet, or once more.
                        wish.askAgain();
                        return deletion.isDone()
                                && source.state().value(StateKey.mirror(topic)).isEmpty();
                    })
                    ? null
                    : deletion.refusal();
        }
    }

    private static boolean until(BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + GONE_LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= deadlineNs) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw CommandFailure.failed("interrupted");
            }
        }
        return true;
    }

    /** A change of definitions that is asked for at once, and again where what it is to change may have come after it. */
    private static final class Wish {
        private final ControlPlane cluster;
        private final UnaryOperator<Definitions> change;
        private long askedNs;

        Wish(ControlPlane cluster, UnaryOperator<Definitions> change) {
            this.cluster = cluster;
            this.change = change;
            ask();
        }

        /** Unless it was asked for just now. */
        void askAgain() {
            if (System.nanoTime() - askedNs > ASK_AGAIN_NS) {
                ask();
            }
        }

        private void ask() {
            cluster.change(change, false);
            askedNs = System.nanoTime();
        }
    }

    /** Asks for it until the cluster says that there is no such topic. */
    private static final class TopicDeletion {
        private final Admin admin;
        private final String topic;
        private boolean refused;

        TopicDeletion(Admin admin, String topic) {
            this.admin = admin;
            this.topic = topic;
        }

        boolean isDone() {
            try {
                refused = false;
                ControlPlane.await(admin.deleteTopics(List.of(topic)).all());
                return false;
            } catch (UnknownTopicOrPartitionException e) {
                return true;
            } catch (TopicAuthorizationException e) {
                refused = true;
                return false;
            }
        }

        boolean isRefused() {
            return refused;
        }

        String refusal() {
            return refused ? "link-admin needs DELETE on it" : "not gone in time";
        }
    }
}
