/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import io.hawser.source.FetchAnswer;
import io.hawser.source.FetchRequest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.FetchResponse;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * A fetch response of 64 partitions from its bytes to the answer that the engine takes: by Kafka's generated code, then by ours.
 * It costs the same whatever the partitions hold, as records are not touched. Confined to one JMH thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecodeBenchmark {

    private static final int PARTITIONS = 64;
    private static final short VERSION = ApiKeys.FETCH.latestVersion();

    @Param({"1024", "65536"})
    int bytesPerPartition;

    private final RequestTranslation<FetchAnswer> translation =
            RequestTranslation.of(new FetchRequest(1, 1, 0, 1, 1, "", List.of(), List.of()));
    private ByteBuffer response = ByteBuffer.allocate(0);

    @Setup
    public void makeResponse() {
        FetchableTopicResponse topic = new FetchableTopicResponse()
                .setTopicId(Uuid.randomUuid())
                .setPartitions(
                        IntStream.range(0, PARTITIONS).mapToObj(this::partition).toList());
        response = MessageUtil.toByteBufferAccessor(
                        new FetchResponseData().setSessionId(1).setResponses(List.of(topic)), VERSION)
                .buffer();
    }

    private PartitionData partition(int index) {
        return new PartitionData()
                .setPartitionIndex(index)
                .setHighWatermark(1_000)
                .setLogStartOffset(0)
                .setLastStableOffset(1_000)
                .setRecords(MemoryRecords.readableRecords(ByteBuffer.allocate(bytesPerPartition)));
    }

    @Benchmark
    public FetchAnswer decode() {
        return translation.answer(FetchResponse.parse(new ByteBufferAccessor(response.duplicate()), VERSION), VERSION);
    }
}
