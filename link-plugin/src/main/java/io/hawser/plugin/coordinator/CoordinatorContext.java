/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.config.SecretReferences;
import io.hawser.definition.Definitions;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.plugin.local.DroppedRecords;
import io.hawser.plugin.local.LocalAdmin;
import io.hawser.plugin.local.LocalControllers;
import io.hawser.plugin.reverse.SourceConnectors;
import io.hawser.plugin.state.StateTopic;
import io.hawser.status.StateKey;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/**
 * What the coordinator's threads work with. Immutable; all that it holds is thread-safe.
 *
 * @param epoch leader epoch of the state topic under which this broker coordinates
 * @param definitions those in force now
 * @param cluster as it is now
 * @param offsetsRetentionMs for how long brokers keep offsets of a group without members
 */
public record CoordinatorContext(
        int nodeId,
        int epoch,
        String clusterId,
        Supplier<Definitions> definitions,
        Supplier<ClusterView> cluster,
        StateTopic state,
        LocalAdmin admin,
        LocalControllers controllers,
        DroppedRecords droppedRecords,
        long offsetsRetentionMs,
        SecretReferences secrets,
        SourceConnectors connectors,
        Time time) {

    /** Live brokers that have not told yet that they have the definitions of that generation, or later ones. */
    List<Integer> brokersWithout(long generation) {
        return cluster.get().liveBrokers().stream()
                .filter(broker -> state.snapshot()
                        .value(StateKey.broker(broker))
                        .filter(known -> known.generation() >= generation)
                        .isEmpty())
                .toList();
    }
}
