/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

/**
 * How long is waited for what, in milliseconds. Immutable.
 *
 * @param preambleMs for the whole preamble, connecting included
 * @param startMs for the answer to Start
 * @param pingMs between two signs of life on a connection that waits, so that no firewall forgets it
 * @param silenceMs without a sign of life, after which a connection is taken as lost; more than two pings
 * @param redialMs before a broker that was not reached is dialled again, at first
 * @param redialMaxMs the same, at last
 */
public record ReverseTimings(
        long preambleMs, long startMs, long pingMs, long silenceMs, long redialMs, long redialMaxMs) {

    public static final ReverseTimings USUAL = new ReverseTimings(5_000, 2_000, 10_000, 25_000, 100, 2_000);

    public ReverseTimings {
        if (silenceMs <= 2 * pingMs) {
            throw new IllegalArgumentException("a ping may be lost in the crowd: silence has to be longer than two");
        }
    }
}
