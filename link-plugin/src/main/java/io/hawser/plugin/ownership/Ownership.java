/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.ownership;

import io.hawser.config.LinkConfig;
import io.hawser.definition.Definitions;
import io.hawser.definition.LinkDefinition;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.fetch.MirrorAssignment;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.status.LinkStatus;
import io.hawser.status.MirrorStatus;
import io.hawser.status.MirrorStopping;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;

/**
 * What one broker leads of the mirror topics, by one view of the cluster, the definitions and the state.
 *
 * <p>Law: the leader of a mirror partition fetches it and nobody else, and only while its owner wants it mirrored, the source
 * is pinned and no promotion or failover has asked for a stop.
 *
 * <p>Immutable, as far as the snapshot is.
 */
public final class Ownership {

    private final int nodeId;
    private final Definitions definitions;
    private final ClusterView cluster;
    private final StateSnapshot state;

    public Ownership(int nodeId, Definitions definitions, ClusterView cluster, StateSnapshot state) {
        this.nodeId = nodeId;
        this.definitions = definitions;
        this.cluster = cluster;
        this.state = state;
    }

    /** One mirror topic with what this broker leads of it. */
    public record Led(MirrorDefinition definition, MirrorStatus status, List<MirrorAssignment> partitions) {
        public Led {
            partitions = List.copyOf(partitions);
        }

        public boolean fetches() {
            return definition.intent().fetches() && status.stopping() == null;
        }
    }

    /** All mirror topics that exist and are read-only, with this broker's partitions. */
    public List<Led> led() {
        List<Led> led = new ArrayList<>();
        for (MirrorDefinition definition : definitions.mirrors().values()) {
            if (definition.intent().readOnly()) {
                led(definition).ifPresent(led::add);
            }
        }
        return led;
    }

    /**
     * What was passed over when its topic became writable: where the mirror ended is still to be told, and what was open there to
     * be aborted.
     */
    public List<Led> passedOver() {
        List<Led> led = new ArrayList<>();
        for (MirrorDefinition definition : definitions.mirrors().values()) {
            if (!definition.intent().readOnly()) {
                led(definition).flatMap(Ownership::passedOver).ifPresent(led::add);
            }
        }
        return led;
    }

    private static Optional<Led> passedOver(Led led) {
        MirrorStopping stopping = led.status().stopping();
        if (stopping == null || stopping.passedOver().isEmpty()) {
            return Optional.empty();
        }
        List<MirrorAssignment> partitions = led.partitions().stream()
                .filter(partition ->
                        stopping.passedOver().containsKey(partition.mirror().partition()))
                .toList();
        return Optional.of(new Led(led.definition(), led.status(), partitions));
    }

    /** All mirror topics that exist and that somebody has asked to verify, writable ones too, with this broker's partitions. */
    public List<Led> toVerify() {
        List<Led> led = new ArrayList<>();
        for (MirrorDefinition definition : definitions.mirrors().values()) {
            if (definition.verification() != null && definition.intent() != MirrorIntent.DELETE) {
                led(definition).ifPresent(led::add);
            }
        }
        return led;
    }

    /** Whether a link may fetch: its source is pinned and it is not paused. */
    public boolean linkFetches(LinkDefinition link) {
        return !isPaused(link) && sourceClusterId(link).isPresent();
    }

    /** Whether all mirrors of the link are to stand still. */
    public static boolean isPaused(LinkDefinition link) {
        return Boolean.parseBoolean(link.configs().getOrDefault(LinkConfig.PAUSED, "false"));
    }

    public Optional<String> sourceClusterId(LinkDefinition link) {
        return state.value(StateKey.link(link.name()))
                .filter(status -> status.definition().id().equals(link.id()))
                .map(LinkStatus::sourceClusterId);
    }

    private Optional<Led> led(MirrorDefinition definition) {
        Optional<MirrorStatus> status = state.value(StateKey.mirror(definition.topic()))
                .filter(known -> known.definition().id().equals(definition.id()))
                .filter(MirrorStatus::established);
        Optional<ClusterView.Topic> topic = cluster.topic(definition.topic());
        if (status.isEmpty() || topic.isEmpty()) {
            return Optional.empty();
        }
        List<MirrorAssignment> partitions = new ArrayList<>();
        for (int number = 0; number < topic.get().partitions().size(); number++) {
            ClusterView.Partition partition = topic.get().partitions().get(number);
            if (partition.leader() == nodeId) {
                partitions.add(assignment(definition, status.get(), topic.get(), number, partition.leaderEpoch()));
            }
        }
        return Optional.of(new Led(definition, status.get(), partitions));
    }

    private static MirrorAssignment assignment(
            MirrorDefinition definition, MirrorStatus status, ClusterView.Topic topic, int number, int leaderEpoch) {
        return new MirrorAssignment(
                new TopicPartition(definition.topic(), number),
                topic.id(),
                status.incarnation(),
                new TopicIdPartition(
                        Objects.requireNonNull(status.sourceTopicId()),
                        new TopicPartition(definition.sourceTopic(), number)),
                leaderEpoch);
    }
}
