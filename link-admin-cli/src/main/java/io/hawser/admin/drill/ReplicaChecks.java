/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import io.hawser.admin.view.DrillView.Check;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;

/** Whether mirrors can be written to once they are writable, and stay so when a broker is lost. No state. */
final class ReplicaChecks {

    static final String REPLICAS = "replicas";

    private ReplicaChecks() {}

    /**
     * @param topics the mirrors here, by name
     * @param minInSync their {@code min.insync.replicas}, by name
     */
    static List<Check> of(Map<String, Looked<TopicDescription>> topics, Map<String, Looked<Integer>> minInSync) {
        Findings findings = new Findings(REPLICAS);
        topics.forEach((topic, found) -> {
            Looked<Integer> wanted =
                    minInSync.getOrDefault(topic, Looked.unknown("NOT_ANSWERED", "min.insync.replicas was not told"));
            if (found.value() == null) {
                findings.unknown(String.valueOf(found.code()), topic, found.why());
            } else if (wanted.value() == null) {
                findings.unknown(String.valueOf(wanted.code()), topic, wanted.why());
            } else {
                topic(topic, found.value(), wanted.value(), findings);
            }
        });
        return findings.checks(
                topics.size() + " mirror topics have all replicas in sync, more than min.insync.replicas");
    }

    private static void topic(String topic, TopicDescription description, int minInSync, Findings findings) {
        for (TopicPartitionInfo partition : description.partitions()) {
            String name = topic + "/" + partition.partition();
            int replicas = partition.replicas().size();
            int inSync = partition.isr().size();
            if (partition.leader() == null || partition.leader().isEmpty()) {
                findings.fail("NO_LEADER", name, "a failover would wait: bring back a broker that holds the partition");
            } else if (replicas < minInSync) {
                findings.fail(
                        "TOO_FEW_REPLICAS",
                        topic,
                        "min.insync.replicas is " + minInSync + " and there are " + replicas
                                + " replicas: no producer with acks=all could write; add replicas");
            } else if (inSync < minInSync) {
                findings.fail(
                        "NOT_ENOUGH_REPLICAS",
                        name,
                        "in sync are " + inSync + " of " + replicas + " replicas, and min.insync.replicas is "
                                + minInSync + ": bring back the others");
            } else if (inSync < replicas) {
                findings.warn("UNDER_REPLICATED", name, "in sync are " + inSync + " of " + replicas + " replicas");
            } else if (replicas == minInSync) {
                findings.warn(
                        "NO_SPARE_REPLICA",
                        topic,
                        "with replication factor " + replicas + " and min.insync.replicas " + minInSync
                                + " the loss of one broker stops writes: add a replica");
            }
        }
    }
}
