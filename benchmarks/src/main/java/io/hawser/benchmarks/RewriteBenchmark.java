/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks;

import io.hawser.batch.BatchRewriter;
import io.hawser.batch.ProducerIdSpace;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * One batch rewritten: by adjusting its CRC, and by computing the CRC anew as one would without the adjustment. The aim
 * is less than 60 ns for {@link #adjusted}, whatever the size. Confined to one JMH thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RewriteBenchmark {
    private static final int EPOCH_AT = 12;
    private static final int CRC_AT = 17;
    private static final int PRODUCER_ID_AT = 43;
    private static final long SOURCE_PRODUCER_ID = 4711;

    @Param({"16384", "1048576"})
    private int batchBytes;

    private final ProducerIdSpace producerIds = ProducerIdSpace.ofSourceCluster("benchmark");
    private final BatchRewriter rewriter =
            new BatchRewriter(producerIds, ProducerIdSpace.ofSourceCluster("destination"));
    private ByteBuffer records = ByteBuffer.allocate(0);
    private int epoch;

    @Setup
    public void makeBatch() {
        records = SyntheticBatches.inARow(1, batchBytes);
    }

    /** Includes putting the source's producer id back, without which a second rewrite would have nothing to do. */
    @Benchmark
    public BatchRewriter.Outcome adjusted() {
        records.putLong(PRODUCER_ID_AT, SOURCE_PRODUCER_ID);
        return rewriter.rewrite(records, 0, epoch++);
    }

    @Benchmark
    public ByteBuffer recomputed() {
        records.putInt(EPOCH_AT, epoch++);
        records.putLong(PRODUCER_ID_AT, producerIds.mirrored(SOURCE_PRODUCER_ID));
        return records.putInt(CRC_AT, SyntheticBatches.crc(records, 0, batchBytes));
    }
}
