/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.memory.MemoryPool;
import org.jspecify.annotations.Nullable;

/**
 * What one channel has borrowed of the broker's {@link ReceiveMemory}, in the words of Kafka's selector, which reads nothing more
 * while there is none. Kafka's client keeps what it has received; so the channel says when answers are done with.
 *
 * <p>Confined to the channel's thread.
 */
final class ChannelMemory implements MemoryPool {

    private static final int NONE_REFUSED = 0;

    private final @Nullable ReceiveMemory memory;
    private final List<ByteBuffer> received = new ArrayList<>();
    private @Nullable ByteBuffer latest;
    private int refusedBytes = NONE_REFUSED;

    /** @param memory null to take all from the heap */
    ChannelMemory(@Nullable ReceiveMemory memory) {
        this.memory = memory;
    }

    @Override
    public @Nullable ByteBuffer tryAllocate(int bytes) {
        // Kafka's client has asked something itself, and has had the answer.
        answered();
        if (memory == null || ReceiveMemory.isSmall(bytes)) {
            return ByteBuffer.allocate(bytes);
        }
        ByteBuffer lent = memory.tryLend(bytes);
        if (lent == null) {
            refusedBytes = bytes;
            return null;
        }
        refusedBytes = NONE_REFUSED;
        latest = lent;
        return lent.slice(0, bytes);
    }

    /** What was being received when the connection broke, the last thing that was asked for. */
    @Override
    public void release(ByteBuffer unfinished) {
        if (latest != null) {
            giveBack(latest);
            latest = null;
        }
    }

    /** An answer is complete: the one whose memory was asked for last, since answers come one after the other. */
    void answered() {
        if (latest != null) {
            received.add(latest);
            latest = null;
        }
    }

    /** Nobody needs the answers so far any more. */
    void releaseAnswers() {
        received.forEach(this::giveBack);
        received.clear();
    }

    /** Gives back everything. */
    void close() {
        answered();
        releaseAnswers();
    }

    private void giveBack(ByteBuffer lent) {
        if (memory != null) {
            memory.giveBack(lent);
        }
    }

    @Override
    public long size() {
        return memory == null ? Long.MAX_VALUE : memory.limitBytes();
    }

    @Override
    public long availableMemory() {
        return memory == null ? Long.MAX_VALUE : memory.limitBytes() - memory.lentBytes();
    }

    /** Whether something waits for memory, and there is still none. */
    @Override
    public boolean isOutOfMemory() {
        return memory != null && refusedBytes != NONE_REFUSED && !memory.canLend(refusedBytes);
    }
}
