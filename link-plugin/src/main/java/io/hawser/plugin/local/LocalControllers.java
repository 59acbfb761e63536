/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.local;

import io.hawser.definition.PluginSetting;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;

/**
 * What the plugin asks of the controllers of its cluster: over their own listener (KIP-919), as the broker does.
 *
 * <p>Immutable. Calls block for a bounded time, so no thread of the broker's own may make them.
 */
public final class LocalControllers {

    private static final int TIMEOUT_MS = 5_000;

    private final int nodeId;
    private final Map<String, ?> configs;

    /** @param configs the broker's */
    public LocalControllers(int nodeId, Map<String, ?> configs) {
        this.nodeId = nodeId;
        this.configs = Map.copyOf(withoutNulls(configs));
    }

    /**
     * Asks one controller which authorizer it has.
     *
     * @return the name of the class; empty for none
     * @throws KafkaException if it does not tell
     */
    public String authorizer(int controller, List<Endpoint> listeners) throws InterruptedException {
        Endpoint listener = listener(controller, listeners);
        Map<String, Object> properties =
                LocalCluster.ofControllers(nodeId, configs, List.of(listener)).clientProperties("controllers");
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        ConfigResource resource = new ConfigResource(ConfigResource.Type.BROKER, String.valueOf(controller));
        Admin admin = Admin.create(properties);
        try {
            Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            ConfigEntry entry = config == null ? null : config.get(PluginSetting.AUTHORIZER);
            return entry == null || entry.value() == null ? "" : entry.value();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } finally {
            admin.close(Duration.ofSeconds(1));
        }
    }

    /** The first name in {@code controller.listener.names} is the one that brokers use. */
    private Endpoint listener(int controller, List<Endpoint> listeners) {
        String name = String.valueOf(configs.get("controller.listener.names"))
                .split(",")[0]
                .strip();
        return listeners.stream()
                .filter(listener -> listener.listener().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new KafkaException("controller " + controller + " has no listener " + name));
    }

    private static Map<String, Object> withoutNulls(Map<String, ?> configs) {
        Map<String, Object> known = new HashMap<>(configs);
        known.values().removeIf(Objects::isNull);
        return known;
    }
}
