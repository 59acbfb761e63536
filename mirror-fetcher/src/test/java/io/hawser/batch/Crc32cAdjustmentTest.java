/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Crc32cAdjustmentTest {
    private static final int FIELD_AT = 22;

    private final SplittableRandom random = new SplittableRandom(7);

    @ParameterizedTest
    @ValueSource(
            ints = {0, 1, 2, 10, 255, 256, 257, 65_535, 65_536, 65_537, 1_048_576, 16_777_215, 16_777_216, 16_777_219})
    void agreesWithRecomputationAtTheEdgesOfTheTables(int trailingBytes) {
        assertAgreesWithRecomputation(trailingBytes, random.nextLong(), random.nextLong());
    }

    @Test
    void agreesWithRecomputationForEveryLengthUpTo3000() {
        for (int trailingBytes = 0; trailingBytes <= 3000; trailingBytes++) {
            assertAgreesWithRecomputation(trailingBytes, random.nextLong(), random.nextLong());
        }
    }

    @Test
    void agreesWithRecomputationForEachBitOfTheField() {
        for (int bit = 0; bit < Long.SIZE; bit++) {
            assertAgreesWithRecomputation(random.nextInt(100_000), 0, 1L << bit);
        }
    }

    @Test
    void agreesWithRecomputationForTheLargestBatch() {
        int trailingBytes = Integer.MAX_VALUE - 51;
        long before = random.nextLong();
        long after = random.nextLong();

        int adjusted =
                new Crc32cAdjustment(before ^ after).adjusted(crcWithZerosBehind(before, trailingBytes), trailingBytes);

        assertThat(adjusted).isEqualTo(crcWithZerosBehind(after, trailingBytes));
    }

    @Test
    void noDifferenceIsNoChange() {
        assertThat(new Crc32cAdjustment(0).adjusted(0x12345678, 1000)).isEqualTo(0x12345678);
    }

    private void assertAgreesWithRecomputation(int trailingBytes, long before, long after) {
        byte[] data = new byte[FIELD_AT + Long.BYTES + trailingBytes];
        random.nextBytes(data);
        ByteBuffer fields = ByteBuffer.wrap(data).putLong(FIELD_AT, before);
        int crcBefore = crcOf(data);
        fields.putLong(FIELD_AT, after);

        int adjusted = new Crc32cAdjustment(before ^ after).adjusted(crcBefore, trailingBytes);

        assertThat(adjusted)
                .as("%d trailing bytes, %d to %d", trailingBytes, before, after)
                .isEqualTo(crcOf(data));
    }

    private static int crcOf(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data, 0, data.length);
        return (int) crc.getValue();
    }

    private static int crcWithZerosBehind(long field, int count) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, field));
        byte[] zeros = new byte[1 << 20];
        for (int left = count; left > 0; left -= zeros.length) {
            crc.update(zeros, 0, Math.min(left, zeros.length));
        }
        return (int) crc.getValue();
    }
}
