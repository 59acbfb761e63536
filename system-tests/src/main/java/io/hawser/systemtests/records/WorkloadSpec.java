/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.util.Locale;

/**
 * What a {@link Workload} shall write. Immutable.
 *
 * @param topic must exist
 * @param mode kind of producer
 * @param codec compression of the batches
 * @param seed the same seed gives the same keys, values, headers and ends of transactions
 * @param recordsPerSecond upper bound of the rate
 * @param maxRecords the workload ends by itself after so many
 * @param maxValueBytes values have up to so many bytes; some are null
 * @param recordsPerTransaction size of a transaction, in transactional mode
 * @param abortPercent share of the transactions that are aborted, in transactional mode
 */
public record WorkloadSpec(
        String topic,
        Mode mode,
        Codec codec,
        long seed,
        int recordsPerSecond,
        long maxRecords,
        int maxValueBytes,
        int recordsPerTransaction,
        int abortPercent) {

    /** Kinds of producers. */
    public enum Mode {
        PLAIN,
        IDEMPOTENT,
        TRANSACTIONAL
    }

    /** Kafka's codecs. */
    public enum Codec {
        NONE,
        GZIP,
        SNAPPY,
        LZ4,
        ZSTD;

        /** As {@code compression.type} spells it. */
        String configValue() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public WorkloadSpec {
        if (recordsPerSecond < 1 || maxRecords < 1 || maxValueBytes < 1 || recordsPerTransaction < 1) {
            throw new IllegalArgumentException("Rates and sizes of a workload must be positive");
        }
        if (abortPercent < 0 || abortPercent > 100) {
            throw new IllegalArgumentException("abortPercent must be 0 to 100, not " + abortPercent);
        }
    }

    /** 200 records a second of up to 1 kB, a quarter of the transactions aborted, up to 100,000 records in all. */
    public static WorkloadSpec of(String topic, Mode mode, Codec codec, long seed) {
        return new WorkloadSpec(topic, mode, codec, seed, 200, 100_000, 1_000, 10, 25);
    }

    public WorkloadSpec recordsPerSecond(int value) {
        return new WorkloadSpec(
                topic, mode, codec, seed, value, maxRecords, maxValueBytes, recordsPerTransaction, abortPercent);
    }

    public WorkloadSpec maxRecords(long value) {
        return new WorkloadSpec(
                topic, mode, codec, seed, recordsPerSecond, value, maxValueBytes, recordsPerTransaction, abortPercent);
    }

    public WorkloadSpec maxValueBytes(int value) {
        return new WorkloadSpec(
                topic, mode, codec, seed, recordsPerSecond, maxRecords, value, recordsPerTransaction, abortPercent);
    }

    public WorkloadSpec abortPercent(int value) {
        return new WorkloadSpec(
                topic, mode, codec, seed, recordsPerSecond, maxRecords, maxValueBytes, recordsPerTransaction, value);
    }
}
