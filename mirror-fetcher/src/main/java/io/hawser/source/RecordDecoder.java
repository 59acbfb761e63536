/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Takes batches apart. For what is read as records, never for what is mirrored. */
@FunctionalInterface
public interface RecordDecoder {

    /**
     * @param batches whole ones, and perhaps a part of one more; unchanged
     * @param records gets each of the whole ones' records in order
     * @return the offset behind the last whole batch; -1 if there is none
     */
    long decode(ByteBuffer batches, Records records);

    /** Gets one record. */
    @FunctionalInterface
    interface Records {
        void accept(byte @Nullable [] key, byte @Nullable [] value);
    }
}
