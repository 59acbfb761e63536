/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a destination broker lets source brokers in.
 *
 * <p>Immutable.
 *
 * @param clusterId of the destination
 * @param listeners to bind; an empty host is every interface, port 0 any port
 * @param tls null to speak without TLS
 */
public record ListenerSettings(
        String clusterId,
        int brokerId,
        List<Address> listeners,
        @Nullable TlsEngines tls,
        ReverseTimings timings) {

    public ListenerSettings {
        listeners = List.copyOf(listeners);
    }
}
