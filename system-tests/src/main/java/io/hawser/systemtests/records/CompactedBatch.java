/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.record.internal.Record;

/**
 * What compaction leaves of a batch: the offsets it spans, its producer and its kind, and some of its records, maybe none.
 * Its size, counts, checksum and base timestamp change, and it is marked with the time at which its tombstones may go.
 *
 * <p>Thread-safe: no state.
 */
final class CompactedBatch {

    private static final List<BatchField> KEPT = List.of(
            BatchField.BASE_OFFSET,
            BatchField.MAGIC,
            BatchField.LAST_OFFSET_DELTA,
            BatchField.PRODUCER_EPOCH,
            BatchField.BASE_SEQUENCE);

    /** Bit 6: the base timestamp is the delete horizon (KIP-534). */
    private static final long DELETE_HORIZON = 1 << 6;

    private CompactedBatch() {}

    static Optional<Difference> difference(StoredBatch wanted, StoredBatch found, BatchRules rules) {
        for (BatchField field : KEPT) {
            if (wanted.value(field) != found.value(field)) {
                return Optional.of(Difference.inBatch(
                        found, field.label(), found.value(field), wanted.value(field), wanted.where()));
            }
        }
        if (kind(wanted) != kind(found)) {
            return Optional.of(Difference.inBatch(
                    found, BatchField.ATTRIBUTES.label(), kind(found), kind(wanted), wanted.where()));
        }
        return rules.producerIdDifference(wanted, found).or(() -> recordDifference(wanted, found));
    }

    private static long kind(StoredBatch batch) {
        return batch.value(BatchField.ATTRIBUTES) & ~DELETE_HORIZON;
    }

    private static Optional<Difference> recordDifference(StoredBatch wanted, StoredBatch found) {
        Map<Long, Record> other = StreamSupport.stream(found.records().spliterator(), false)
                .collect(Collectors.toMap(Record::offset, Function.identity()));
        for (Record record : wanted.records()) {
            Record same = other.get(record.offset());
            if (same != null && !equal(record, same)) {
                return Optional.of(Difference.inBatch(
                        found, "record " + record.offset(), same.toString(), record.toString(), wanted.where()));
            }
        }
        return Optional.empty();
    }

    private static boolean equal(Record one, Record other) {
        return one.timestamp() == other.timestamp()
                && Objects.equals(one.key(), other.key())
                && Objects.equals(one.value(), other.value())
                && Arrays.equals(one.headers(), other.headers());
    }
}
