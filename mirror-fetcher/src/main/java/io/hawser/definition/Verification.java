/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.definition;

import org.apache.kafka.common.Uuid;

/**
 * The wish to have one mirror topic compared with its source, given by {@code link-admin verify}. Each partition is compared once
 * for it, up to where it and its source had come when that began.
 *
 * <p>Immutable.
 *
 * @param id tells this comparison from an earlier one
 * @param maxBytesPerSecond that each broker reads of the source for it, 1 or more; may be changed while it runs
 */
public record Verification(Uuid id, long maxBytesPerSecond) {

    /** A rate that bounds nothing beyond what the link and the broker allow. */
    public static final long UNLIMITED = Long.MAX_VALUE;
}
