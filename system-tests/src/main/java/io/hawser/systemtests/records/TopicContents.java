/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a reader found in a topic. Two are equal if every record at every offset is. Immutable.
 *
 * @param partitions records by partition, in the order in which they were read
 * @param endOffsets by partition, the offset that the reader stood at when it ended, exclusive; beyond the last record
 *     where markers or aborted records follow it
 */
public record TopicContents(SortedMap<Integer, List<TopicRecord>> partitions, SortedMap<Integer, Long> endOffsets) {

    public TopicContents {
        partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
        endOffsets = Collections.unmodifiableSortedMap(new TreeMap<>(endOffsets));
    }

    /** All records, by partition and within it as read. */
    public Stream<TopicRecord> records() {
        return partitions.values().stream().flatMap(List::stream);
    }

    public long count() {
        return records().count();
    }

    /** Those that are not here, or not with the same key, value and headers at their offset. */
    public List<AcknowledgedRecord> lacking(Collection<AcknowledgedRecord> expected) {
        Set<AcknowledgedRecord> present = present();
        return expected.stream().filter(each -> !present.contains(each)).toList();
    }

    /** Those that are here at their offset, though they should not be. */
    public List<AcknowledgedRecord> containing(Collection<AcknowledgedRecord> unexpected) {
        Set<AcknowledgedRecord> present = present();
        return unexpected.stream().filter(present::contains).toList();
    }

    private Set<AcknowledgedRecord> present() {
        return records()
                .map(each -> new AcknowledgedRecord(each.partition(), each.offset(), each.contentHash()))
                .collect(Collectors.toCollection(HashSet::new));
    }
}
