/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

/**
 * How soon a cluster notices that a node is gone. Immutable.
 *
 * @param brokerSessionMs a broker that sent no heartbeat for so long is fenced and loses its leaderships
 * @param brokerHeartbeatMs interval of a broker's heartbeats
 * @param quorumFetchMs a controller that reached no leader for so long stands for election
 * @param quorumElectionMs how long an election may take before it is tried again
 */
public record Timings(int brokerSessionMs, int brokerHeartbeatMs, int quorumFetchMs, int quorumElectionMs) {

    /** A killed leader is replaced in some 3 s, a killed leader that was the active controller in some 5 s. */
    public static final Timings QUICK = new Timings(3_000, 500, 1_500, 500);

    /** Kafka's own defaults. */
    public static final Timings KAFKA_DEFAULTS = new Timings(9_000, 2_000, 2_000, 1_000);

    public Timings {
        if (brokerHeartbeatMs < 1 || brokerSessionMs < 2 * brokerHeartbeatMs) {
            throw new IllegalArgumentException("A broker session (" + brokerSessionMs
                    + " ms) must span two heartbeats (" + brokerHeartbeatMs + " ms) at least");
        }
        if (quorumFetchMs < 1 || quorumElectionMs < 1) {
            throw new IllegalArgumentException("Quorum time-outs must be positive");
        }
    }
}
