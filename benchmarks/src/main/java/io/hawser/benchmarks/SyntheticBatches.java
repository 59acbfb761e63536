/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** Batches of magic 2 with a sound header and a payload of noise, as far as a mirror looks at them. Thread-safe. */
final class SyntheticBatches {
    private static final int CRC_AT = 17;
    private static final int ATTRIBUTES_AT = 21;

    private SyntheticBatches() {}

    /** A direct buffer, as the network layer has them, full of batches of one size from an idempotent producer. */
    static ByteBuffer inARow(int count, int sizeInBytes) {
        ByteBuffer records = ByteBuffer.allocateDirect(count * sizeInBytes);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < count; i++) {
            records.put(batch(random, i, sizeInBytes));
        }
        return records.flip();
    }

    private static ByteBuffer batch(SplittableRandom random, int index, int sizeInBytes) {
        byte[] payload = new byte[sizeInBytes];
        random.nextBytes(payload);
        ByteBuffer batch = ByteBuffer.wrap(payload);
        batch.putLong(10L * index); // base offset
        batch.putInt(sizeInBytes - 12); // batch length
        batch.putInt(5); // partition leader epoch
        batch.put((byte) 2); // magic
        batch.putInt(0); // crc, below
        batch.putShort((short) 3); // attributes: lz4
        batch.putInt(9); // last offset delta
        batch.putLong(1_700_000_000_000L); // base timestamp
        batch.putLong(1_700_000_000_009L); // max timestamp
        batch.putLong(4711); // producer id
        batch.putShort((short) 0); // producer epoch
        batch.putInt(10 * index); // base sequence
        batch.putInt(10); // record count
        batch.putInt(CRC_AT, crc(batch.clear(), 0, sizeInBytes));
        return batch;
    }

    /** The CRC-32C of a batch, from all its bytes. */
    static int crc(ByteBuffer records, int position, int sizeInBytes) {
        CRC32C crc = new CRC32C();
        crc.update(records.slice(position + ATTRIBUTES_AT, sizeInBytes - ATTRIBUTES_AT));
        return (int) crc.getValue();
    }
}
