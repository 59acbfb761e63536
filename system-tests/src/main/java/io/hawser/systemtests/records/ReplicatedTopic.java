/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A topic of one cluster, and where each broker keeps its replicas. Immutable.
 *
 * @param topic its name there
 * @param clusterId the cluster's id
 * @param clientProperties bootstrap servers and security settings, as for an admin client
 * @param dataDirectories by broker id; brokers without a replica may be among them
 */
public record ReplicatedTopic(
        String topic, String clusterId, Map<String, Object> clientProperties, Map<Integer, Path> dataDirectories) {

    public ReplicatedTopic {
        clientProperties = Map.copyOf(clientProperties);
        dataDirectories = Map.copyOf(dataDirectories);
    }

    /** Folders of the partition's replicas by broker id; {@link IllegalStateException} if there is none. */
    SortedMap<Integer, Path> replicas(int partition) {
        SortedMap<Integer, Path> replicas = dataDirectories.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        each -> each.getValue().resolve(topic + "-" + partition),
                        (one, same) -> one,
                        TreeMap::new));
        replicas.values().removeIf(folder -> !Files.isDirectory(folder));
        if (replicas.isEmpty()) {
            throw new IllegalStateException("No replica of " + topic + "-" + partition + " in " + dataDirectories);
        }
        return replicas;
    }
}
