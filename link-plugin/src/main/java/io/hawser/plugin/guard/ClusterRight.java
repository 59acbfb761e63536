/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.guard;

import java.util.List;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.Authorizer;

/** Asks an authorizer for a right on the cluster, leaving no trace in its audit log. */
final class ClusterRight {

    private static final ResourcePattern CLUSTER =
            new ResourcePattern(ResourceType.CLUSTER, Resource.CLUSTER_NAME, PatternType.LITERAL);

    private ClusterRight() {}

    static boolean isGranted(Authorizer authorizer, AuthorizableRequestContext context, AclOperation operation) {
        Action action = new Action(operation, CLUSTER, 1, false, false);
        return authorizer.authorize(context, List.of(action)).get(0) == AuthorizationResult.ALLOWED;
    }
}
