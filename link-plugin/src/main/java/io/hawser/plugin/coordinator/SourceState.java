/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.definition.Definitions;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.TopicNames;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.source.kafka.KafkaRecords;
import io.hawser.status.AclStatus;
import io.hawser.status.DefinitionsStatus;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorStatus;
import io.hawser.status.Origin;
import io.hawser.status.PartitionStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * What the source's own state topic says: of its mirrors, where they come from and where they ended, and of ACLs that its
 * links have brought there.
 *
 * <p>Law: a chain of mirrors that ends in this very cluster is a loop, however long it is. A source that does not run the plugin
 * has no mirrors; of one whose state topic may not be read nothing is known.
 *
 * <p>Immutable.
 */
public final class SourceState {

    private static final Set<Class<?>> KEPT =
            Set.of(DefinitionsStatus.class, MirrorStatus.class, PartitionStatus.class, AclStatus.class);

    private final String sourceClusterId;
    private final Errors error;
    private final StateSnapshot ofSource;

    /** @param error why nothing is known; NONE if all is */
    SourceState(String sourceClusterId, Errors error, StateSnapshot ofSource) {
        this.sourceClusterId = sourceClusterId;
        this.error = error;
        this.ofSource = ofSource;
    }

    public static SourceState read(String sourceClusterId, SourceClient source) throws SourceException {
        StateSnapshot snapshot = new StateSnapshot();
        SourceTopic state =
                source.cluster(Set.of(TopicNames.STATE_TOPIC)).topics().get(TopicNames.STATE_TOPIC);
        Errors error = state == null ? Errors.UNKNOWN_TOPIC_OR_PARTITION : state.error();
        if (state != null && error == Errors.NONE) {
            try {
                source.read(state, KafkaRecords::decode, (key, value) -> apply(snapshot, key, value));
            } catch (KafkaException e) {
                throw new SourceException(new SourceFailure(
                        FailureCode.CORRUPT_BATCH, TopicNames.STATE_TOPIC + " on the source: " + e.getMessage()));
            }
        }
        return new SourceState(sourceClusterId, error, snapshot);
    }

    private static void apply(StateSnapshot snapshot, byte @Nullable [] key, byte @Nullable [] value) {
        String text = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        if (StateKey.parse(text).filter(known -> KEPT.contains(known.type())).isPresent()) {
            snapshot.apply(text, value);
        }
    }

    /** Why nothing is known: UNKNOWN_TOPIC_OR_PARTITION where the source does not run links; NONE if all is. */
    Errors error() {
        return error;
    }

    String sourceClusterId() {
        return sourceClusterId;
    }

    /** A topic of the source that is a mirror there, or was until it was made writable. */
    Optional<MirrorStatus> mirror(String topic) {
        return ofSource.value(StateKey.mirror(topic));
    }

    /** The definitions of mirrors there, as far as its coordinator has taken them up; links are left out. */
    Definitions definitions() {
        SortedMap<String, MirrorDefinition> mirrors = new TreeMap<>();
        ofSource.all(MirrorStatus.class).forEach(status -> mirrors.put(status.topic(), status.definition()));
        long generation = ofSource.value(StateKey.DEFINITIONS)
                .map(DefinitionsStatus::generation)
                .orElse(0L);
        return new Definitions(generation, new TreeMap<>(), mirrors);
    }

    /** A partition of such a topic, as its leader there last reported it. */
    Optional<PartitionStatus> partition(MirrorStatus mirror, int number) {
        return ofSource.value(StateKey.partition(mirror.topic(), number))
                .filter(status -> status.incarnation().equals(mirror.incarnation()));
    }

    /** The topic itself, then what it is a mirror of, and so on. */
    public List<Origin> origins(String sourceTopic) {
        List<Origin> chain = new ArrayList<>();
        chain.add(new Origin(sourceClusterId, sourceTopic));
        mirrorOfOthers(sourceTopic).map(MirrorStatus::origins).ifPresent(chain::addAll);
        return chain;
    }

    /** Which topic of a cluster would come back to it by way of this one; empty if none would. */
    public Optional<String> loop(String sourceTopic, String clusterId) {
        return origins(sourceTopic).stream()
                .filter(origin -> origin.clusterId().equals(clusterId))
                .map(origin ->
                        "topic " + sourceTopic + " of the source is a mirror of " + origin.topic() + " of this cluster")
                .findFirst();
    }

    /** Those ACLs of the source that its links have created, with the ids of the clusters that they came by. */
    public Map<AclBinding, List<String>> acls() {
        Map<AclBinding, List<String>> acls = new HashMap<>();
        ofSource.all(AclStatus.class).forEach(status -> acls.putAll(status.acls()));
        return acls;
    }

    private Optional<MirrorStatus> mirrorOfOthers(String topic) {
        return mirror(topic).filter(status -> status.definition().readOnly());
    }
}
