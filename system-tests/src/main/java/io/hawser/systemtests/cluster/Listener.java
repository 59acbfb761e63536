/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.util.Objects;

/**
 * A listener of every broker in a cluster; its port comes from the operating system. Immutable.
 *
 * @param name the listener's name, as in {@code listener.security.protocol.map}
 * @param securityProtocol PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL
 * @param advertisedPort port that clients are told to connect to, such as a proxy's; 0 for the listener's own
 */
public record Listener(String name, String securityProtocol, int advertisedPort) {

    public static final Listener PLAINTEXT = new Listener("PLAINTEXT", "PLAINTEXT");

    /** The name that the controllers' listener has in every cluster. */
    static final String CONTROLLER = "CONTROLLER";

    public Listener(String name, String securityProtocol) {
        this(name, securityProtocol, 0);
    }

    public Listener {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(securityProtocol, "securityProtocol");
        if (name.isBlank() || name.equals(CONTROLLER)) {
            throw new IllegalArgumentException("A broker's listener cannot be named '" + name + "'");
        }
    }
}
