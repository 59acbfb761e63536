/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks;

import io.hawser.lineage.EpochLineage;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What the engine asks a partition's lineage: whether an epoch is known, for each batch, and the last epoch, for each fetch.
 * Confined to one JMH thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LineageBenchmark {

    private static final long OFFSETS_PER_EPOCH = 1_000;

    /** How many leader epochs the source has had. */
    @Param({"1", "10", "100"})
    int epochs;

    private EpochLineage lineage = EpochLineage.EMPTY;

    @Setup
    public void makeLineage() {
        lineage = EpochLineage.of(LongStream.range(0, epochs)
                .mapToObj(epoch -> List.of(epoch, epoch * OFFSETS_PER_EPOCH))
                .toList());
    }

    @Benchmark
    public boolean knowsTheLatestEpoch() {
        return lineage.knows(epochs - 1);
    }

    @Benchmark
    public OptionalInt lastFetchedEpoch() {
        return lineage.epochBefore(epochs * OFFSETS_PER_EPOCH);
    }
}
