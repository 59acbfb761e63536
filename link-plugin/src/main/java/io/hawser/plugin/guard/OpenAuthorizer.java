/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.guard;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;
import org.apache.kafka.server.authorizer.AclCreateResult;
import org.apache.kafka.server.authorizer.AclDeleteResult;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.Authorizer;
import org.apache.kafka.server.authorizer.AuthorizerServerInfo;

/**
 * Stands for the authorizer that the user does not have: everything is allowed, and ACL calls are answered as by a
 * broker without an authorizer ({@code SECURITY_DISABLED}).
 *
 * <p>Immutable.
 */
final class OpenAuthorizer implements Authorizer {

    private static final String NO_AUTHORIZER = "No Authorizer is configured.";
    private static final List<AuthorizationResult> ONE_ALLOWED = List.of(AuthorizationResult.ALLOWED);

    @Override
    public void configure(Map<String, ?> configs) {}

    @Override
    public Map<Endpoint, ? extends CompletionStage<Void>> start(AuthorizerServerInfo serverInfo) {
        return Map.of();
    }

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
        return actions.size() == 1 ? ONE_ALLOWED : Collections.nCopies(actions.size(), AuthorizationResult.ALLOWED);
    }

    @Override
    public AuthorizationResult authorizeByResourceType(
            AuthorizableRequestContext context, AclOperation operation, ResourceType resourceType) {
        SecurityUtils.authorizeByResourceTypeCheckArgs(operation, resourceType);
        return AuthorizationResult.ALLOWED;
    }

    @Override
    public List<? extends CompletionStage<AclCreateResult>> createAcls(
            AuthorizableRequestContext context, List<AclBinding> bindings) {
        AclCreateResult refused = new AclCreateResult(new SecurityDisabledException(NO_AUTHORIZER));
        return Collections.nCopies(bindings.size(), CompletableFuture.completedFuture(refused));
    }

    @Override
    public List<? extends CompletionStage<AclDeleteResult>> deleteAcls(
            AuthorizableRequestContext context, List<AclBindingFilter> filters) {
        AclDeleteResult refused = new AclDeleteResult(new SecurityDisabledException(NO_AUTHORIZER));
        return Collections.nCopies(filters.size(), CompletableFuture.completedFuture(refused));
    }

    @Override
    public Iterable<AclBinding> acls(AclBindingFilter filter) {
        throw new SecurityDisabledException("No Authorizer is configured on the broker");
    }

    @Override
    public void close() {}
}
