/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.guard;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.metrics.Monitorable;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.AclMutator;
import org.apache.kafka.metadata.authorizer.ClusterMetadataAuthorizer;
import org.apache.kafka.metadata.authorizer.StandardAcl;
import org.apache.kafka.server.authorizer.AclCreateResult;
import org.apache.kafka.server.authorizer.AclDeleteResult;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.Authorizer;
import org.apache.kafka.server.authorizer.AuthorizerServerInfo;
import org.jspecify.annotations.Nullable;

/**
 * Passes every call of Kafka on to the user's authorizer, so that nothing changes by standing in between.
 *
 * <p>It is a {@link ClusterMetadataAuthorizer} and {@link Monitorable} whatever the delegate is, because Kafka asks by
 * {@code instanceof} once. To a delegate that is not, those calls are dropped: Kafka would not have made them.
 *
 * <p>Thread-safe as far as the delegate is.
 */
public abstract class DelegatingAuthorizer implements ClusterMetadataAuthorizer, Monitorable {

    // Written by configure alone, before Kafka shows the instance to a second thread.
    private Authorizer delegate = new OpenAuthorizer();
    private @Nullable ClusterMetadataAuthorizer metadataDelegate;

    /**
     * Loads and configures the delegate.
     *
     * @throws org.apache.kafka.common.config.ConfigException if the class cannot be used
     */
    @Override
    public void configure(Map<String, ?> configs) {
        delegate = DelegateClass.newInstance(configs, getClass());
        metadataDelegate = delegate instanceof ClusterMetadataAuthorizer both ? both : null;
        delegate.configure(configs);
    }

    protected final Authorizer delegate() {
        return delegate;
    }

    @Override
    public void withPluginMetrics(PluginMetrics metrics) {
        if (delegate instanceof Monitorable monitorable) {
            monitorable.withPluginMetrics(metrics);
        }
    }

    @Override
    public Map<Endpoint, ? extends CompletionStage<Void>> start(AuthorizerServerInfo serverInfo) {
        return delegate.start(serverInfo);
    }

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
        return delegate.authorize(context, actions);
    }

    @Override
    public AuthorizationResult authorizeByResourceType(
            AuthorizableRequestContext context, AclOperation operation, ResourceType resourceType) {
        return delegate.authorizeByResourceType(context, operation, resourceType);
    }

    @Override
    public List<? extends CompletionStage<AclCreateResult>> createAcls(
            AuthorizableRequestContext context, List<AclBinding> bindings) {
        return delegate.createAcls(context, bindings);
    }

    @Override
    public List<? extends CompletionStage<AclDeleteResult>> deleteAcls(
            AuthorizableRequestContext context, List<AclBindingFilter> filters) {
        return delegate.deleteAcls(context, filters);
    }

    @Override
    public Iterable<AclBinding> acls(AclBindingFilter filter) {
        return delegate.acls(filter);
    }

    @Override
    public int aclCount() {
        return delegate.aclCount();
    }

    @Override
    public void setAclMutator(AclMutator aclMutator) {
        if (metadataDelegate != null) {
            metadataDelegate.setAclMutator(aclMutator);
        }
    }

    @Override
    public AclMutator aclMutatorOrException() {
        if (metadataDelegate == null) {
            throw new NotControllerException("The authorizer keeps no ACLs in the cluster's metadata");
        }
        return metadataDelegate.aclMutatorOrException();
    }

    @Override
    public void completeInitialLoad() {
        if (metadataDelegate != null) {
            metadataDelegate.completeInitialLoad();
        }
    }

    @Override
    public void completeInitialLoad(Exception e) {
        if (metadataDelegate != null) {
            metadataDelegate.completeInitialLoad(e);
        }
    }

    @Override
    public void loadSnapshot(Map<Uuid, StandardAcl> acls) {
        if (metadataDelegate != null) {
            metadataDelegate.loadSnapshot(acls);
        }
    }

    @Override
    public void addAcl(Uuid id, StandardAcl acl) {
        if (metadataDelegate != null) {
            metadataDelegate.addAcl(id, acl);
        }
    }

    @Override
    public void removeAcl(Uuid id) {
        if (metadataDelegate != null) {
            metadataDelegate.removeAcl(id);
        }
    }

    @Override
    public void close() throws IOException {
        delegate.close();
    }
}
