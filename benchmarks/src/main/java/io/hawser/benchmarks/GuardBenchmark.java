/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks;

import io.hawser.plugin.guard.PluginRequests;
import io.hawser.plugin.guard.ReadOnlyGuard;
import io.hawser.plugin.guard.RefusedChanges;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.internals.Plugin;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.Authorizer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What the guard adds to a produce request that is about no mirror topic, with 1,000 mirror topics defined: by itself, and
 * beside what the usual authorizer costs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class GuardBenchmark {

    private static final int MIRRORS = 1_000;

    private final AuthorizableRequestContext context = new Producer();
    private final List<Action> actions = List.of(new Action(
            AclOperation.WRITE,
            new ResourcePattern(ResourceType.TOPIC, "an-ordinary-topic", PatternType.LITERAL),
            1,
            true,
            true));
    private StandardAuthorizer delegate = new StandardAuthorizer();
    private ReadOnlyGuard guard = guard(delegate);
    private ReadOnlyGuard guardOfNothing = guard(delegate);

    @Setup
    public void setUp() {
        delegate = new StandardAuthorizer();
        delegate.configure(Map.of("super.users", "User:producer"));
        Plugin.wrapInstance(delegate, new Metrics(), "authorizer.class.name");
        delegate.completeInitialLoad();
        Set<String> mirrors =
                IntStream.range(0, MIRRORS).mapToObj(i -> "mirror-" + i).collect(Collectors.toSet());
        guard = guard(delegate);
        guard.protect(mirrors);
        guardOfNothing = guard(new ConstantAnswer());
        guardOfNothing.protect(mirrors);
    }

    @Benchmark
    public List<AuthorizationResult> delegateAlone() {
        return delegate.authorize(context, actions);
    }

    @Benchmark
    public List<AuthorizationResult> guardAlone() {
        return guardOfNothing.authorize(context, actions);
    }

    @Benchmark
    public List<AuthorizationResult> guardAndDelegate() {
        return guard.authorize(context, actions);
    }

    private static ReadOnlyGuard guard(Authorizer delegate) {
        return new ReadOnlyGuard(
                delegate, PluginRequests.configured(Map.of(), delegate), new RefusedChanges(System::nanoTime));
    }

    /** Costs nothing, so that what is measured is the guard. */
    private static final class ConstantAnswer extends StandardAuthorizer {
        private static final List<AuthorizationResult> ALLOWED = List.of(AuthorizationResult.ALLOWED);

        @Override
        public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
            return ALLOWED;
        }
    }

    /** A client that produces. */
    private static final class Producer implements AuthorizableRequestContext {
        private final KafkaPrincipal principal = new KafkaPrincipal(KafkaPrincipal.USER_TYPE, "producer");
        private final InetAddress address = InetAddress.getLoopbackAddress();

        @Override
        public String listenerName() {
            return "PLAINTEXT";
        }

        @Override
        public SecurityProtocol securityProtocol() {
            return SecurityProtocol.PLAINTEXT;
        }

        @Override
        public KafkaPrincipal principal() {
            return principal;
        }

        @Override
        public InetAddress clientAddress() {
            return address;
        }

        @Override
        public int requestType() {
            return ApiKeys.PRODUCE.id;
        }

        @Override
        public int requestVersion() {
            return ApiKeys.PRODUCE.latestVersion();
        }

        @Override
        public String clientId() {
            return "producer-1";
        }

        @Override
        public int correlationId() {
            return 1;
        }
    }
}
