/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin;

import io.hawser.definition.InvalidDefinitionException;
import io.hawser.plugin.guard.DelegatingAuthorizer;
import io.hawser.plugin.guard.LiveDefinitions;
import io.hawser.plugin.guard.PluginRequests;
import io.hawser.plugin.guard.ReadOnlyGuard;
import io.hawser.plugin.guard.RefusedChanges;
import io.hawser.plugin.runtime.LinkRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.Reconfigurable;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.AuthorizerServerInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What brokers and controllers load by {@code authorizer.class.name=io.hawser.plugin.LinkAuthorizer}: the guard of mirror
 * topics around the authorizer named by {@code hawser.authorizer.class.name}, and the way in for links.
 *
 * <p>Kafka's order of calls on a broker: {@link #configure}; {@link #reconfigure} with the dynamic configs of the
 * metadata image, then {@link #completeInitialLoad()}, both on the metadata loader's thread; {@link #start}; only then
 * requests. On a controller {@link #start} comes first and requests may too: until the image is there the guard sends
 * those that change topics away for a retry. A node in combined mode makes two instances; only the broker's runs links.
 *
 * <p>Definitions are dynamic configs of the cluster (KIP-226). A wanted change is validated on the request thread of the
 * broker that received it, before it enters the metadata log; its {@link ConfigException} is the client's error. The
 * same method is called again when a committed change is applied, where an exception would make Kafka drop <em>all</em>
 * dynamic configs of the node. The two are told apart by the thread: changes are applied on the metadata loader's alone.
 *
 * <p>Thread-safe.
 *
 * <p>Failure semantics: a delegate that cannot be loaded or configured stops the node, as a wrong
 * {@code authorizer.class.name} would. Nothing else here does: links that cannot run leave their topics read-only, and a
 * definition that does not parse does the same for its topic.
 */
public final class LinkAuthorizer extends DelegatingAuthorizer implements Reconfigurable {

    private static final Logger LOG = LoggerFactory.getLogger(LinkAuthorizer.class);
    private static final String REFUSED = "kafka.hawser:type=LinkAuthorizer,name=RefusedChangesPerSec,role=";
    private static final Duration RUNTIME_BOUND = Duration.ofSeconds(10);

    private final RefusedChanges refusedChanges = new RefusedChanges(System::nanoTime);
    private final LiveDefinitions definitions = new LiveDefinitions(refusedChanges);
    private final RuntimeHost runtime;
    private volatile @Nullable NodeBean refusals;

    // Written by configure alone, before Kafka shows the instance to a second thread.
    private ReadOnlyGuard guard = newGuard(Map.of());
    private Map<String, ?> configs = Map.of();

    private volatile Map<String, ?> latestConfigs = Map.of();
    private volatile @Nullable Thread metadataThread;
    private volatile boolean servesClients;

    /** For Kafka. */
    public LinkAuthorizer() {
        this(LinkRuntime::start);
    }

    LinkAuthorizer(RuntimeFactory runtimeFactory) {
        this.runtime = new RuntimeHost(runtimeFactory, RUNTIME_BOUND);
    }

    @Override
    public void configure(Map<String, ?> newConfigs) {
        super.configure(newConfigs);
        configs = newConfigs;
        latestConfigs = newConfigs;
        guard = newGuard(newConfigs);
    }

    @Override
    public Map<Endpoint, ? extends CompletionStage<Void>> start(AuthorizerServerInfo serverInfo) {
        Map<Endpoint, ? extends CompletionStage<Void>> ready = super.start(serverInfo);
        boolean isBroker = isBroker(serverInfo);
        NodeBean shown = new NodeBean(
                REFUSED + (isBroker ? "broker" : "controller"), (RefusedChangesMXBean) refusedChanges::count);
        shown.show();
        refusals = shown;
        if (isBroker) {
            servesClients = true;
            runtime.start(configs, serverInfo, definitions);
            runtime.reconfigure(latestConfigs);
        }
        return ready;
    }

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
        return guard.authorize(context, actions);
    }

    /** The metadata image is there; if it held no definitions, nobody has said so yet. */
    @Override
    public void completeInitialLoad() {
        takeUp(latestConfigs);
        super.completeInitialLoad();
    }

    @Override
    public Set<String> reconfigurableConfigs() {
        Set<String> keys = new HashSet<>(definitions.keys());
        keys.addAll(LinkRuntime.liveSettings());
        if (delegate() instanceof Reconfigurable reconfigurable) {
            keys.addAll(reconfigurable.reconfigurableConfigs());
        }
        return keys;
    }

    @Override
    public void validateReconfiguration(Map<String, ?> newConfigs) {
        if (delegate() instanceof Reconfigurable reconfigurable && concerns(reconfigurable, newConfigs)) {
            reconfigurable.validateReconfiguration(newConfigs);
        }
        if (!isWish()) {
            return;
        }
        LinkRuntime.checkLiveSettings(newConfigs);
        try {
            definitions.check(newConfigs);
        } catch (InvalidDefinitionException e) {
            throw new ConfigException(e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("A change of links could not be checked and is refused", e);
            throw new ConfigException("The change of links cannot be checked: " + e);
        }
    }

    @Override
    public void reconfigure(Map<String, ?> newConfigs) {
        Reconfigurable concerned =
                delegate() instanceof Reconfigurable reconfigurable && concerns(reconfigurable, newConfigs)
                        ? reconfigurable
                        : null;
        takeUp(newConfigs);
        runtime.reconfigure(newConfigs);
        if (concerned != null) {
            concerned.reconfigure(newConfigs);
        }
    }

    @Override
    public void close() throws IOException {
        NodeBean shown = refusals;
        if (shown != null) {
            shown.hide();
        }
        runtime.close();
        super.close();
    }

    /**
     * Whether a client asks for a change that may still be refused. A controller validates none, and refusing what is
     * already committed would leave the node without any dynamic config.
     */
    private boolean isWish() {
        return servesClients && Thread.currentThread() != metadataThread;
    }

    /** Kafka asks a plugin only about changes of its own configs; so does this. */
    private boolean concerns(Reconfigurable reconfigurable, Map<String, ?> newConfigs) {
        return reconfigurable.reconfigurableConfigs().stream()
                .anyMatch(key -> !Objects.equals(newConfigs.get(key), latestConfigs.get(key)));
    }

    private void takeUp(Map<String, ?> newConfigs) {
        metadataThread = Thread.currentThread();
        latestConfigs = newConfigs;
        try {
            definitions.apply(newConfigs, guard);
        } catch (RuntimeException e) {
            LOG.error("Definitions could not be taken up; those known before stay in force", e);
        }
    }

    private ReadOnlyGuard newGuard(Map<String, ?> newConfigs) {
        return new ReadOnlyGuard(delegate(), PluginRequests.configured(newConfigs, delegate()), refusedChanges);
    }

    /** In combined mode Kafka makes two instances; the controller's has the controller's listeners. */
    private boolean isBroker(AuthorizerServerInfo serverInfo) {
        Object names = configs.get("controller.listener.names");
        Set<String> controllerListeners = names == null
                ? Set.of()
                : Arrays.stream(names.toString().split(",")).map(String::trim).collect(Collectors.toSet());
        return serverInfo.endpoints().stream().noneMatch(endpoint -> controllerListeners.contains(endpoint.listener()));
    }
}
