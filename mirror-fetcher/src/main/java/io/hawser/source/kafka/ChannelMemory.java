/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.memory.MemoryPool;
import org.jspecify.annotations.Nullable;

/**
 * What one channel has borrowed of the broker's {@link ReceiveMemory}, in the words of Kafka's selector, which reads nothing more
 * while there is none. Kafka's client keeps what it has received; so the channel says when answers are done with.
 *
 * <p>For one thread at a time, the one that uses the channel.
 */
final class ChannelMemory implements MemoryPool {

    private static final int NONE_REFUSED = 0;
    /** Stands for what was received on the heap. */
    private static final ByteBuffer NOTHING_LENT = ByteBuffer.allocate(0);

    private final @Nullable ReceiveMemory memory;
    private final Deque<ByteBuffer> received = new ArrayDeque<>();
    private @Nullable ByteBuffer latest;
    private int refusedBytes = NONE_REFUSED;

    /** @param memory null to take all from the heap */
    ChannelMemory(@Nullable ReceiveMemory memory) {
        this.memory = memory;
    }

    @Override
    public @Nullable ByteBuffer tryAllocate(int bytes) {
        if (latest != null) {
            // Kafka's client has asked something itself, and has had the answer.
            giveBack(latest);
            latest = null;
        }
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
        if (memory == null) {
            return;
        }
        received.add(latest == null ? NOTHING_LENT : latest);
        latest = null;
    }

    /** Nobody needs the oldest answers any more. */
    void releaseAnswers(int answers) {
        for (int i = 0; i < answers && !received.isEmpty(); i++) {
            giveBack(received.remove());
        }
    }

    /** Nobody got the answer that came last. */
    void releaseLatestAnswer() {
        if (!received.isEmpty()) {
            giveBack(received.removeLast());
        }
    }

    /** Gives back everything. */
    void close() {
        answered();
        releaseAnswers(received.size());
    }

    private void giveBack(ByteBuffer lent) {
        if (memory != null && lent.isDirect()) {
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
