/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.guard;

import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.server.authorizer.Action;
import org.jspecify.annotations.Nullable;

/**
 * The matrix: which questions of Kafka's request handlers lead to a change of a topic, when answered by yes.
 *
 * <table>
 * <caption>Every request that can change a topic, as of Kafka 4.3</caption>
 * <tr><th>Request</th><th>What Kafka asks</th><th>On a mirror topic</th></tr>
 * <tr><td>Produce</td><td>WRITE on TOPIC</td><td>refused, also to the plugin</td></tr>
 * <tr><td>AddPartitionsToTxn, from clients</td><td>WRITE on TOPIC</td><td>refused, also to the plugin</td></tr>
 * <tr><td>DeleteRecords</td><td>DELETE on TOPIC</td><td>refused</td></tr>
 * <tr><td>CreatePartitions</td><td>ALTER on TOPIC</td><td>refused</td></tr>
 * <tr><td>AlterConfigs, IncrementalAlterConfigs</td><td>ALTER_CONFIGS on TOPIC</td><td>refused</td></tr>
 * <tr><td>CreateTopics</td><td>CREATE on CLUSTER, else CREATE on TOPIC</td><td>refused, per topic</td></tr>
 * <tr><td>DeleteTopics, by name or id</td><td>DELETE on CLUSTER, else DELETE on TOPIC</td><td>refused, per topic</td></tr>
 * <tr><td>Metadata, StreamsGroupHeartbeat (automatic creation)</td><td>CREATE on CLUSTER or TOPIC</td><td>passes here; the
 *     broker then sends CreateTopics for the client, and the controller's guard refuses that. So a consumer that comes
 *     before its mirror waits for the topic instead of failing</td></tr>
 * <tr><td>AlterPartitionReassignments, ElectLeaders, AlterReplicaLogDirs</td><td>ALTER on CLUSTER</td><td>allowed: moves data
 *     and changes none</td></tr>
 * <tr><td>AddPartitionsToTxn among brokers, AlterPartition</td><td>CLUSTER_ACTION on CLUSTER</td>
 *     <td>allowed: no client has that right, and no transaction can hold a mirror's partition</td></tr>
 * <tr><td>WriteTxnMarkers</td><td>ALTER, else CLUSTER_ACTION, on CLUSTER</td><td>allowed, since the request's topics are not
 *     asked about: an administrator can abort what looks open on a mirror</td></tr>
 * <tr><td>Fetch, ListOffsets, OffsetCommit, TxnOffsetCommit, share groups, all that describes</td><td>READ or DESCRIBE</td>
 *     <td>allowed</td></tr>
 * </table>
 *
 * <p>Clients that ask for a topic's authorized operations see the refusals too, since the operation decides and not the
 * request.
 *
 * <p>Immutable.
 */
final class TopicChange {

    private TopicChange() {}

    /** Whether the action, once allowed, changes the topic that it names. */
    static boolean isAskedBy(int requestType, Action action) {
        return switch (action.operation()) {
            case WRITE, ALTER, ALTER_CONFIGS, DELETE -> isOnTopic(action);
            case CREATE -> requestType == ApiKeys.CREATE_TOPICS.id && isOnTopic(action);
            default -> false;
        };
    }

    /** Whether the action asks for the right to change all topics, after which Kafka asks nothing per topic. */
    static boolean isAskedForAllBy(int requestType, Action action) {
        return action.resourcePattern().resourceType() == ResourceType.CLUSTER
                && action.operation() == clusterWideRight(requestType);
    }

    /** Whether Kafka leaves this question out for somebody who has the {@linkplain #clusterWideRight right to all}. */
    static boolean isCoveredByRightToAll(int requestType, Action action) {
        AclOperation right = clusterWideRight(requestType);
        return right != null
                && isOnTopic(action)
                && (action.operation() == right
                        || (right == AclOperation.DELETE && action.operation() == AclOperation.DESCRIBE));
    }

    /** The operation that Kafka asks for on CLUSTER before it asks per topic; null if the request knows no such thing. */
    static @Nullable AclOperation clusterWideRight(int requestType) {
        if (requestType == ApiKeys.DELETE_TOPICS.id) {
            return AclOperation.DELETE;
        }
        return requestType == ApiKeys.CREATE_TOPICS.id ? AclOperation.CREATE : null;
    }

    private static boolean isOnTopic(Action action) {
        return action.resourcePattern().resourceType() == ResourceType.TOPIC;
    }
}
