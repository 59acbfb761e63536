/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.verify;

import io.hawser.config.SecretReferences;
import io.hawser.fetch.MirrorReader;
import io.hawser.plugin.reverse.SourceConnectors;
import io.hawser.plugin.state.StateTopic;
import org.apache.kafka.common.utils.Time;

/**
 * What the verifying threads of a broker work with. Immutable; all that it holds is thread-safe.
 *
 * @param clusterId of this cluster
 */
public record VerificationContext(
        int nodeId,
        String clusterId,
        MirrorReader reader,
        StateTopic state,
        SecretReferences secrets,
        SourceConnectors connectors,
        Time time) {}
