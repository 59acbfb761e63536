/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Leader epochs of a partition and where each begins, whoever kept them. Immutable.
 *
 * @param byStartOffset epoch by its first offset, inclusive
 */
record EpochStarts(NavigableMap<Long, Integer> byStartOffset) {

    private static final String CHECKPOINT = "leader-epoch-checkpoint";
    private static final int CHECKPOINT_HEADER_LINES = 2;

    EpochStarts {
        byStartOffset = Collections.unmodifiableNavigableMap(new TreeMap<>(byStartOffset));
    }

    /** What a broker keeps beside the segments of a replica: version, number of lines, then epoch and start offset each. */
    static EpochStarts ofReplica(Path folder) {
        try {
            NavigableMap<Long, Integer> starts = new TreeMap<>();
            List<String> lines = Files.readAllLines(folder.resolve(CHECKPOINT));
            for (String line : lines.subList(Math.min(CHECKPOINT_HEADER_LINES, lines.size()), lines.size())) {
                String[] epochAndOffset = line.split(" ", -1);
                starts.put(Long.parseLong(epochAndOffset[1]), Integer.parseInt(epochAndOffset[0]));
            }
            return new EpochStarts(starts);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the leader epochs in " + folder, e);
        }
    }

    /** The epoch that the record at an offset was written under; empty before the first that is kept. */
    OptionalInt epochAt(long offset) {
        Map.Entry<Long, Integer> entry = byStartOffset.floorEntry(offset);
        return entry == null ? OptionalInt.empty() : OptionalInt.of(entry.getValue());
    }
}
