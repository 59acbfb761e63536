/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.Reconfigurable;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.server.authorizer.AclCreateResult;
import org.apache.kafka.server.authorizer.AclDeleteResult;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.Authorizer;
import org.apache.kafka.server.authorizer.AuthorizerServerInfo;

/**
 * A user's authorizer that keeps its rules in one predicate and remembers what it was asked. It is neither a cluster
 * metadata authorizer nor monitorable. Confined to the test's thread.
 */
public final class RulesAuthorizer implements Authorizer, Reconfigurable {

    /** The one config that may change while it runs. */
    public static final String CONFIG = "rules.strict";

    private static final AtomicReference<RulesAuthorizer> NEWEST = new AtomicReference<>();

    private final Predicate<Action> allowed;
    private final List<List<Action>> asked = new ArrayList<>();
    private final List<Map<String, ?>> configured = new ArrayList<>();
    private int validations;
    private boolean closed;

    /** For Kafka: allows all. */
    public RulesAuthorizer() {
        this(action -> true);
        NEWEST.set(this);
    }

    /** The one that was last made by its public constructor. */
    public static RulesAuthorizer newest() {
        return NEWEST.get();
    }

    RulesAuthorizer(Predicate<Action> allowed) {
        this.allowed = allowed;
    }

    List<List<Action>> asked() {
        return asked;
    }

    public List<Map<String, ?>> configured() {
        return configured;
    }

    public int validations() {
        return validations;
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public void configure(Map<String, ?> configs) {
        configured.add(configs);
    }

    @Override
    public Set<String> reconfigurableConfigs() {
        return Set.of(CONFIG);
    }

    @Override
    public void validateReconfiguration(Map<String, ?> configs) {
        validations++;
    }

    @Override
    public void reconfigure(Map<String, ?> configs) {
        configured.add(configs);
    }

    @Override
    public Map<Endpoint, ? extends CompletionStage<Void>> start(AuthorizerServerInfo serverInfo) {
        return Map.of();
    }

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
        asked.add(List.copyOf(actions));
        return actions.stream()
                .map(action -> allowed.test(action) ? AuthorizationResult.ALLOWED : AuthorizationResult.DENIED)
                .toList();
    }

    @Override
    public List<? extends CompletionStage<AclCreateResult>> createAcls(
            AuthorizableRequestContext context, List<AclBinding> bindings) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<? extends CompletionStage<AclDeleteResult>> deleteAcls(
            AuthorizableRequestContext context, List<AclBindingFilter> filters) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Iterable<AclBinding> acls(AclBindingFilter filter) {
        return List.of();
    }

    @Override
    public void close() {
        closed = true;
    }
}
