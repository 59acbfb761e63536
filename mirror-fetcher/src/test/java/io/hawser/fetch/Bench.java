/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.batch.BatchRewriter;
import io.hawser.batch.ProducerIdSpace;
import io.hawser.lineage.EpochLineage;
import io.hawser.source.FetchAnswer;
import io.hawser.source.FetchAnswer.PartitionAnswer;
import io.hawser.source.FetchRequest;
import io.hawser.source.SourceFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** A {@link BrokerFetch} with all that is around it, steered by hand. Confined to the test's thread. */
final class Bench {

    static final int LEADER_EPOCH = 7;
    static final int SESSION = 11;
    static final String RACK = "west";
    static final long MAX_UNACKED_BYTES = 1_000;

    private static final Uuid SOURCE_TOPIC = Uuid.randomUuid();
    private static final Uuid MIRROR_TOPIC = Uuid.randomUuid();
    private static final FetchSettings SETTINGS =
            new FetchSettings(500, 1, 1 << 20, 1 << 20, RACK, MAX_UNACKED_BYTES, 10, 40);

    final InMemoryMirrorLog log = new InMemoryMirrorLog();
    final Map<MirroredPartition, EpochLineage> lineageWrites = new LinkedHashMap<>();
    final List<String> events = new ArrayList<>();
    final LinkLimits limits = unlimited();
    final LinkTraffic traffic = new LinkTraffic();
    final BrokerFetch fetch = new BrokerFetch(
            SETTINGS,
            limits,
            log,
            new BatchRewriter(
                    ProducerIdSpace.ofSourceCluster("source-cluster"), ProducerIdSpace.ofSourceCluster("destination")),
            lineageWrites::put,
            new Heard(),
            traffic,
            new Backoff(10, 40, new Random(1)));
    long nowMs = 1_000;

    static MirrorAssignment assignment(int number, int leaderEpoch) {
        return new MirrorAssignment(
                new TopicPartition("mirror", number),
                MIRROR_TOPIC,
                Uuid.ZERO_UUID,
                new TopicIdPartition(SOURCE_TOPIC, new TopicPartition("source", number)),
                leaderEpoch);
    }

    InMemoryMirrorLog.Replica replica(int number) {
        return log.replica(new TopicPartition("mirror", number));
    }

    /** A partition that stands at 0 and knows source epoch 5. */
    MirroredPartition add(int number) {
        return add(number, EpochLineage.EMPTY.startingAt(5, 0), 0);
    }

    MirroredPartition add(int number, EpochLineage lineage, long nextOffset) {
        MirroredPartition partition = new MirroredPartition(
                assignment(number, LEADER_EPOCH), lineage, nextOffset, nextOffset, false, false, new Sightings());
        replica(number).lead(LEADER_EPOCH);
        fetch.add(partition, 5);
        return partition;
    }

    FetchRequest request() {
        return fetch.nextRequest(nowMs).orElseThrow(() -> new AssertionError("nothing to ask for"));
    }

    /** Where each partition that the request names is asked for from. */
    Map<Integer, Long> asked() {
        Map<Integer, Long> offsets = new LinkedHashMap<>();
        request().partitions().forEach(each -> offsets.put(each.source().partition(), each.fetchOffset()));
        return offsets;
    }

    void answer(PartitionAnswer... parts) {
        fetch.accept(new FetchAnswer(Errors.NONE, true, SESSION, 0, List.of(parts)), nowMs);
    }

    void append() {
        fetch.appendTaken(nowMs);
    }

    /** Asks, hears the answer, appends. */
    void round(PartitionAnswer... parts) {
        request();
        answer(parts);
        append();
    }

    void later(long millis) {
        nowMs += millis;
    }

    static LinkLimits unlimited() {
        return new LinkLimits(
                new ByteRateLimit(ByteRateLimit.UNLIMITED, null),
                new ByteRateLimit(ByteRateLimit.UNLIMITED, null),
                new Priorities(Priorities.Classes.NONE),
                new HoldBacks());
    }

    static PartitionAnswer part(int number, ByteBuffer... batches) {
        return partUpTo(1_000, number, batches);
    }

