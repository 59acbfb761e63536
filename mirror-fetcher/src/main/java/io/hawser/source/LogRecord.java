/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * One record of a log. Two are equal if all that consumers see of them is.
 *
 * <p>Immutable, as long as nobody moves the buffers.
 *
 * @param timestampMs in milliseconds since the epoch
 * @param value null for a tombstone
 */
public record LogRecord(
        long offset,
        long timestampMs,
        @Nullable ByteBuffer key,
        @Nullable ByteBuffer value,
        List<Header> headers) {

    public LogRecord {
        headers = List.copyOf(headers);
    }
}
