/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.nio.file.Path;

/**
 * Where a replica is not what it should be. Immutable.
 *
 * @param replica the file in which, or the folder of the partition
 * @param offset base offset of the batch, or the offset of whatever else differs
 * @param field the part of the batch that differs, as Kafka's documentation names it, or what is kept beside the log
 * @param found what the replica has
 * @param expected what it should have
 * @param reference where that is from
 */
public record Difference(Path replica, long offset, String field, String found, String expected, String reference) {

    static Difference inBatch(StoredBatch found, String field, Object value, Object expected, String reference) {
        return new Difference(
                found.segment(), found.baseOffset(), field, String.valueOf(value), String.valueOf(expected), reference);
    }

    /** One line for a failed test. */
    @Override
    public String toString() {
        return replica + ", batch at offset " + offset + ": " + field + " is " + found + ", but should be " + expected
                + " as in " + reference;
    }
}
