/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.broker;

import io.hawser.plugin.broker.kafka43.Kafka43Broker;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * Finds the adapter that fits the running Kafka. Immutable.
 *
 * <p>By version first, then by a self-test: each accessor and method that mirroring needs is looked up and, where that changes
 * nothing, called. So a release that moved something is found at start, not at the first append.
 */
public final class HostBrokers {

    /** System property that stands in for the version of Kafka, to try how an unknown one is met. */
    static final String VERSION_OVERRIDE = "hawser.test.kafka.version";

    private HostBrokers() {}

    /**
     * @param nodeId of the broker in this process
     * @throws UnsupportedBrokerException if no adapter fits; links must not run then
     */
    public static HostBroker find(int nodeId) throws UnsupportedBrokerException {
        String version = System.getProperty(VERSION_OVERRIDE, AppInfoParser.getVersion());
        if (!version.startsWith("4.3.")) {
            throw new UnsupportedBrokerException(
                    "Kafka " + version + " is not among those that this version of Hawser runs on (4.3.x)");
        }
        try {
            return Kafka43Broker.find(nodeId, version);
        } catch (LinkageError | RuntimeException e) {
            throw new UnsupportedBrokerException("the insides of Kafka " + version + " are not as expected: " + e, e);
        }
    }
}
