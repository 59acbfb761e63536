/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.batch;

/**
 * The CRC-32C of data in which one field of eight bytes has changed by a known difference, without reading the data again.
 *
 * <p>A CRC is linear over GF(2): for two messages of one length, the XOR of their CRCs is the plain remainder (no initial
 * value, no final inversion) of the XOR of the messages. That XOR is zero but for the field, so the remainder of the
 * difference, multiplied by x^(8n) modulo the polynomial for the n bytes that follow, is all that the CRC changes by. It
 * follows that an error is kept: a CRC that was wrong before is wrong by the same bits afterwards.
 *
 * <p>The power is the product of one table entry for each byte of n. The difference is the same for all batches of a
 * source, so its product with the first of these entries is a table as well, and a batch of up to 64 KiB costs one
 * multiplication. Polynomials are in the reflected form that CRC-32C uses: bit 31 is the coefficient of x^0.
 *
 * <p>Immutable. Nothing is allocated after construction.
 */
final class Crc32cAdjustment {
    private static final int REFLECTED_POLYNOMIAL = 0x82F63B78;
    private static final int ONE = 0x80000000;
    private static final int X_TO_THE_8TH = ONE >>> 8;

    /** The remainder of each byte; in the tables after it, of each byte with one, two and three zero bytes behind it. */
    private static final int[] BY_ONE = remaindersOfBytes();

    private static final int[] BY_TWO = oneZeroByteMore(BY_ONE);
    private static final int[] BY_THREE = oneZeroByteMore(BY_TWO);
    private static final int[] BY_FOUR = oneZeroByteMore(BY_THREE);

    /** At 256k + n stands x^(8 * n * 256^k): one entry for each value of each byte of a length. */
    private static final int[] POWERS = powers();

    /** At n stands the remainder of the difference with n zero bytes behind it. */
    private final int[] shortChanges = new int[256];

    /** @param difference the field before XOR the field after, as a big-endian number */
    Crc32cAdjustment(long difference) {
        long inByteOrder = Long.reverseBytes(difference);
        int remainder = afterFourZeroBytes(afterFourZeroBytes((int) inByteOrder) ^ (int) (inByteOrder >>> 32));
        for (int n = 0; n < shortChanges.length; n++) {
            shortChanges[n] = multiply(remainder, POWERS[n]);
        }
    }

    /**
     * The CRC after the field has changed.
     *
     * @param crc the CRC before
     * @param trailingBytes bytes between the field's end and the end of what the CRC covers, 0 or more
     */
    int adjusted(int crc, int trailingBytes) {
        int change = shortChanges[trailingBytes & 0xFF];
        int page = 256;
        for (int rest = trailingBytes >>> 8; rest != 0; rest >>>= 8) {
            change = multiply(change, POWERS[page + (rest & 0xFF)]);
            page += 256;
        }
        return crc ^ change;
    }

    private static int afterFourZeroBytes(int remainder) {
        return BY_FOUR[remainder & 0xFF]
                ^ BY_THREE[(remainder >>> 8) & 0xFF]
                ^ BY_TWO[(remainder >>> 16) & 0xFF]
                ^ BY_ONE[remainder >>> 24];
    }

    /** Modulo the polynomial. The carry-less product has 63 bits, its lower half stands for powers from x^32 on. */
    private static int multiply(int a, int b) {
        long product = carrylessProduct(a, b) << 1;
        return (int) (product >>> 32) ^ afterFourZeroBytes((int) product);
    }

    /**
     * Ordinary multiplication with holes: each factor is split in four so that only every fourth bit is in use. At most
     * eight ones are then added up in one place, so carries end in the holes, which are masked away.
     */
    private static long carrylessProduct(int a, int b) {
        long a0 = a & 0x11111111L;
        long a1 = a & 0x22222222L;
        long a2 = a & 0x44444444L;
        long a3 = a & 0x88888888L;
        long b0 = b & 0x11111111L;
        long b1 = b & 0x22222222L;
        long b2 = b & 0x44444444L;
        long b3 = b & 0x88888888L;
        long c0 = (a0 * b0) ^ (a1 * b3) ^ (a2 * b2) ^ (a3 * b1);
        long c1 = (a0 * b1) ^ (a1 * b0) ^ (a2 * b3) ^ (a3 * b2);
        long c2 = (a0 * b2) ^ (a1 * b1) ^ (a2 * b0) ^ (a3 * b3);
        long c3 = (a0 * b3) ^ (a1 * b2) ^ (a2 * b1) ^ (a3 * b0);
        return (c0 & 0x1111111111111111L)
                | (c1 & 0x2222222222222222L)
                | (c2 & 0x4444444444444444L)
                | (c3 & 0x8888888888888888L);
    }

    private static int[] remaindersOfBytes() {
        int[] remainders = new int[256];
        for (int value = 0; value < 256; value++) {
            int remainder = value;
            for (int bit = 0; bit < 8; bit++) {
                remainder = (remainder >>> 1) ^ (REFLECTED_POLYNOMIAL & -(remainder & 1));
            }
            remainders[value] = remainder;
        }
        return remainders;
    }

    private static int[] oneZeroByteMore(int[] remainders) {
        int[] longer = new int[256];
        for (int value = 0; value < 256; value++) {
            longer[value] = (remainders[value] >>> 8) ^ BY_ONE[remainders[value] & 0xFF];
        }
        return longer;
    }

    private static int[] powers() {
        int[] powers = new int[4 * 256];
        int step = X_TO_THE_8TH;
        for (int page = 0; page < powers.length; page += 256) {
            powers[page] = ONE;
            for (int n = 1; n < 256; n++) {
                powers[page + n] = multiply(powers[page + n - 1], step);
            }
            step = multiply(powers[page + 255], step);
        }
        return powers;
    }
}
