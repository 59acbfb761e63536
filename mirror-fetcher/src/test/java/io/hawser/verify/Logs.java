/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.verify;

import io.hawser.batch.BatchHeader;
import io.hawser.batch.BatchRewriter;
import io.hawser.batch.ProducerIdSpace;
import io.hawser.source.kafka.KafkaLogRecords;
import io.hawser.verify.LogComparison.Need;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Two logs as lists of batches, read in pieces of any size and compared. */
final class Logs {

    static final ProducerIdSpace SOURCE = ProducerIdSpace.ofSourceCluster("the source");
    static final ProducerIdSpace DESTINATION = ProducerIdSpace.ofSourceCluster("the destination");
    private static final int KEYS = 1_000;

    private final Map<Side, List<ByteBuffer>> batches = new EnumMap<>(Side.class);
    private final RandomGenerator random;

    Logs(RandomGenerator random, Collection<ByteBuffer> source, Collection<ByteBuffer> mirror) {
        this.random = random;
        batches.put(Side.SOURCE, List.copyOf(source));
        batches.put(Side.MIRROR, List.copyOf(mirror));
    }

    static ByteBuffer copy(ByteBuffer batch) {
        return ByteBuffer.allocate(batch.remaining()).put(batch.duplicate()).flip();
    }

    /** As the link appends it. */
    static ByteBuffer mirrored(ByteBuffer batch, int leaderEpoch) {
        ByteBuffer copy = copy(batch);
        new BatchRewriter(SOURCE).rewrite(copy, 0, leaderEpoch);
        return copy;
    }

    static List<ByteBuffer> mirrored(List<ByteBuffer> source) {
        List<ByteBuffer> mirror = new ArrayList<>();
        source.forEach(batch -> mirror.add(mirrored(batch, 7)));
        return mirror;
    }

    LogComparison ofBatches(long from, long end) {
        return run(LogComparison.ofBatches(SOURCE, DESTINATION, from, end), end);
    }

    LogComparison ofSurvivors(long from, long end) {
        return ofSurvivors(from, end, KEYS);
    }

    LogComparison ofSurvivors(long from, long end, int keyLimit) {
        return run(survivors(from, end, keyLimit), end);
    }

    static LogComparison survivors(long from, long end, int keyLimit) {
        return LogComparison.ofSurvivors(SOURCE, DESTINATION, KafkaLogRecords::open, keyLimit, from, end);
    }

    private LogComparison run(LogComparison comparison, long end) {
        for (Need need = comparison.compare(); need != Need.NOTHING; need = comparison.compare()) {
            step(comparison, need, end);
        }
        return comparison;
    }

    void step(LogComparison comparison, Need need, long end) {
        if (need == Need.MIRROR_AGAIN) {
            long next = 0;
            while (next >= 0 && next < comparison.doubtfulEndOffset()) {
                next = comparison.seeEarlier(read(Side.MIRROR, next));
            }
            comparison.settleDoubts();
            return;
        }
        ByteBuffer read = read(need.side(), comparison.wantedOffset(need.side()));
        if (read.hasRemaining()) {
            comparison.offer(need.side(), read);
        } else {
            comparison.nothingBefore(need.side(), end);
        }
    }

    /** From the batch on that holds the offset or is the next one; the last one may be cut, the first one never is. */
    ByteBuffer read(Side side, long offset) {
        List<ByteBuffer> rest = batches.get(side).stream()
                .filter(batch -> BatchHeader.lastOffset(batch, 0) >= offset)
                .toList();
        int all = rest.stream().mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer read = ByteBuffer.allocate(all);
        rest.forEach(batch -> read.put(batch.duplicate()));
        int first = rest.isEmpty() ? 0 : rest.get(0).remaining();
        return read.flip().limit(Math.min(all, first + random.nextInt(4_000)));
    }

    long end() {
        return batches.values().stream()
                .flatMap(List::stream)
                .mapToLong(batch -> BatchHeader.lastOffset(batch, 0) + 1)
                .max()
                .orElse(0);
    }
}
