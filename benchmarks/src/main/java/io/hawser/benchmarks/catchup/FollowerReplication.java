/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

import io.hawser.benchmarks.JvmFigures;
import io.hawser.benchmarks.Waiting;
import io.hawser.systemtests.cluster.ProcessCluster;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Kafka's own replication: one more broker becomes a replica of the topic. */
final class FollowerReplication implements Contender {

    private final String name;
    private final ProcessCluster source;
    private final int leader;
    private final int follower;

    FollowerReplication(String name, ProcessCluster source, int leader, int follower) {
        this.name = name;
        this.source = source;
        this.leader = leader;
        this.follower = follower;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Measurement run(DataSet data) throws Exception {
        long bytes = data.storedBytes(source.dataDirectory(leader), data.topic());
        Arrival arrival = new Arrival(
                () -> stored(data),
                List.of(
                        () -> source.cpuTime(leader).toNanos(),
                        () -> source.cpuTime(follower).toNanos()),
                new JvmFigures(source.processId(follower))::allocatedBytes);
        try (Admin admin = source.admin()) {
            KafkaFuture<Void> assigned = assign(admin, data, List.of(leader, follower));
            Measurement measurement = arrival.await(bytes, bytes);
            assigned.get();
            Waiting.until(
                    "the replica is in sync",
                    () -> admin.listPartitionReassignments()
                            .reassignments()
                            .get()
                            .isEmpty());
            assign(admin, data, List.of(leader)).get();
            Waiting.untilGone(source.dataDirectory(follower), data.topic());
            return measurement;
        }
    }

    private long stored(DataSet data) {
        return data.storedBytes(source.dataDirectory(follower), data.topic());
    }

    private static KafkaFuture<Void> assign(Admin admin, DataSet data, List<Integer> replicas) {
        Map<TopicPartition, Optional<NewPartitionReassignment>> wanted = IntStream.range(0, data.partitions())
                .boxed()
                .collect(Collectors.toMap(
                        partition -> new TopicPartition(data.topic(), partition),
                        partition -> Optional.of(new NewPartitionReassignment(replicas))));
        return admin.alterPartitionReassignments(wanted).all();
    }
}
