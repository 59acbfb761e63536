/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * How many strangers are let in, and how fast, from one address and from all.
 *
 * <p>Law: whatever comes, at most {@code total} strangers are inside and the memory is bounded by that and by the number of addresses
 * that were let in within one second.
 *
 * <p>Not thread-safe.
 */
final class AddressLimits {

    private static final long WINDOW_MS = 1_000;

    private final int total;
    private final int perAddress;
    private final int perAddressAndSecond;
    private final int perSecond;
    private final Map<InetAddress, Integer> inside = new HashMap<>();
    private final Map<InetAddress, Integer> lately = new HashMap<>();
    private int insideTotal;
    private int latelyTotal;
    private long windowStartMs = Long.MIN_VALUE;

    /**
     * @param total strangers at once
     * @param perAddress of them from one address
     * @param perSecond new ones from all addresses
     * @param perAddressAndSecond new ones from one address
     */
    AddressLimits(int total, int perAddress, int perSecond, int perAddressAndSecond) {
        this.total = total;
        this.perAddress = perAddress;
        this.perSecond = perSecond;
        this.perAddressAndSecond = perAddressAndSecond;
    }

    /** @return whether a stranger is let in; if so, {@link #leave} has to be called once */
    boolean enter(InetAddress address, long nowMs) {
        if (nowMs - windowStartMs >= WINDOW_MS || windowStartMs == Long.MIN_VALUE) {
            windowStartMs = nowMs;
            lately.clear();
            latelyTotal = 0;
        }
        if (insideTotal >= total
                || latelyTotal >= perSecond
                || inside.getOrDefault(address, 0) >= perAddress
                || lately.getOrDefault(address, 0) >= perAddressAndSecond) {
            return false;
        }
        insideTotal++;
        latelyTotal++;
        inside.merge(address, 1, Integer::sum);
        lately.merge(address, 1, Integer::sum);
        return true;
    }

    /** It is gone, or is no stranger any more. */
    void leave(InetAddress address) {
        insideTotal--;
        inside.computeIfPresent(address, (from, count) -> count == 1 ? null : count - 1);
    }

    int inside() {
        return insideTotal;
    }
}
