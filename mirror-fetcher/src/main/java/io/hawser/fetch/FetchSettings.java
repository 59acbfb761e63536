/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.config.LinkConfig;

/**
 * How much is asked for at once. Immutable.
 *
 * @param rack where the destination is, for source brokers that know of a replica nearby; empty if they shall not tell
 * @param maxUnackedBytes of one partition, in the leader's log and not yet on the in-sync replicas
 */
record FetchSettings(
        int maxWaitMs,
        int minBytes,
        int responseMaxBytes,
        int partitionMaxBytes,
        String rack,
        long maxUnackedBytes,
        long backoffMs,
        long backoffMaxMs) {

    private static final long BACKOFF_MAX_MS = 5_000;

    /** @param maxAnswerBytes what the broker has memory for, whatever the link says */
    static FetchSettings of(LinkConfig config, int maxAnswerBytes) {
        return new FetchSettings(
                config.fetchMaxWaitMs(),
                config.fetchMinBytes(),
                Math.min(config.responseMaxBytes(), maxAnswerBytes),
                Math.min(config.partitionMaxBytes(), maxAnswerBytes),
                config.rack(),
                config.maxUnackedBytes(),
                config.fetchBackoffMs(),
                Math.max(BACKOFF_MAX_MS, config.fetchBackoffMs()));
    }

    /** For brokers that shall answer themselves. */
    FetchSettings withoutRack() {
        return new FetchSettings(
                maxWaitMs, minBytes, responseMaxBytes, partitionMaxBytes, "", maxUnackedBytes, backoffMs, backoffMaxMs);
    }
}
