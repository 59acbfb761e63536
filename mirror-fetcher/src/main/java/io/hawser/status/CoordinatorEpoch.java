/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The leader epoch of the state topic under which a coordinator wrote a record, as the record's header: four bytes, big
 * endian.
 */
public final class CoordinatorEpoch {

    private static final String KEY = "coordinator-epoch";

    private CoordinatorEpoch() {}

    public static Header header(int epoch) {
        return new RecordHeader(
                KEY, ByteBuffer.allocate(Integer.BYTES).putInt(epoch).array());
    }

    /** {@link StateSnapshot#NO_COORDINATOR} for a record that no coordinator wrote. */
    public static int of(Headers headers) {
        Header header = headers.lastHeader(KEY);
        return header == null || header.value() == null || header.value().length != Integer.BYTES
                ? StateSnapshot.NO_COORDINATOR
                : ByteBuffer.wrap(header.value()).getInt();
    }
}
