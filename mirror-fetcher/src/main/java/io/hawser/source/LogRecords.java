/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The records of one batch, in order, one at a time: a compressed batch may be a thousand times as large as it looks. Confined to
 * the thread that opened it.
 */
public interface LogRecords extends AutoCloseable {

    /** The next one; null behind the last. What it holds stays as it is when the batch's buffer is used again. */
    @Nullable
    LogRecord next();

    @Override
    void close();

    /** Opens batches. Thread-safe. */
    @FunctionalInterface
    interface Reader {

        /** @param batch one whole batch of magic 2, position to limit, that fits its checksum; unchanged */
        LogRecords open(ByteBuffer batch);
    }
}
