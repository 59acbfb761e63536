/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.internals.Plugin;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ClientInformation;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.controller.ControllerRequestContext;
import org.apache.kafka.metadata.authorizer.AclMutator;
import org.apache.kafka.metadata.authorizer.StandardAcl;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.AclCreateResult;
import org.apache.kafka.server.authorizer.AclDeleteResult;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.Authorizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With and without the user's authorizer behind it, the entry answers as that authorizer would, or as none would. */
class DelegationTest {

    private static final AclBinding MAY_READ = new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, "orders", PatternType.LITERAL),
            new AccessControlEntry("User:alice", "*", AclOperation.READ, AclPermissionType.ALLOW));

    private final LinkAuthorizer authorizer = new LinkAuthorizer(RuntimeFactory.NONE);

    @Test
    void carriesAclsBothWaysForStandardAuthorizer() throws Exception {
        configure(StandardAuthorizer.class.getName());
        authorizer.loadSnapshot(Map.of());
        authorizer.completeInitialLoad();
        assertThatThrownBy(authorizer::aclMutatorOrException).isInstanceOf(NotControllerException.class);
        Log log = new Log();
        authorizer.setAclMutator(log);

        assertThat(authorizer
                        .createAcls(context("admin"), List.of(MAY_READ))
                        .get(0)
                        .toCompletableFuture()
                        .get()
                        .exception())
                .isEmpty();
        assertThat(authorizer.acls(AclBindingFilter.ANY)).containsExactly(MAY_READ);
        assertThat(authorizer.aclCount()).isEqualTo(1);
        assertThat(read("alice")).isEqualTo(AuthorizationResult.ALLOWED);
        assertThat(read("bob")).isEqualTo(AuthorizationResult.DENIED);
        assertThat(authorizer.authorizeByResourceType(context("alice"), AclOperation.READ, ResourceType.TOPIC))
                .isEqualTo(AuthorizationResult.ALLOWED);
        assertThat(authorizer.authorizeByResourceType(context("alice"), AclOperation.WRITE, ResourceType.TOPIC))
                .isEqualTo(AuthorizationResult.DENIED);

        authorizer
                .deleteAcls(context("admin"), List.of(AclBindingFilter.ANY))
                .get(0)
                .toCompletableFuture()
                .get();

        assertThat(authorizer.acls(AclBindingFilter.ANY)).isEmpty();
        assertThat(authorizer.aclMutatorOrException()).isSameAs(log);
    }

    @Test
    void answersAsABrokerWithoutAnAuthorizer() throws Exception {
        configure("");
        authorizer.completeInitialLoad();

        assertThat(read("anybody")).isEqualTo(AuthorizationResult.ALLOWED);
        assertThat(authorizer.authorizeByResourceType(context("anybody"), AclOperation.WRITE, ResourceType.TOPIC))
                .isEqualTo(AuthorizationResult.ALLOWED);
        assertThatThrownBy(() ->
                        authorizer.authorizeByResourceType(context("anybody"), AclOperation.WRITE, ResourceType.ANY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> authorizer.acls(AclBindingFilter.ANY)).isInstanceOf(SecurityDisabledException.class);
        assertThat(authorizer
                        .createAcls(context("anybody"), List.of(MAY_READ))
                        .get(0)
                        .toCompletableFuture()
                        .get()
                        .exception())
                .get()
                .isInstanceOf(SecurityDisabledException.class);
        assertThat(authorizer
                        .deleteAcls(context("anybody"), List.of(AclBindingFilter.ANY))
                        .get(0)
                        .toCompletableFuture()
                        .get()
                        .exception())
                .get()
                .isInstanceOf(SecurityDisabledException.class);
        assertThatThrownBy(authorizer::aclMutatorOrException).isInstanceOf(NotControllerException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no.such.Authorizer", "java.lang.String", "io.hawser.plugin.LinkAuthorizer"})
    void doesNotStartWithoutTheAccessControlThatItWasTold(String className) {
        assertThatThrownBy(() -> authorizer.configure(Map.of("hawser.authorizer.class.name", className)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("hawser.authorizer.class.name")
                .hasMessageContaining(className);
    }

    private void configure(String delegate) {
        authorizer.configure(Map.of("hawser.authorizer.class.name", delegate, "super.users", "User:admin"));
        Plugin.wrapInstance((Authorizer) authorizer, new Metrics(), "authorizer.class.name");
    }

    private AuthorizationResult read(String user) {
        return authorizer
                .authorize(context(user), List.of(new Action(AclOperation.READ, MAY_READ.pattern(), 1, true, true)))
                .get(0);
    }

    private static RequestContext context(String user) {
        return new RequestContext(
                new RequestHeader(ApiKeys.FETCH, ApiKeys.FETCH.latestVersion(), "client", 1),
                "connection",
                InetAddress.getLoopbackAddress(),
                new KafkaPrincipal(KafkaPrincipal.USER_TYPE, user),
                new ListenerName("PLAINTEXT"),
                SecurityProtocol.PLAINTEXT,
                ClientInformation.EMPTY,
                false);
    }

    /** Stands for the controller and the metadata log: what is asked for is committed and handed back at once. */
    private final class Log implements AclMutator {

        private final List<Uuid> ids = new ArrayList<>();

        @Override
        public CompletableFuture<List<AclCreateResult>> createAcls(
                ControllerRequestContext context, List<AclBinding> bindings) {
            bindings.forEach(binding -> {
                ids.add(Uuid.randomUuid());
                authorizer.addAcl(ids.get(ids.size() - 1), StandardAcl.fromAclBinding(binding));
            });
            return CompletableFuture.completedFuture(Stream.generate(() -> AclCreateResult.SUCCESS)
                    .limit(bindings.size())
                    .toList());
        }

        @Override
        public CompletableFuture<List<AclDeleteResult>> deleteAcls(
                ControllerRequestContext context, List<AclBindingFilter> filters) {
            ids.forEach(authorizer::removeAcl);
            ids.clear();
            return CompletableFuture.completedFuture(filters.stream()
                    .map(filter -> new AclDeleteResult(List.of()))
                    .toList());
        }
    }
}
