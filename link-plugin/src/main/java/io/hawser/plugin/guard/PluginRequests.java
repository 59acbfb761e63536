/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.guard;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.Authorizer;

/**
 * Tells the plugin's own admin requests, which create, grow, configure and delete mirror topics, from all others.
 *
 * <p>A request is the plugin's if its client id starts with {@value #CLIENT_ID_PREFIX} <em>and</em> its principal is that
 * of a broker: one of those in {@value #PRINCIPALS_CONFIG} where it is set; else one to whom the delegate grants
 * CLUSTER_ACTION on the cluster, which brokers need among themselves and no user should have. The listener cannot be
 * part of the rule: a controller sees a forwarded request on its own listener, with the client's principal.
 *
 * <p>So where nothing authenticates the brokers, or there is no delegate, the client id alone decides; that guards
 * against accidents and no more.
 *
 * <p>Immutable.
 */
public final class PluginRequests {

    /** What the client id of each of the plugin's own clients on the local cluster starts with. */
    public static final String CLIENT_ID_PREFIX = "hawser-broker-";

    /** The brokers' principals, separated by semicolons as in {@code super.users}; optional. */
    public static final String PRINCIPALS_CONFIG = "hawser.local.principal";

    private final Set<String> principals;
    private final Authorizer delegate;

    private PluginRequests(Set<String> principals, Authorizer delegate) {
        this.principals = principals;
        this.delegate = delegate;
    }

    public static PluginRequests configured(Map<String, ?> configs, Authorizer delegate) {
        Object value = configs.get(PRINCIPALS_CONFIG);
        Set<String> principals = value == null
                ? Set.of()
                : Arrays.stream(value.toString().split(";"))
                        .map(String::trim)
                        .filter(principal -> !principal.isEmpty())
                        .collect(Collectors.toUnmodifiableSet());
        return new PluginRequests(principals, delegate);
    }

    boolean includes(AuthorizableRequestContext context) {
        String clientId = context.clientId();
        if (clientId == null || !clientId.startsWith(CLIENT_ID_PREFIX)) {
            return false;
        }
        if (principals.isEmpty()) {
            return ClusterRight.isGranted(delegate, context, AclOperation.CLUSTER_ACTION);
        }
        KafkaPrincipal principal = context.principal();
        return principals.contains(principal.getPrincipalType() + ":" + principal.getName());
    }
}
