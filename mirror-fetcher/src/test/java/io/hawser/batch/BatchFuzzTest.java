/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.batch;

import static io.hawser.batch.RandomBatches.bytesOf;

import io.hawser.batch.BatchRewriter.Outcome;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/**
 * Walks and rewrites damaged, cut and random bytes. Repeat one failing input with {@code -Dhawser.fuzz.seed=<seed>
 * -Dhawser.fuzz.inputs=1}, or run longer with more inputs.
 */
class BatchFuzzTest {
    private static final int EPOCH = 1234;

    private final int inputs = Integer.getInteger("hawser.fuzz.inputs", 1_000_000);
    private final long firstSeed = Long.getLong("hawser.fuzz.seed", 20_000);

    private final BatchWalk walk = new BatchWalk();
    private final BatchRewriter rewriter = new BatchRewriter(
            ProducerIdSpace.ofSourceCluster("source"), ProducerIdSpace.ofSourceCluster("destination"));
    private final List<ByteBuffer> soundBatches = soundBatches();

    @Test
    void whateverTheBytesAreTheWalkEndsAndTheRewriterKeepsEveryError() {
        for (long seed = firstSeed; seed < firstSeed + inputs; seed++) {
            try {
                tryOne(new SplittableRandom(seed));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("failed with seed " + seed, e);
            }
        }
    }

    private void tryOne(SplittableRandom random) {
        ByteBuffer records = randomInput(random);
        int start = records.position();
        int limit = records.limit();
        byte[] before = everythingIn(records);

        walk.start(records);
        int end = start;
        long lastOffset = -1;
        int batches = 0;
        while (walk.next() == BatchStep.BATCH) {
            require(batches++ <= limit / BatchHeader.HEADER_BYTES, "the walk does not end");
            require(walk.position() == end && walk.endPosition() <= limit, "batches lie one after the other");
            requireSound(records, lastOffset);
            end = walk.endPosition();
            lastOffset = walk.lastOffset();
            rewriteAndCheck(records);
        }

        require(walk.step().isNormalEnd() == (!walk.step().isCorrupt() && !stopsShort(walk.step())), "kinds of end");
        require(walk.describe().length() < 200, "the description is one line");
        require(records.position() == start && records.limit() == limit, "position and limit are untouched");
        byte[] after = everythingIn(records);
        require(Arrays.equals(before, 0, start, after, 0, start), "bytes before are untouched");
        require(Arrays.equals(before, end, before.length, after, end, after.length), "bytes behind are untouched");
    }

    private static boolean stopsShort(BatchStep step) {
        return step == BatchStep.FIRST_PARTIAL || step == BatchStep.UNSUPPORTED_MAGIC;
    }

    private void requireSound(ByteBuffer records, long lastOffsetBefore) {
        int at = walk.position();
        require(records.get(at + 16) == 2, "magic is 2");
        require(walk.sizeInBytes() >= 61 && walk.sizeInBytes() == 12L + records.getInt(at + 8), "size is the header's");
        require(walk.baseOffset() == records.getLong(at) && walk.baseOffset() > lastOffsetBefore, "offsets increase");
        require(walk.lastOffset() >= walk.baseOffset() && walk.lastOffset() < Long.MAX_VALUE, "offsets make sense");
        require(walk.recordCount() >= 0, "record count makes sense");
    }

    private void rewriteAndCheck(ByteBuffer records) {
        byte[] before = bytesOf(records.slice(walk.position(), walk.sizeInBytes()));

        Outcome outcome = rewriter.rewrite(records, walk.position(), EPOCH);
        byte[] after = bytesOf(records.slice(walk.position(), walk.sizeInBytes()));

        require(crcError(before) == crcError(after), "the CRC is wrong by the same bits as before");
        require(outcome != Outcome.CORRUPT || crcError(before) != 0, "an intact batch is not called corrupt");
        if (outcome == Outcome.REWRITTEN) {
            require(ByteBuffer.wrap(after).getInt(12) == EPOCH, "the epoch is the destination's");
            Arrays.fill(before, 12, 16, (byte) 0);
            Arrays.fill(after, 12, 16, (byte) 0);
            Arrays.fill(before, 17, 21, (byte) 0);
            Arrays.fill(after, 17, 21, (byte) 0);
            Arrays.fill(before, 43, 51, (byte) 0);
            Arrays.fill(after, 43, 51, (byte) 0);
        }
        require(Arrays.equals(before, after), "nothing else changes");
    }

    private ByteBuffer randomInput(SplittableRandom random) {
        int before = random.nextInt(4);
        byte[] bytes = random.nextInt(10) == 0 ? noise(random) : batchesInARow(random);
        damage(random, bytes);
        int length = random.nextInt(3) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
        int capacity = before + bytes.length;
        ByteBuffer records =
                random.nextInt(4) == 0 ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
        records.position(before);
        records.put(bytes);
        return records.limit(before + length).position(before);
    }

    private static byte[] noise(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        if (bytes.length > BatchHeader.HEADER_BYTES) {
            ByteBuffer.wrap(bytes)
                    .putInt(BatchHeader.BATCH_LENGTH_AT, random.nextInt(bytes.length))
                    .put(BatchHeader.MAGIC_AT, BatchHeader.MAGIC);
        }
        return bytes;
    }

    private byte[] batchesInARow(SplittableRandom random) {
        int first = random.nextInt(soundBatches.size());
        int last = Math.min(soundBatches.size(), first + random.nextInt(5));
        ByteBuffer row = ByteBuffer.allocate(soundBatches.subList(first, last).stream()
                .mapToInt(ByteBuffer::remaining)
                .sum());
        soundBatches.subList(first, last).forEach(batch -> row.put(batch.duplicate()));
        return row.array();
    }

    /** Headers are hit more often than records, and edge values more often than others. */
    private static void damage(SplittableRandom random, byte[] bytes) {
        int hits = bytes.length == 0 ? 0 : random.nextInt(4);
        for (int i = 0; i < hits; i++) {
            int at = random.nextInt(random.nextBoolean() ? Math.min(bytes.length, 61) : bytes.length);
            bytes[at] = switch (random.nextInt(4)) {
                case 0 -> (byte) (bytes[at] ^ (1 << random.nextInt(8)));
                case 1 -> (byte) random.nextInt();
                case 2 -> 0;
                default -> (byte) (random.nextBoolean() ? 0xFF : 0x7F);
            };
        }
    }

    private static List<ByteBuffer> soundBatches() {
        RandomBatches batches = new RandomBatches(new SplittableRandom(3));
        List<ByteBuffer> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(batches.next(150));
        }
        return all;
    }

    private static byte[] everythingIn(ByteBuffer records) {
        return bytesOf(records.duplicate().clear());
    }

    private static int crcError(byte[] batch) {
        CRC32C crc = new CRC32C();
        crc.update(batch, BatchHeader.ATTRIBUTES_AT, batch.length - BatchHeader.ATTRIBUTES_AT);
        return ByteBuffer.wrap(batch).getInt(BatchHeader.CRC_AT) ^ (int) crc.getValue();
    }

    private static void require(boolean condition, String law) {
        if (!condition) {
            throw new AssertionError("broken: " + law);
        }
    }
}
