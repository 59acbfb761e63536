/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.definition;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The point that a failover makes a mirror topic writable as of, given by {@code link-admin failover --to-timestamp} or
 * {@code --to-offset}. A batch is kept as a whole or dropped as a whole.
 *
 * <p>Immutable.
 *
 * @param id tells this point from others
 * @param timestampMs in milliseconds since the epoch: from the first batch on that has a record of this time or later everything
 *     goes; null when offsets are given
 * @param offsets by partition: from the batch on that holds this one everything goes; partitions that are not there keep all
 */
public record StopPoint(Uuid id, @Nullable Long timestampMs, Map<Integer, Long> offsets) {

    public StopPoint {
        offsets = offsets == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(offsets));
        if ((timestampMs == null) == offsets.isEmpty()) {
            throw new InvalidDefinitionException("A failover goes to a time, or to offsets");
        }
    }

    public static @Nullable Uuid idOf(@Nullable StopPoint point) {
        return point == null ? null : point.id();
    }

    /** Whether it is the same place, though perhaps asked for at another time. */
    public boolean isSameAs(StopPoint other) {
        return Objects.equals(timestampMs, other.timestampMs()) && offsets.equals(other.offsets());
    }
}
