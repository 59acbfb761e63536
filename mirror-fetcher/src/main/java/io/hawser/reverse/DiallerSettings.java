/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one source broker dials for one link.
 *
 * <p>Immutable.
 *
 * @param clusterId of the source
 * @param brokerId the broker that is to be reached by what is dialled
 * @param bootstrap reverse listeners of the destination to begin with; not empty
 * @param tls null to speak without TLS
 */
public record DiallerSettings(
        String link,
        String clusterId,
        int brokerId,
        List<Address> bootstrap,
        LinkSecret secret,
        @Nullable TlsEngines tls,
        ReverseTimings timings) {

    public DiallerSettings {
        bootstrap = List.copyOf(bootstrap);
    }
}
