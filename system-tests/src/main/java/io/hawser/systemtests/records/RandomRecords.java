/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * An endless row of records of all shapes: with and without key, value and headers, with values that compress and values
 * that do not, with timestamps of the last hour that do not ascend. The same seed and start give the same row.
 *
 * <p>Confined to the workload's thread.
 */
final class RandomRecords {

    private static final int KEYS = 50;
    private static final int HOUR_MS = 3_600_000;

    private final WorkloadSpec spec;
    private final long startMs;
    private final Random random;
    private long sequence;

    RandomRecords(WorkloadSpec spec, long startMs, Random random) {
        this.spec = spec;
        this.startMs = startMs;
        this.random = random;
    }

    ProducerRecord<byte[], byte[]> next() {
        long timestamp = startMs - random.nextInt(HOUR_MS);
        var record = new ProducerRecord<byte[], byte[]>(spec.topic(), null, timestamp, key(), value());
        int headers = random.nextInt(3);
        for (int i = 0; i < headers; i++) {
            record.headers().add("h" + random.nextInt(2), random.nextInt(4) == 0 ? null : randomBytes(8));
        }
        sequence++;
        return record;
    }

    private byte @Nullable [] key() {
        return random.nextInt(5) == 0 ? null : utf8("key-" + random.nextInt(KEYS));
    }

    private byte @Nullable [] value() {
        return switch (random.nextInt(10)) {
            case 0 -> null;
            case 1 -> new byte[0];
            case 2, 3, 4 -> randomBytes(1 + random.nextInt(spec.maxValueBytes()));
            default -> utf8(("seed " + spec.seed() + " record " + sequence + "; ").repeat(1 + random.nextInt(10)));
        };
    }

    private byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
