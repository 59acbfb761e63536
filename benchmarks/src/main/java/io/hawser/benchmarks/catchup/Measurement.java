/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

/**
 * One copy of a data set, between its first byte and its last one.
 *
 * @param bytes that the source keeps of the data set
 * @param nanos from the first byte to the last one
 * @param cpuNanos of all processes that take part
 * @param allocatedBytes on the heap of the process that receives; -1 if not known
 */
record Measurement(long bytes, long nanos, long cpuNanos, long allocatedBytes) {

    double megabytesPerSecond() {
        return bytes / 1e6 / (nanos / 1e9);
    }

    double cpuSecondsPerGigabyte() {
        return cpuNanos / 1e9 / (bytes / 1e9);
    }

    /** Negative if not known. */
    double allocatedMegabytesPerGigabyte() {
        return allocatedBytes / 1e6 / (bytes / 1e9);
    }
}
