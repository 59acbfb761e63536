/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.nio.ByteBuffer;

/** A field in the header of a record batch of format 2, in the order of the bytes (KIP-98). Immutable. */
enum BatchField {
    BASE_OFFSET("baseOffset", 0, 8),
    LENGTH("batchLength", 8, 4),
    PARTITION_LEADER_EPOCH("partitionLeaderEpoch", 12, 4),
    MAGIC("magic", 16, 1),
    CRC("crc", 17, 4),
    ATTRIBUTES("attributes", 21, 2),
    LAST_OFFSET_DELTA("lastOffsetDelta", 23, 4),
    BASE_TIMESTAMP("baseTimestamp", 27, 8),
    MAX_TIMESTAMP("maxTimestamp", 35, 8),
    PRODUCER_ID("producerId", 43, 8),
    PRODUCER_EPOCH("producerEpoch", 51, 2),
    BASE_SEQUENCE("baseSequence", 53, 4),
    RECORD_COUNT("recordsCount", 57, 4);

    /** Size of the header: records begin here. */
    static final int HEADER_BYTES = 61;

    private final String label;
    private final int position;
    private final int bytes;

    BatchField(String label, int position, int bytes) {
        this.label = label;
        this.position = position;
        this.bytes = bytes;
    }

    /** The name in Kafka's documentation. */
    String label() {
        return label;
    }

    /** The field's value in a buffer that holds one batch from its position 0 on. */
    long valueIn(ByteBuffer batch) {
        return switch (bytes) {
            case 1 -> batch.get(position);
            case 2 -> batch.getShort(position);
            case 4 -> batch.getInt(position);
            default -> batch.getLong(position);
        };
    }
}
