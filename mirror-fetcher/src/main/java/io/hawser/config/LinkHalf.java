/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/** What part of a link a definition is. */
public enum LinkHalf {
    /** All of it: the destination connects to the source, which knows nothing of the link. */
    WHOLE {
        @Override
        void check(Map<String, String> given) {
            if (given.getOrDefault(LinkConfig.BOOTSTRAP_SERVERS, "").isBlank()) {
                throw new ConfigException(
                        "bootstrap.servers is missing; name at least one broker of the source, as host:port");
            }
            refuse(given, LinkConfig.REVERSE_SECRET, ONLY_INITIATED);
            refuse(given, LinkConfig.REVERSE_LISTENER_NAME, ONLY_INITIATED);
        }
    },

    /** The destination's half of one whose source connects. */
    DESTINATION {
        @Override
        void check(Map<String, String> given) {
            refuse(
                    given,
                    LinkConfig.BOOTSTRAP_SERVERS,
                    "does not go with connection.mode=inbound: the source's brokers connect to this cluster");
            refuse(given, LinkConfig.REVERSE_LISTENER_NAME, "belongs to the source's half of the link");
            requireSecret(given);
        }
    },

    /** The source's half of one whose source connects. */
    SOURCE {
        @Override
        void check(Map<String, String> given) {
            if (INBOUND.equalsIgnoreCase(given.get(LinkConfig.CONNECTION_MODE))) {
                throw new ConfigException(
                        "link.mode=source does not go with connection.mode=inbound: of such a link the source"
                                + " is the one that connects; leave connection.mode out");
            }
            if (given.getOrDefault(LinkConfig.BOOTSTRAP_SERVERS, "").isBlank()) {
                throw new ConfigException("bootstrap.servers is missing; name at least one reverse listener of the"
                        + " destination, as host:port");
            }
            if (given.getOrDefault(LinkConfig.REVERSE_LISTENER_NAME, "").isBlank()) {
                throw new ConfigException(LinkConfig.REVERSE_LISTENER_NAME
                        + " is missing; name the Kafka listener of this cluster's brokers that is"
                        + " to serve the destination");
            }
            String protocol =
                    given.getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, SecurityProtocol.PLAINTEXT.name);
            if (protocol.startsWith("SASL")) {
                throw new ConfigException(
                        "security.protocol of a link's source half is PLAINTEXT or SSL, as the"
                                + " destination's reverse listener has it; how the destination logs in belongs to the destination's half");
            }
            requireSecret(given);
            given.keySet().stream()
                    .filter(name -> !isOfSource(name))
                    .findFirst()
                    .ifPresent(name -> {
                        throw new ConfigException(name + " belongs to the destination's half of the link");
                    });
        }
    };

    static final String INBOUND = "inbound";
    static final String OUTBOUND = "outbound";

    private static final String ONLY_INITIATED =
            "is for links that the source initiates: connection.mode=inbound, or link.mode=source";
    private static final Set<String> OF_SOURCE = Set.of(
            LinkConfig.BOOTSTRAP_SERVERS,
            LinkConfig.LINK_MODE,
            LinkConfig.CONNECTION_MODE,
            LinkConfig.REVERSE_SECRET,
            LinkConfig.REVERSE_LISTENER_NAME,
            LinkConfig.PAUSED,
            CommonClientConfigs.SECURITY_PROTOCOL_CONFIG);

    /** @param given properties of a link, as its creator gave them */
    public static LinkHalf of(Map<String, ?> given) {
        if (SOURCE.linkMode().equalsIgnoreCase(String.valueOf(given.get(LinkConfig.LINK_MODE)))) {
            return SOURCE;
        }
        return INBOUND.equalsIgnoreCase(String.valueOf(given.get(LinkConfig.CONNECTION_MODE))) ? DESTINATION : WHOLE;
    }

    /** @throws ConfigException with one line that names the property and the way out */
    abstract void check(Map<String, String> given);

    /** The value of {@link LinkConfig#LINK_MODE}. */
    String linkMode() {
        return this == SOURCE ? "source" : "destination";
    }

    private static boolean isOfSource(String name) {
        return OF_SOURCE.contains(name) || name.startsWith("ssl.");
    }

    private static void requireSecret(Map<String, String> given) {
        if (given.getOrDefault(LinkConfig.REVERSE_SECRET, "").isBlank()) {
            throw new ConfigException(LinkConfig.REVERSE_SECRET
                    + " is missing; give both halves of the link a reference to the same secret, such as"
                    + " ${file:/path/secrets.properties:" + LinkConfig.REVERSE_SECRET + "}");
        }
    }

    private static void refuse(Map<String, String> given, String name, String why) {
        if (!given.getOrDefault(name, "").isBlank()) {
            throw new ConfigException(name + " " + why);
        }
    }
}
