/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Memory outside the heap for what sources answer, shared by all connections of a broker. A batch goes from the socket into
 * it and from it to the file, without a copy on the heap; buffers are used again and again, so nothing is cleared or collected.
 *
 * <p>Law: what is lent at one time is never more than the limit, but for one answer that is larger than the limit all by itself,
 * while nothing else is lent. Small answers come from the heap and do not count.
 *
 * <p>Failure semantics: {@link OutOfMemoryError} of a JVM that has no memory outside the heap left; nothing is lent then.
 *
 * <p>Thread-safe.
 */
public final class ReceiveMemory {

    private static final int SMALL = 16 * 1024;
    private static final int STEPS_PER_DOUBLING = 4;

    private final long limitBytes;
    private final Map<Integer, Deque<ByteBuffer>> idle = new HashMap<>();
    private long idleBytes;
    private long lentBytes;

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
        Deque<ByteBuffer> ofCapacity = idle.get(capacity);
        ByteBuffer used = ofCapacity == null ? null : ofCapacity.poll();
        if (used != null) {
            idleBytes -= capacity;
            lentBytes += capacity;
            return used.clear();
        }
        dropIdleToMakeRoomFor(capacity);
        ByteBuffer fresh = ByteBuffer.allocateDirect(capacity);
        lentBytes += capacity;
        return fresh;
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

    /**
     * How large an answer should be asked for, so that one can be received while the one before is appended. A larger batch
     * comes nevertheless.
     */
    public int maxAnswerBytes() {
        return (int) Math.min(Integer.MAX_VALUE, limitBytes / 2);
    }

    /** The most that may be lent at one time. */
    public long limitBytes() {
        return limitBytes;
    }

    /** Bytes that are lent now. */
    public synchronized long lentBytes() {
        return lentBytes;
    }

    private boolean hasRoomFor(int capacity) {
        return lentBytes == 0 || lentBytes + capacity <= limitBytes;
    }

    /** Buffers of other sizes make room: what is lent and what is idle are within the limit together. */
    private void dropIdleToMakeRoomFor(int capacity) {
        var all = idle.values().iterator();
        while (lentBytes + idleBytes + capacity > limitBytes && all.hasNext()) {
            Deque<ByteBuffer> ofCapacity = all.next();
            while (lentBytes + idleBytes + capacity > limitBytes && !ofCapacity.isEmpty()) {
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
