/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What would have been lost had the source died when the failover began. Immutable.
 *
 * @param acknowledged by the source until then
 * @param records of these that the mirror did not have
 * @param ageMs how long before that the first of them was acknowledged; 0 if none was lost
 */
record Loss(long acknowledged, long records, long ageMs) {

    /**
     * @param ends by partition, where the mirror ended then, exclusive
     * @param atNs then, by {@link System#nanoTime()}
     */
    static Loss of(Collection<Acknowledged> all, Map<Integer, Long> ends, long atNs) {
        List<Acknowledged> before =
                all.stream().filter(each -> each.atNs() - atNs <= 0).toList();
        List<Acknowledged> lost = before.stream()
                .filter(each -> each.offset() >= ends.getOrDefault(each.partition(), 0L))
                .toList();
        long oldestNs =
                lost.stream().mapToLong(each -> atNs - each.atNs()).max().orElse(0);
        return new Loss(before.size(), lost.size(), TimeUnit.NANOSECONDS.toMillis(oldestNs));
    }
}
