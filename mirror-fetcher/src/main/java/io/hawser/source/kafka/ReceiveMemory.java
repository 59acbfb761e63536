/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory outside the heap for what sources answer, shared by all connections of a broker. A batch goes from the socket into
 * it and from it to the file, without a copy on the heap; buffers are used again and again, so nothing is cleared or collected.
 *
 * <p>Law: what is lent at one time is never more than the limit, but for one answer that is larger than the limit all by itself,
 * while nothing else is lent. Small answers come from the heap and do not count.
 *
 * <p>Failure semantics: a JVM without memory outside the heap to give is told of once, and the heap serves instead.
 *
 * <p>Thread-safe.
 */
public final class ReceiveMemory {

    private static final Logger LOG = LoggerFactory.getLogger(ReceiveMemory.class);
    private static final int SMALL = 16 * 1024;
    private static final int STEPS_PER_DOUBLING = 4;

    private final long limitBytes;
    private final Map<Integer, Deque<ByteBuffer>> idle = new HashMap<>();
    private long idleBytes;
    private long lentBytes;
    private boolean toldOfHeap;

    /** @param limitBytes of all answers that are being received or appended, 1 or more */
    public ReceiveMemory(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Whether answers of that size are taken from the heap, and need not be given back. */
    static boolean isSmall(int bytes) {
        return bytes <= SMALL;
    }

    /**
     * Lends a buffer; empty and of at least that capacity.
     *
     * @return null if there is not enough now
     */
    synchronized @Nullable ByteBuffer tryLend(int bytes) {
        int capacity = roundedUp(bytes);
        if (!hasRoomFor(capacity)) {
            return null;
        }
        lentBytes += capacity;
        Deque<ByteBuffer> ofCapacity = idle.get(capacity);
        ByteBuffer used = ofCapacity == null ? null : ofCapacity.poll();
        if (used != null) {
            idleBytes -= capacity;
            return used.clear();
        }
        dropIdle();
        return allocate(capacity);
    }

    /** Takes back what {@link #tryLend} gave. */
    synchronized void giveBack(ByteBuffer lent) {
        int capacity = lent.capacity();
        lentBytes -= capacity;
        if (lentBytes + idleBytes + capacity <= limitBytes) {
            idle.computeIfAbsent(capacity, size -> new ArrayDeque<>()).push(lent);
            idleBytes += capacity;
        }
    }

    /** Whether {@link #tryLend} would give a buffer of that size now. */
    synchronized boolean canLend(int bytes) {
        return hasRoomFor(roundedUp(bytes));
    }

    long limitBytes() {
        return limitBytes;
    }

    /** Bytes that are lent now. */
    public synchronized long lentBytes() {
        return lentBytes;
    }

    /** A JVM that gives too little memory outside the heap makes mirroring slower, and stops nothing. */
    private ByteBuffer allocate(int capacity) {
        try {
            return ByteBuffer.allocateDirect(capacity);
        } catch (OutOfMemoryError e) {
            if (!toldOfHeap) {
                toldOfHeap = true;
                LOG.warn(
                        "Fetched batches go to the heap: {}. Raise -XX:MaxDirectMemorySize or lower hawser.buffer.memory",
                        e.getMessage());
            }
            return ByteBuffer.allocate(capacity);
        }
    }

    private boolean hasRoomFor(int capacity) {
        return lentBytes == 0 || lentBytes + capacity <= limitBytes;
    }

    /** Buffers of other sizes make room: what is lent and what is idle are within the limit together. */
    private void dropIdle() {
        var all = idle.values().iterator();
        while (lentBytes + idleBytes > limitBytes && all.hasNext()) {
            Deque<ByteBuffer> ofCapacity = all.next();
            while (lentBytes + idleBytes > limitBytes && !ofCapacity.isEmpty()) {
                idleBytes -= ofCapacity.remove().capacity();
            }
            if (ofCapacity.isEmpty()) {
                all.remove();
            }
        }
    }

    /** To one of a few sizes between each power of two and the next, so that buffers fit again. */
    private static int roundedUp(int bytes) {
        int step = Math.max(SMALL, Integer.highestOneBit(bytes) / STEPS_PER_DOUBLING);
        long rounded = (bytes + (long) step - 1) / step * step;
        return (int) Math.min(Integer.MAX_VALUE, rounded);
    }
}
