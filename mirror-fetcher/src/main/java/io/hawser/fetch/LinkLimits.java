/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.config.LinkConfig;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of one link on one broker. Thread-safe; they can be changed while fetchers run.
 *
 * @param all of everything that the link fetches
 * @param catchUp of the partitions, of all, that do not have yet what the source had when they were last answered
 * @param priorities who gets how much of it
 * @param holdBacks what is not taken yet, however much there is
 */
public record LinkLimits(ByteRateLimit all, ByteRateLimit catchUp, Priorities priorities, HoldBacks holdBacks) {

    /** @param broker of all links of the broker together; null if there is none */
    public static LinkLimits of(LinkConfig config, @Nullable ByteRateLimit broker) {
        return new LinkLimits(
                new ByteRateLimit(config.maxBytesPerSecond(), broker),
                new ByteRateLimit(config.catchUpMaxBytesPerSecond(), null),
                Priorities.of(config),
                new HoldBacks());
    }

    /** For how many milliseconds in all a limit, or the source's quotas, have kept something back. */
    public double throttledMs(long nowMs) {
        return all.throttledMs(nowMs) + catchUp.throttledMs(nowMs);
    }

    /** Takes over what the link's properties say now. */
    public void change(LinkConfig config) {
        all.change(config.maxBytesPerSecond());
        catchUp.change(config.catchUpMaxBytesPerSecond());
        priorities.change(config);
    }
}
