/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.definition.MirrorIntent;
import io.hawser.definition.TopicNames;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.source.kafka.KafkaRecords;
import io.hawser.status.AclStatus;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorStatus;
import io.hawser.status.Origin;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * Where the topics and ACLs of a source come from, by the source's own state topic: those that links have brought there, from
 * others perhaps.
 *
 * <p>Law: a chain that ends in this very cluster is a loop, however long it is. A source that does not run the plugin has no
 * mirrors; of one whose state topic may not be read nothing is known.
 *
 * <p>Immutable.
 */
public final class OriginChains {

    private final String sourceClusterId;
    private final StateSnapshot ofSource;

    OriginChains(String sourceClusterId, StateSnapshot ofSource) {
        this.sourceClusterId = sourceClusterId;
        this.ofSource = ofSource;
    }

    public static OriginChains read(String sourceClusterId, SourceClient source) throws SourceException {
        StateSnapshot snapshot = new StateSnapshot();
        SourceTopic state =
                source.cluster(Set.of(TopicNames.STATE_TOPIC)).topics().get(TopicNames.STATE_TOPIC);
        if (state != null && state.error() == Errors.NONE) {
            try {
                source.read(state, KafkaRecords::decode, (key, value) -> apply(snapshot, key, value));
            } catch (KafkaException e) {
                throw new SourceException(new SourceFailure(
                        FailureCode.CORRUPT_BATCH, TopicNames.STATE_TOPIC + " on the source: " + e.getMessage()));
            }
        }
        return new OriginChains(sourceClusterId, snapshot);
    }

    /** Keeps nothing but what is told of mirrors and ACLs. */
    private static void apply(StateSnapshot snapshot, byte @Nullable [] key, byte @Nullable [] value) {
        String text = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        if (StateKey.parse(text)
                .filter(known -> known.type() == MirrorStatus.class || known.type() == AclStatus.class)
                .isPresent()) {
            snapshot.apply(text, value);
        }
    }

    /** The topic itself, then what it is a mirror of, and so on. */
    public List<Origin> of(String sourceTopic) {
        List<Origin> chain = new ArrayList<>();
        chain.add(new Origin(sourceClusterId, sourceTopic));
        mirror(sourceTopic).map(MirrorStatus::origins).ifPresent(chain::addAll);
        return chain;
    }

    /** Which topic of a cluster would come back to it by way of this one; empty if none would. */
    public Optional<String> loop(String sourceTopic, String clusterId) {
        return of(sourceTopic).stream()
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

    private Optional<MirrorStatus> mirror(String topic) {
        return ofSource.value(StateKey.mirror(topic))
                .filter(status -> status.definition().intent() != MirrorIntent.STOPPED);
    }
}
