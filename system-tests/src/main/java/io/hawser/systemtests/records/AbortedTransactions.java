/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;

/**
 * The index of aborted transactions of one replica, over all its segments: what a reader of committed records is told to
 * leave out. Immutable.
 *
 * <p>The last stable offset that stands in each entry is left out of it: a leader that appends marker by marker, and a
 * follower that appends many batches at once, note different ones that mean the same.
 */
record AbortedTransactions(List<Aborted> entries) {

    private static final int ENTRY_BYTES = 34;
    private static final int PRODUCER_ID_AT = 2;
    private static final int FIRST_OFFSET_AT = 10;
    private static final int LAST_OFFSET_AT = 18;

    AbortedTransactions {
        entries = List.copyOf(entries);
    }

    /**
     * @param firstOffset of its records
     * @param lastOffset of its marker
     */
    record Aborted(long producerId, long firstOffset, long lastOffset) {}

    /** Those that lie wholly at or above an offset, in the order of their markers. */
    static AbortedTransactions ofReplica(Path folder, long fromOffset) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Aborted> entries = new ArrayList<>();
            for (Path index : files.filter(file -> file.toString().endsWith(".txnindex"))
                    .sorted()
                    .toList()) {
                read(ByteBuffer.wrap(Files.readAllBytes(index)), fromOffset, entries);
            }
            return new AbortedTransactions(entries);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the aborted transactions in " + folder, e);
        }
    }

    /** @param ids what becomes of a producer id */
    AbortedTransactions moved(LongUnaryOperator ids) {
        return new AbortedTransactions(entries.stream()
                .map(each -> new Aborted(ids.applyAsLong(each.producerId()), each.firstOffset(), each.lastOffset()))
                .toList());
    }

    private static void read(ByteBuffer bytes, long fromOffset, List<Aborted> entries) {
        for (int at = 0; at + ENTRY_BYTES <= bytes.limit(); at += ENTRY_BYTES) {
            Aborted entry = new Aborted(
                    bytes.getLong(at + PRODUCER_ID_AT),
                    bytes.getLong(at + FIRST_OFFSET_AT),
                    bytes.getLong(at + LAST_OFFSET_AT));
            if (entry.firstOffset() >= fromOffset) {
                entries.add(entry);
            }
        }
    }
}
