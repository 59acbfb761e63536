/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.reverse;

import io.hawser.reverse.Address;
import io.hawser.reverse.TlsEngines;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.internals.BrokerSecurityConfigs;
import org.jspecify.annotations.Nullable;

/** What a broker's properties say about source brokers that connect. Immutable. */
public final class ReverseSettings extends AbstractConfig {

    public static final String LISTENERS = "hawser.reverse.listeners";
    static final String ADVERTISED = "hawser.reverse.advertised.listeners";
    private static final String TLS_PREFIX = "hawser.reverse.";
    private static final String STORES = "ssl.";
    private static final String KEYSTORE = "ssl.keystore.";
    private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");

    private static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    LISTENERS,
                    ConfigDef.Type.LIST,
                    List.of(),
                    ConfigDef.Importance.MEDIUM,
                    "Where this broker lets the brokers of sources connect, as host:port; nowhere if absent.")
            .define(
                    ADVERTISED,
                    ConfigDef.Type.LIST,
                    List.of(),
                    ConfigDef.Importance.MEDIUM,
                    "Where these reach it, as host:port, if that is elsewhere.");

    private final List<Address> listeners;
    private final List<Address> advertised;
    private final String ownName;
    private final @Nullable Map<String, Object> tls;

    /** @throws ConfigException that names the property and what is wrong */
    public ReverseSettings(Map<String, ?> configs) {
        super(DEFINITION, configs, false);
        this.listeners = addresses(LISTENERS);
        this.advertised = addresses(ADVERTISED);
        this.ownName =
                listeners.stream().anyMatch(each -> each.host().isEmpty()) && advertised.isEmpty() ? ownName() : "";
        requireReachable();
        Map<String, Object> prefixed = originalsWithPrefix(TLS_PREFIX);
        boolean hasKeys = prefixed.keySet().stream().anyMatch(name -> name.startsWith(KEYSTORE));
        if (!hasKeys && prefixed.keySet().stream().anyMatch(name -> name.startsWith(STORES))) {
            throw new ConfigException(
                    TLS_PREFIX + KEYSTORE + "location is missing: without it the reverse listener would speak in the"
                            + " clear, whatever else is set under " + TLS_PREFIX + STORES);
        }
        this.tls = hasKeys ? parsed(prefixed) : null;
    }

    /** To bind; empty for none. */
    List<Address> listeners() {
        return listeners;
    }

    /** @param ports that were bound, in the order of the listeners */
    List<String> advertised(List<Integer> ports) {
        if (!advertised.isEmpty()) {
            return advertised.stream().map(Address::toString).toList();
        }
        return java.util.stream.IntStream.range(0, listeners.size())
                .mapToObj(i -> new Address(reachable(listeners.get(i).host()), ports.get(i)).toString())
                .toList();
    }

    /** Null to listen without TLS. */
    @Nullable
    Map<String, Object> tls() {
        return tls;
    }

    /** @throws org.apache.kafka.common.KafkaException if a store cannot be read */
    @Nullable
    TlsEngines engines() {
        return tls == null ? null : new TlsEngines(tls);
    }

    private List<Address> addresses(String name) {
        try {
            return Address.parseAll(
                    getList(name).stream().filter(each -> !each.isBlank()).toList());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(name + ": " + e.getMessage());
        }
    }

    private static Map<String, Object> parsed(Map<String, Object> prefixed) {
        Map<String, Object> stores = new HashMap<>(prefixed);
        stores.keySet().removeIf(name -> !name.startsWith(STORES));
        return new ConfigDef()
                .withClientSslSupport()
                .define(
                        BrokerSecurityConfigs.SSL_CLIENT_AUTH_CONFIG,
                        ConfigDef.Type.STRING,
                        "none",
                        ConfigDef.ValidString.in("none", "requested", "required"),
                        ConfigDef.Importance.LOW,
                        "")
                .parse(stores);
    }

    private void requireReachable() {
        for (Address address : advertised.isEmpty() ? listeners : advertised) {
            if (ANY_ADDRESS.contains(address.host())) {
                throw new ConfigException(ADVERTISED + ": source brokers cannot connect to " + address
                        + "; give the address at which they reach this broker");
            }
        }
    }

    private String reachable(String host) {
        return host.isEmpty() ? ownName : host;
    }

    /** As Kafka does it with its own listeners. May ask a name server. */
    private static String ownName() {
        try {
            return InetAddress.getLocalHost().getCanonicalHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
