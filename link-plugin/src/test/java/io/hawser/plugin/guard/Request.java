/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.guard;

import java.net.InetAddress;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;

/** One request as an authorizer sees it. Immutable. */
record Request(ApiKeys api, KafkaPrincipal principal, String clientId) implements AuthorizableRequestContext {

    static Request of(ApiKeys api) {
        return new Request(api, new KafkaPrincipal(KafkaPrincipal.USER_TYPE, "alice"), "client-1");
    }

    Request as(String user) {
        return new Request(api, new KafkaPrincipal(KafkaPrincipal.USER_TYPE, user), clientId);
    }

    Request withClientId(String id) {
        return new Request(api, principal, id);
    }

    static Action onTopic(AclOperation operation, String topic) {
        return new Action(
                operation, new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL), 1, true, true);
    }

    static Action onCluster(AclOperation operation) {
        return new Action(
                operation,
                new ResourcePattern(ResourceType.CLUSTER, Resource.CLUSTER_NAME, PatternType.LITERAL),
                1,
                true,
                false);
    }

    @Override
    public String listenerName() {
        return "PLAINTEXT";
    }

    @Override
    public SecurityProtocol securityProtocol() {
        return SecurityProtocol.PLAINTEXT;
    }

    @Override
    public InetAddress clientAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public int requestType() {
        return api.id;
    }

    @Override
    public int requestVersion() {
        return api.latestVersion();
    }

    @Override
    public int correlationId() {
        return 1;
    }
}