    static PartitionAnswer partUpTo(long highWatermark, int number, ByteBuffer... batches) {
        return new PartitionAnswer(
                "", SOURCE_TOPIC, number, Errors.NONE, highWatermark, 0, null, -1, null, joined(batches));
    }

    static PartitionAnswer empty(int number, long highWatermark) {
        return new PartitionAnswer("", SOURCE_TOPIC, number, Errors.NONE, highWatermark, 0, null, -1, null, joined());
    }

    static PartitionAnswer refused(int number, Errors error) {
        return new PartitionAnswer("", SOURCE_TOPIC, number, error, -1, -1, null, -1, null, joined());
    }

    static PartitionAnswer diverging(int number, int epoch, long endOffset) {
        return new PartitionAnswer(
                "",
                SOURCE_TOPIC,
                number,
                Errors.NONE,
                1_000,
                0,
                new FetchAnswer.Diverging(epoch, endOffset),
                -1,
                null,
                joined());
    }

    /** The leader has nothing to give: a replica is nearer. */
    static PartitionAnswer nearerAt(int number, int replica) {
        return new PartitionAnswer("", SOURCE_TOPIC, number, Errors.NONE, 1_000, 0, null, replica, null, joined());
    }

    /** Copies, so that what is rewritten is not the caller's. */
    static ByteBuffer joined(ByteBuffer... batches) {
        int size = 0;
        for (ByteBuffer batch : batches) {
            size += batch.remaining();
        }
        ByteBuffer all = ByteBuffer.allocate(size);
        for (ByteBuffer batch : batches) {
            all.put(batch.duplicate());
        }
        return all.flip();
    }

    static ByteBuffer batch(long baseOffset, int records, int epoch) {
        return batch(baseOffset, records, epoch, "value");
    }

    static ByteBuffer batch(long baseOffset, int records, int epoch, String content) {
        return batch(baseOffset, epoch, content, Collections.nCopies(records, 1L));
    }

    /** One whose records all have that time. */
    static ByteBuffer batchOf(long baseOffset, int records, int epoch, long timestampMs) {
        return batch(baseOffset, epoch, "value", Collections.nCopies(records, timestampMs));
    }

    /** One with a record of each time. */
    static ByteBuffer batchStamped(long baseOffset, int epoch, Long... timestampsMs) {
        return batch(baseOffset, epoch, "value", List.of(timestampsMs));
    }

    private static ByteBuffer batch(long baseOffset, int epoch, String content, List<Long> timestampsMs) {
        SimpleRecord[] all = new SimpleRecord[timestampsMs.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = new SimpleRecord(
                    timestampsMs.get(i), (content + "-" + (baseOffset + i)).getBytes(StandardCharsets.UTF_8));
        }
        return MemoryRecords.withRecords(
                        RecordBatch.CURRENT_MAGIC_VALUE,
                        baseOffset,
                        Compression.NONE,
                        TimestampType.CREATE_TIME,
                        1L,
                        (short) 0,
                        0,
                        epoch,
                        false,
                        all)
                .buffer();
    }

    private final class Heard implements FetchEvents {
        @Override
        public void leaderMoved(MirroredPartition partition, Errors error) {
            events.add("moved " + partition.assignment().mirror() + " " + error);
        }

        @Override
        public void nearerAt(MirroredPartition partition, int replica) {
            events.add("nearer " + partition.assignment().mirror() + " at " + replica);
        }

        @Override
        public void outOfRange(MirroredPartition partition) {
            events.add("out of range " + partition.assignment().mirror());
        }

        @Override
        public void diverged(MirroredPartition partition, long commonEnd, boolean byEpoch) {
            events.add("diverged " + partition.assignment().mirror() + " at " + commonEnd
                    + (byEpoch ? "" : " by a batch"));
        }

        @Override
        public void unverified(MirroredPartition partition) {
            events.add("unverified " + partition.assignment().mirror());
        }

        @Override
        public void fenced(MirroredPartition partition) {
            events.add("fenced " + partition.assignment().mirror());
        }

        @Override
        public void brokerLost(Collection<MirroredPartition> partitions, SourceFailure failure) {
            partitions.forEach(
                    partition -> events.add("lost " + partition.assignment().mirror() + " " + failure.code()));
        }
    }
}
