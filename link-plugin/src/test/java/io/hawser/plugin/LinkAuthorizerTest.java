/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.definition.Definitions;
import io.hawser.definition.MirrorIntent;
import io.hawser.plugin.guard.DefinitionsFeed;
import io.hawser.plugin.guard.RulesAuthorizer;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigException;
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
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.AuthorizerServerInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkAuthorizerTest {

    private static final String TOPIC = "orders";
    private static final Map<String, String> STATIC = Map.of("controller.listener.names", "CONTROLLER");

    private final AtomicReference<DefinitionsFeed> feed = new AtomicReference<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final RuntimeFactory runtime = (configs, info, given) -> {
        feed.set(given);
        return () -> ended.set(true);
    };
    private final ExecutorService metadataThread = Executors.newSingleThreadExecutor();
    private LinkAuthorizer authorizer = new LinkAuthorizer(runtime);

    @AfterEach
    void close() throws Exception {
        authorizer.close();
        metadataThread.shutdownNow();
    }

    @Test
    void guardsAsSoonAsTheFirstRequestComes() throws Exception {
        authorizer.configure(STATIC);
        commit(ExampleDefinitions.with(1, TOPIC, MirrorIntent.MIRROR));
        load();
        authorizer.start(info("PLAINTEXT"));

        assertThat(grow()).isEqualTo(AuthorizationResult.DENIED);
        assertThat(feed.get().current().mirrors()).containsOnlyKeys(TOPIC);
        assertThat(feed.get().refusedChanges()).isEqualTo(1);
    }

    @Test
    void takesUpWhateverIsCommittedOnABrokerThatStarts() throws Exception {
        authorizer.configure(STATIC);

        commit(ExampleDefinitions.with(9, TOPIC, MirrorIntent.PAUSE));
        load();
        authorizer.start(info("PLAINTEXT"));

        assertThat(grow()).isEqualTo(AuthorizationResult.DENIED);
    }

    @Test
    void takesUpWhateverIsCommittedOnAControllerThatStarts() throws Exception {
        authorizer.configure(STATIC);
        authorizer.start(info("CONTROLLER"));

        // No new mirror may start paused: only a wish could be refused for that.
        commit(ExampleDefinitions.with(9, TOPIC, MirrorIntent.PAUSE));
        load();

        assertThat(grow()).isEqualTo(AuthorizationResult.DENIED);
        assertThat(feed.get()).as("links run on brokers only").isNull();
    }

    @Test
    void takesUpStepsThatItHasMissed() throws Exception {
        serve(ExampleDefinitions.with(1, TOPIC, MirrorIntent.MIRROR));

        // MIRROR to STOPPED is no legal wish, but the node slept while others saw the step between.
        commit(ExampleDefinitions.with(5, TOPIC, MirrorIntent.STOPPED));

        assertThat(grow()).isEqualTo(AuthorizationResult.ALLOWED);
    }

    @Test
    void refusesAWishThatBreaksARuleInOneLine() throws Exception {
        serve(ExampleDefinitions.with(1, TOPIC, MirrorIntent.MIRROR));
        Map<String, Object> wish = configs(ExampleDefinitions.with(2, TOPIC, MirrorIntent.MIRROR));

        assertThatCode(() -> authorizer.validateReconfiguration(wish)).doesNotThrowAnyException();
        wish.put(Definitions.mirrorKey("other"), "{");
        assertThatThrownBy(() -> authorizer.validateReconfiguration(wish))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("hawser.mirror.other is not valid JSON");
        assertThatThrownBy(() -> authorizer.validateReconfiguration(
                        configs(ExampleDefinitions.with(1, TOPIC, MirrorIntent.PAUSE))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("hawser.generation");
    }

    @Test
    void refusesANewMirrorWithTheNameOfALocalTopic() throws Exception {
        serve(Definitions.NONE);
        feed.get().localTopics(TOPIC::equals);

        assertThatThrownBy(() -> authorizer.validateReconfiguration(
                        configs(ExampleDefinitions.with(1, TOPIC, MirrorIntent.MIRROR))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("Topic orders exists already");
    }

    @Test
    void keepsATopicLockedWhoseDefinitionBreaks() throws Exception {
        serve(ExampleDefinitions.with(1, TOPIC, MirrorIntent.MIRROR));
        List<Definitions> heard = new ArrayList<>();
        feed.get().listen(heard::add);
        Map<String, Object> broken = configs(ExampleDefinitions.with(2, TOPIC, MirrorIntent.MIRROR));
        broken.put(Definitions.mirrorKey(TOPIC), "nonsense");

        onMetadataThread(() -> authorizer.reconfigure(broken));

        assertThat(grow()).isEqualTo(AuthorizationResult.DENIED);
        assertThat(feed.get().unreadableMirrors()).containsExactly(TOPIC);
        assertThat(heard).singleElement().extracting(Definitions::generation).isEqualTo(2L);
    }

    @Test
    void refusesASettingThatMakesNoSense() throws Exception {
        serve(ExampleDefinitions.with(1, TOPIC, MirrorIntent.MIRROR));
        Map<String, Object> wanted = configs(ExampleDefinitions.with(1, TOPIC, MirrorIntent.MIRROR));
        wanted.put("hawser.buffer.memory", "what another broker's operator once wrote");
        authorizer.validateReconfiguration(wanted);
        wanted.put("hawser.max.bytes.per.second", "0");

        assertThatThrownBy(() -> authorizer.validateReconfiguration(wanted))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("hawser.max.bytes.per.second");
    }

    @Test
    void asksForEveryKeyThatHoldsADefinition() throws Exception {
        assertThat(authorizer.reconfigurableConfigs())
                .containsExactlyInAnyOrder("hawser.generation", "hawser.max.bytes.per.second");

        serve(ExampleDefinitions.with(1, TOPIC, MirrorIntent.MIRROR));

        assertThat(authorizer.reconfigurableConfigs())
                .contains("hawser.generation", "hawser.link.east", "hawser.mirror.orders");
    }

    @Test
    void goesOnGuardingWhenLinksCannotRun() throws Exception {
        authorizer = new LinkAuthorizer((configs, info, given) -> {
            throw new NoClassDefFoundError("kafka/server/SomethingElse");
        });

        serve(ExampleDefinitions.with(1, TOPIC, MirrorIntent.MIRROR));

        assertThat(grow()).isEqualTo(AuthorizationResult.DENIED);
    }

    @Test
    void endsTheRuntimeOnce() throws Exception {
        serve(Definitions.NONE);

        authorizer.close();
        authorizer.close();

        assertThat(ended).isTrue();
    }

    @Test
    void tellsADelegateOfItsOwnConfigsOnly() throws Exception {
        Map<String, Object> own = new HashMap<>(STATIC);
        own.put("hawser.authorizer.class.name", RulesAuthorizer.class.getName());
        authorizer.configure(own);
        load();
        authorizer.start(info("PLAINTEXT"));
        RulesAuthorizer delegate = RulesAuthorizer.newest();
        Map<String, Object> changed = new HashMap<>(own);
        changed.put(RulesAuthorizer.CONFIG, "true");

        onMetadataThread(() -> authorizer.reconfigure(own));
        onMetadataThread(() -> {
            authorizer.validateReconfiguration(changed);
            authorizer.reconfigure(changed);
        });
        authorizer.close();

        assertThat(authorizer.reconfigurableConfigs()).contains(RulesAuthorizer.CONFIG, "hawser.generation");
        assertThat(delegate.configured()).hasSize(2).containsExactly(own, changed);
        assertThat(delegate.validations()).isEqualTo(1);
        assertThat(delegate.isClosed()).isTrue();
    }

    private void serve(Definitions definitions) throws Exception {
        authorizer.configure(STATIC);
        commit(definitions);
        load();
        authorizer.start(info("PLAINTEXT"));
    }

    /** As Kafka does: what is committed is validated once more before it is applied, on the same thread. */
    private void commit(Definitions definitions) throws Exception {
        Map<String, Object> configs = configs(definitions);
        onMetadataThread(() -> {
            authorizer.validateReconfiguration(configs);
            authorizer.reconfigure(configs);
        });
    }

    private void load() throws Exception {
        onMetadataThread(authorizer::completeInitialLoad);
    }

    private void onMetadataThread(Runnable work) throws Exception {
        metadataThread.submit(work).get();
    }

    private static Map<String, Object> configs(Definitions definitions) {
        Map<String, Object> configs = new HashMap<>(STATIC);
        configs.putAll(definitions.asConfigs());
        return configs;
    }

    private AuthorizationResult grow() {
        Action action = new Action(
                AclOperation.ALTER, new ResourcePattern(ResourceType.TOPIC, TOPIC, PatternType.LITERAL), 1, true, true);
        RequestHeader header =
                new RequestHeader(ApiKeys.CREATE_PARTITIONS, ApiKeys.CREATE_PARTITIONS.latestVersion(), "shell", 1);
        RequestContext context = new RequestContext(
                header,
                "connection",
                InetAddress.getLoopbackAddress(),
                KafkaPrincipal.ANONYMOUS,
                new ListenerName("PLAINTEXT"),
                SecurityProtocol.PLAINTEXT,
                ClientInformation.EMPTY,
                false);
        return authorizer.authorize(context, List.of(action)).get(0);
    }

    private static AuthorizerServerInfo info(String listener) {
        Endpoint endpoint = new Endpoint(listener, SecurityProtocol.PLAINTEXT, "localhost", 9092);
        return new AuthorizerServerInfo() {
            @Override
            public ClusterResource clusterResource() {
                return new ClusterResource("cluster");
            }

            @Override
            public int brokerId() {
                return 1;
            }

            @Override
            public Collection<Endpoint> endpoints() {
                return List.of(endpoint);
            }

            @Override
            public Endpoint interBrokerEndpoint() {
                return endpoint;
            }

            @Override
            public Collection<String> earlyStartListeners() {
                return Set.of();
            }
        };
    }
}
