/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.local;

import io.hawser.plugin.guard.PluginRequests;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/**
 * How the plugin's own clients reach the cluster that they run in: over the inter-broker listener, with the broker's own
 * credentials; {@code hawser.local.<client property>} of the broker's configuration overrides any of it.
 *
 * <p>Immutable.
 */
public final class LocalCluster {

    /** Prefix of broker settings that override properties of the plugin's own clients. */
    public static final String OVERRIDE_PREFIX = "hawser.local.";

    /**
     * A client waits for a broker that takes its connection and then says nothing, as one that is stopped does, rather than ask
     * another one who leads now, if it has reconnected to it before it asks. So it asks first.
     */
    private static final Map<String, Object> BACKOFFS = Map.of(
            CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, 50L,
            CommonClientConfigs.RETRY_BACKOFF_MAX_MS_CONFIG, 100L,
            CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, 300L,
            CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500L);

    private final int nodeId;
    private final Map<String, Object> properties = new HashMap<>();

    /**
     * @param configs the broker's
     * @param listener the inter-broker listener of this broker
     */
    public LocalCluster(int nodeId, Map<String, ?> configs, Endpoint listener) {
        this(nodeId, configs, listener, "sasl.mechanism.inter.broker.protocol");
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, address(listener));
        copy(configs, OVERRIDE_PREFIX, "");
        properties.remove("principal");
    }

    /**
     * The controllers, as a broker reaches them, which may be another way than to brokers.
     *
     * @param listeners one of each controller, all of the same name
     */
    static LocalCluster ofControllers(int nodeId, Map<String, ?> configs, List<Endpoint> listeners) {
        LocalCluster controllers =
                new LocalCluster(nodeId, configs, listeners.get(0), "sasl.mechanism.controller.protocol");
        controllers.properties.put(
                AdminClientConfig.BOOTSTRAP_CONTROLLERS_CONFIG,
                listeners.stream().map(LocalCluster::address).collect(Collectors.joining(",")));
        return controllers;
    }

    private LocalCluster(int nodeId, Map<String, ?> configs, Endpoint listener, String mechanismSetting) {
        this.nodeId = nodeId;
        SecurityProtocol protocol = listener.securityProtocol();
        properties.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol.name);
        String prefix = "listener.name." + listener.listener().toLowerCase(Locale.ROOT) + ".";
        copy(configs, "ssl.", "ssl.");
        copy(configs, prefix + "ssl.", "ssl.");
        if (protocol == SecurityProtocol.SASL_PLAINTEXT || protocol == SecurityProtocol.SASL_SSL) {
            saslProperties(configs, prefix, mechanismSetting);
        }
    }

    /** Properties for one client. Its client id lets it through the guard of mirror topics. */
    public Map<String, Object> clientProperties(String role) {
        Map<String, Object> client = new HashMap<>(BACKOFFS);
        client.putAll(properties);
        client.put(CommonClientConfigs.CLIENT_ID_CONFIG, PluginRequests.CLIENT_ID_PREFIX + nodeId + "-" + role);
        return client;
    }

    private static String address(Endpoint listener) {
        return (listener.host() == null || listener.host().isEmpty() ? "localhost" : listener.host()) + ":"
                + listener.port();
    }

    private void saslProperties(Map<String, ?> configs, String prefix, String mechanismSetting) {
        Object mechanism = configs.get(mechanismSetting);
        String name = mechanism == null ? SaslConfigs.GSSAPI_MECHANISM : mechanism.toString();
        properties.put(SaslConfigs.SASL_MECHANISM, name);
        copy(configs, "sasl.", "sasl.");
        copy(configs, prefix + name.toLowerCase(Locale.ROOT) + ".sasl.", "sasl.");
        properties.put(SaslConfigs.SASL_MECHANISM, name);
    }

    private void copy(Map<String, ?> configs, String prefix, String newPrefix) {
        configs.forEach((key, value) -> {
            if (key.startsWith(prefix) && value != null) {
                properties.put(newPrefix + key.substring(prefix.length()), value);
            }
        });
    }
}
