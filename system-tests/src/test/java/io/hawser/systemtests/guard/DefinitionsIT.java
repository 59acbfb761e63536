/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.link.Eventually;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreatePartitionsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Definitions as they stand in the metadata log, written by an ordinary admin client. The source need not exist. */
class DefinitionsIT {

    private static final String LINK = "hawser.link.east";
    private static final String GENERATION = "hawser.generation";
    private static final Uuid LINK_ID = Uuid.randomUuid();
    private static final Uuid MIRROR_ID = Uuid.randomUuid();

    @RegisterExtension
    static final TestClusters CLUSTERS = new TestClusters();

    private static ProcessCluster cluster;
    private static long generation;

    @BeforeAll
    static void startAControllerAndABroker() throws Exception {
        cluster = CLUSTERS.start(ClusterSpec.named("destination")
                .dedicatedController()
                .plugin()
                .shortLived()
                .property("hawser.authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .property("super.users", "User:ANONYMOUS"));
        define(Map.of(LINK, link("{\"bootstrap.servers\":\"localhost:1\"}")));
    }

    @Test
    void tellsTheAdminClientWhatIsWrong() {
        refused("hawser.link.west is not valid JSON", Map.of("hawser.link.west", "{"));
        refused("bootstrap.servers is missing", Map.of("hawser.link.west", link("{}")));
        refused(
                "unknown property 'colour'",
                Map.of("hawser.link.west", link("{\"bootstrap.servers\":\"localhost:1\",\"colour\":\"red\"}")));
        refused(
                "num.cluster.link.fetchers",
                Map.of(
                        "hawser.link.west",
                        link("{\"bootstrap.servers\":\"localhost:1\",\"num.cluster.link.fetchers\":\"many\"}")));
        refused(
                "only classes of org.apache.kafka.common.security",
                Map.of(
                        "hawser.link.west",
                        link(
                                "{\"bootstrap.servers\":\"localhost:1\",\"ssl.engine.factory.class\":\"com.example.Evil\"}")));
        refused("there is no link north", Map.of("hawser.mirror.a", mirror("north", "a", "MIRROR")));
        refused("internal to Kafka", Map.of("hawser.mirror.__consumer_offsets", mirror("east", "a", "MIRROR")));
        refused("Illegal mirror topic name 'a b'", Map.of("hawser.mirror.a b", mirror("east", "a", "MIRROR")));
    }

    @Test
    void refusesAChangeThatDoesNotRaiseTheGeneration() {
        assertThatThrownBy(() -> alter(Map.of(LINK, link("{\"bootstrap.servers\":\"localhost:2\"}"))))
                .hasMessageContaining(GENERATION);
        assertThatThrownBy(() -> alter(Map.of(GENERATION, "0"))).hasMessageContaining("Run the command again");
    }

    @Test
    void guardsAPausedMirrorRightAfterTheControllerIsBack() throws Exception {
        define(Map.of("hawser.mirror.paused", mirror("east", "paused", "MIRROR")));
        createAsThePlugin("paused");
        define(Map.of("hawser.mirror.paused", mirror("east", "paused", "PAUSE")));
        awaitGuard("paused");
        assertGuarded("paused");

        cluster.restart(ClusterSpec.DEDICATED_CONTROLLER_ID);
        assertGuarded("paused");

        cluster.restart(1);
        assertGuarded("paused");
    }

    /** The controller answers a change of definitions before it has read of it itself. */
    private static void awaitGuard(String topic) {
        CreatePartitionsOptions check = new CreatePartitionsOptions().validateOnly(true);
        try (Admin admin = cluster.admin()) {
            Eventually.holds(() -> assertThatThrownBy(() ->
                            get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2)), check)
                                    .all()))
                    .isInstanceOf(TopicAuthorizationException.class));
        }
    }

    private static void assertGuarded(String topic) {
        try (Admin admin = cluster.admin()) {
            assertThatThrownBy(() -> get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2)))
                            .all()))
                    .isInstanceOf(TopicAuthorizationException.class);
            assertThatThrownBy(() -> get(admin.deleteTopics(List.of(topic)).all()))
                    .isInstanceOf(TopicAuthorizationException.class);
        }
    }

    private static void createAsThePlugin(String topic) throws Exception {
        Map<String, Object> properties = cluster.adminProperties();
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, "hawser-broker-test");
        try (Admin admin = Admin.create(properties)) {
            get(admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all());
        }
    }

    private static void refused(String text, Map<String, String> definitions) {
        assertThatThrownBy(() -> define(definitions))
                .satisfies(e -> assertThat(e.getMessage()).contains(text).hasLineCount(1));
    }

    private static void define(Map<String, String> definitions) throws Exception {
        Map<String, String> change = new HashMap<>(definitions);
        change.put(GENERATION, String.valueOf(generation + 1));
        alter(change);
        awaitHeard();
        generation++;
    }

    /** A broker checks a change against what it has read of the metadata log, which is a moment behind the controller. */
    private static void awaitHeard() {
        Eventually.holds(() -> assertThatThrownBy(
                        () -> alter(Map.of(GENERATION, String.valueOf(generation)), /* dryRun= */ true))
                .hasMessageContaining("Run the command again"));
    }

    private static void alter(Map<String, String> configs) throws Exception {
        alter(configs, /* dryRun= */ false);
    }

    private static void alter(Map<String, String> configs, boolean dryRun) throws Exception {
        List<AlterConfigOp> ops = new ArrayList<>();
        configs.forEach(
                (key, value) -> ops.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
        ConfigResource everyBroker = new ConfigResource(ConfigResource.Type.BROKER, "");
        try (Admin admin = cluster.admin()) {
            get(admin.incrementalAlterConfigs(Map.of(everyBroker, ops), new AlterConfigsOptions().validateOnly(dryRun))
                    .all());
        }
    }

    private static String link(String configs) {
        return "{\"id\":\"%s\",\"configs\":%s}".formatted(LINK_ID, configs);
    }

    private static String mirror(String link, String sourceTopic, String intent) {
        return "{\"id\":\"%s\",\"link\":\"%s\",\"sourceTopic\":\"%s\",\"intent\":\"%s\",\"configs\":{}}"
                .formatted(MIRROR_ID, link, sourceTopic, intent);
    }

    private static <T> T get(KafkaFuture<T> future) throws Exception {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
