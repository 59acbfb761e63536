/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/**
 * What a link has committed for one group, written down before it does. Immutable.
 *
 * @param share whether it is a share group, whose offset of a partition is where it begins
 * @param written by {@code <mirror topic>/<partition>}, the offset that was committed last and the one that is about to be; any
 *     other that stands there is somebody else's
 * @param takenOver of mirrors that were written to here before, by {@code <mirror topic>/<partition>}: the incarnation of the
 *     mirror for which the link has taken for its own what the group had committed until then
 * @param writtenMs when that was last done, in milliseconds since the epoch
 */
public record GroupStatus(
        String link,
        String group,
        boolean share,
        Map<String, List<Long>> written,
        Map<String, Uuid> takenOver,
        long writtenMs) {

    public GroupStatus {
        written = Collections.unmodifiableMap(new TreeMap<>(written));
        // What an older version of the plugin wrote has none.
        takenOver = takenOver == null ? Map.of() : Map.copyOf(takenOver);
    }
}
