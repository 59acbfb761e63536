/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The plugin on one broker.
 *
 * <p>Immutable.
 *
 * @param broker node id
 * @param pluginVersion the plugin's version
 * @param kafkaVersion the broker's version
 * @param running whether links run here
 * @param reason why they do not; null when they do
 * @param generation of the definitions that the broker's guard has in force
 * @param sinceMs when this began, in milliseconds since the epoch
 * @param maxAnswerBytes the largest answer to a fetch that the broker asks for, whatever links say; 0 when not told
 * @param reverseListeners where source brokers reach this one, as host:port; empty if they do not
 */
public record BrokerStatus(
        int broker,
        String pluginVersion,
        String kafkaVersion,
        boolean running,
        @Nullable String reason,
        long generation,
        long sinceMs,
        int maxAnswerBytes,
        List<String> reverseListeners) {

    public BrokerStatus {
        reverseListeners = reverseListeners == null ? List.of() : List.copyOf(reverseListeners);
    }
}
