/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks;

import io.hawser.batch.BatchRewriter;
import io.hawser.batch.BatchStep;
import io.hawser.batch.BatchWalk;
import io.hawser.batch.ProducerIdSpace;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The way of one partition's records through a mirror, 256 batches of 4 KiB: the walk alone, and walk and rewrite. The
 * figures are per batch. Confined to one JMH thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BatchWalkBenchmark {
    private static final int BATCHES = 256;
    private static final int BATCH_BYTES = 4096;
    private static final int PRODUCER_ID_AT = 43;

    private final BatchWalk walk = new BatchWalk();
    private final BatchRewriter rewriter = new BatchRewriter(
            ProducerIdSpace.ofSourceCluster("benchmark"), ProducerIdSpace.ofSourceCluster("destination"));
    private ByteBuffer records = ByteBuffer.allocate(0);
    private int epoch;

    @Setup
    public void makeBatches() {
        records = SyntheticBatches.inARow(BATCHES, BATCH_BYTES);
    }

    @Benchmark
    @OperationsPerInvocation(BATCHES)
    public long walkOnly() {
        walk.start(records);
        while (walk.next() == BatchStep.BATCH) {
            // the walk itself is what is measured
        }
        return walk.lastOffset();
    }

    @Benchmark
    @OperationsPerInvocation(BATCHES)
    public long walkAndRewrite() {
        epoch++;
        walk.start(records);
        while (walk.next() == BatchStep.BATCH) {
            records.putLong(walk.position() + PRODUCER_ID_AT, walk.lastOffset());
            rewriter.rewrite(records, walk.position(), epoch);
        }
        return walk.lastOffset();
    }
}
