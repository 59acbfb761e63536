/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Watches a copy grow from outside, and takes the time and the processes' CPU when its first byte is there and when its last one
 * is. Confined to the benchmark's thread.
 */
final class Arrival {

    private static final Duration POLL = Duration.ofMillis(4);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final LongSupplier arrived;
    private final List<LongSupplier> cpuNanos;
    private final LongSupplier allocated;
    private final Duration poll;

    /**
     * @param arrived bytes, or anything else that grows, of the copy
     * @param cpuNanos of each process that takes part
     * @param allocated bytes on the heap of the process that receives
     */
    Arrival(LongSupplier arrived, List<LongSupplier> cpuNanos, LongSupplier allocated) {
        this(arrived, cpuNanos, allocated, POLL);
    }

    /** @param poll how often to look, where a look costs the processes something */
    Arrival(LongSupplier arrived, List<LongSupplier> cpuNanos, LongSupplier allocated, Duration poll) {
        this.poll = poll;
        this.arrived = arrived;
        this.cpuNanos = List.copyOf(cpuNanos);
        this.allocated = allocated;
    }

    /**
     * From the first byte on.
     *
     * @param expected value of what grows when all is there
     * @param bytes that all is at the source
     */
    Measurement await(long expected, long bytes) throws InterruptedException {
        return await(1, expected, bytes);
    }

    /**
     * @param from value of what grows where the measurement begins
     * @param expected value of what grows when all is there
     * @param bytes that all is at the source
     */
    Measurement await(long from, long expected, long bytes) throws InterruptedException {
        long allocatedBefore = allocated.getAsLong();
        awaitAtLeast(from);
        long startNs = System.nanoTime();
        long cpuNs = cpu();
        long first = from == 1 ? 0 : arrived.getAsLong();
        awaitAtLeast(expected);
        long nanos = System.nanoTime() - startNs;
        long measured = Math.round((double) bytes * (expected - first) / expected);
        return new Measurement(
                measured, nanos, cpu() - cpuNs, allocatedBefore < 0 ? -1 : allocated.getAsLong() - allocatedBefore);
    }

    private void awaitAtLeast(long wanted) throws InterruptedException {
        long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        while (arrived.getAsLong() < wanted) {
            if (System.nanoTime() > deadlineNs) {
                throw new IllegalStateException(
                        "Only " + arrived.getAsLong() + " of " + wanted + " arrived within " + LIMIT);
            }
            TimeUnit.MILLISECONDS.sleep(poll.toMillis());
        }
    }

    private long cpu() {
        return cpuNanos.stream().mapToLong(LongSupplier::getAsLong).sum();
    }
}
