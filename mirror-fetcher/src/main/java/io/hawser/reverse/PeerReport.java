/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import org.jspecify.annotations.Nullable;

/**
 * How one end sees one broker of the other.
 *
 * <p>Immutable.
 *
 * @param brokerId -1 if not known yet
 * @param address where it is dialled, or from where it dials
 * @param connected whether it can be talked to
 * @param waiting connections that wait to be started
 * @param started connections that were started since this broker's plugin began
 * @param refusal why not; null if it is for no reason that the other end has given
 * @param problem one line; null when connected
 */
public record PeerReport(
        int brokerId,
        String address,
        boolean connected,
        int waiting,
        long started,
        @Nullable Refusal refusal,
        @Nullable String problem) {}
