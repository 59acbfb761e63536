/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.util.Map;
import java.util.Objects;

/**
 * A listener of every broker in a cluster; its port comes from the operating system. Immutable.
 *
 * @param name the listener's name, as in {@code listener.security.protocol.map}
 * @param securityProtocol PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL
 * @param advertisedPorts by broker, the port that clients are told to connect to, such as a proxy's; the listener's own where
 *     there is none
 */
public record Listener(String name, String securityProtocol, Map<Integer, Integer> advertisedPorts) {

    public static final Listener PLAINTEXT = new Listener("PLAINTEXT", "PLAINTEXT");

    /** The name that the controllers' listener has in every cluster. */
    static final String CONTROLLER = "CONTROLLER";

    public Listener(String name, String securityProtocol) {
        this(name, securityProtocol, Map.of());
    }

    public Listener {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(securityProtocol, "securityProtocol");
        advertisedPorts = Map.copyOf(advertisedPorts);
        if (name.isBlank() || name.equals(CONTROLLER)) {
            throw new IllegalArgumentException("A broker's listener cannot be named '" + name + "'");
        }
    }
}
