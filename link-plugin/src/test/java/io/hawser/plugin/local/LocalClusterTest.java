/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.junit.jupiter.api.Test;

/** What the plugin's own clients are made with. */
class LocalClusterTest {

    private static final Endpoint LISTENER = new Endpoint("INTERNAL", SecurityProtocol.PLAINTEXT, "", 9092);

    /** Else a stopped leader, which takes connections and says nothing, keeps a client for as long as it is stopped. */
    @Test
    void asksWhoLeadsBeforeItReconnects() {
        Map<String, Object> client = new LocalCluster(1, Map.of(), LISTENER).clientProperties("state");

        // A KafkaConsumer draws each wait from 20 % around the configured one.
        assertThat(1.2 * (long) client.get(CommonClientConfigs.RETRY_BACKOFF_MAX_MS_CONFIG))
                .isLessThan(0.8 * (long) client.get(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG));
    }

    @Test
    void talksToItsOwnBroker() {
        Map<String, Object> client = new LocalCluster(1, Map.of(), LISTENER).clientProperties("state");

        assertThat(client)
                .containsEntry(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092")
                .containsEntry(ConsumerConfig.CLIENT_ID_CONFIG, "hawser-broker-1-state");
    }

    @Test
    void reachesControllersByTheirOwnListener() {
        Endpoint first = new Endpoint("CONTROLLER", SecurityProtocol.SASL_SSL, "controller-1", 9094);
        Endpoint second = new Endpoint("CONTROLLER", SecurityProtocol.SASL_SSL, "controller-2", 9094);

        Map<String, Object> client = LocalCluster.ofControllers(
                        1,
                        Map.of(
                                "sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512",
                                "sasl.mechanism.controller.protocol", "PLAIN",
                                "listener.name.controller.plain.sasl.jaas.config", "of the controllers",
                                "listener.name.controller.ssl.truststore.location", "of the controllers",
                                "hawser.local.bootstrap.servers", "of the brokers"),
                        List.of(first, second))
                .clientProperties("controllers");

        assertThat(client)
                .containsEntry("bootstrap.controllers", "controller-1:9094,controller-2:9094")
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "PLAIN")
                .containsEntry("sasl.jaas.config", "of the controllers")
                .containsEntry("ssl.truststore.location", "of the controllers")
                .doesNotContainKey("bootstrap.servers");
    }

    @Test
    void takesTheListenersOwnSettingsAndThenWhatTheOperatorOverrides() {
        Endpoint listener = new Endpoint("INTERNAL", SecurityProtocol.SASL_SSL, "broker-1", 9093);

        Map<String, Object> client = new LocalCluster(
                        1,
                        Map.of(
                                "sasl.mechanism.inter.broker.protocol", "PLAIN",
                                "sasl.jaas.config", "general",
                                "listener.name.internal.plain.sasl.jaas.config", "of the listener",
                                "ssl.truststore.location", "general",
                                "listener.name.internal.ssl.truststore.location", "of the listener",
                                "hawser.local.ssl.truststore.location", "of the operator"),
                        listener)
                .clientProperties("admin");

        assertThat(client)
                .containsEntry("sasl.mechanism", "PLAIN")
                .containsEntry("sasl.jaas.config", "of the listener")
                .containsEntry("ssl.truststore.location", "of the operator");
    }
}
