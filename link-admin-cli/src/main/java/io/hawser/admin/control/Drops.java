/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import com.fasterxml.jackson.annotation.JsonValue;
import io.hawser.status.MirrorReversal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a topic drops that is reversed: by partition for scripts, in one figure for people. Immutable. */
public record Drops(@JsonValue List<Drop> partitions) {

    /**
     * What one partition drops.
     *
     * @param lastMirroredOffset exclusive: from there on the other cluster has other records
     * @param logEndOffset exclusive
     * @param offsets how many are dropped; those of transaction markers count, too
     */
    public record Drop(int partition, long lastMirroredOffset, long logEndOffset, long offsets) {}

    static Drops of(MirrorReversal reversal) {
        List<Drop> drops = new ArrayList<>();
        for (int number = 0; number < reversal.ends().size(); number++) {
            drops.add(new Drop(
                    number,
                    reversal.lastMirroredOffsets().get(number),
                    reversal.ends().get(number),
                    reversal.dropped(number)));
        }
        return new Drops(drops);
    }

    @Override
    public String toString() {
        List<Drop> some = partitions.stream().filter(drop -> drop.offsets() > 0).toList();
        return some.isEmpty()
                ? "0"
                : some.stream().mapToLong(Drop::offsets).sum() + " (partition "
                        + some.stream()
                                .map(drop -> drop.partition() + ": " + drop.lastMirroredOffset() + " to "
                                        + (drop.logEndOffset() - 1))
                                .collect(Collectors.joining(", "))
                        + ")";
    }
}
