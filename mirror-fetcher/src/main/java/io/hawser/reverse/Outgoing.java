/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a socket has not taken yet; bounded, since a peer that does not read is none. Not thread-safe. */
final class Outgoing {

    private static final int LIMIT_BYTES = 256 * 1024;

    private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
    private int waitingBytes;

    void add(ByteBuffer bytes) throws ProtocolException {
        waitingBytes += bytes.remaining();
        if (waitingBytes > LIMIT_BYTES) {
            throw new ProtocolException("a peer that does not read");
        }
        waiting.add(bytes);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    boolean flush(ByteChannel channel) throws IOException {
        while (!waiting.isEmpty()) {
            ByteBuffer first = waiting.getFirst();
            waitingBytes -= channel.write(first);
            if (first.hasRemaining()) {
                return false;
            }
            waiting.removeFirst();
        }
        return true;
    }
}
