/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes over a socket that does not block, as they are or under TLS.
 *
 * <p>Confined to the loop's thread.
 */
interface Wire {

    /** What {@link #read} says when the other end has gone. */
    int END = -1;

    /**
     * @return how many bytes came, 0 if none are there now, or {@link #END}
     */
    int read(ByteBuffer into) throws IOException;

    /** Sends as soon as the socket takes it; {@link #flush} has to be called until it says that nothing is left. */
    void write(byte[] bytes) throws IOException;

    /** @return whether nothing is left to send */
    boolean flush() throws IOException;

    /** Whether the socket has to take something before there is more to do. */
    boolean isBlocked();

    /** Says that nothing more will be written; what was written before still goes out. The socket stays open. */
    void finish() throws IOException;

    /** Whether the other end has said that it will write nothing more, so that the socket can be used for something else. */
    boolean peerHasFinished();

    /** Whether all was read that will ever come, so that only closing is left unless the socket is used for something else. */
    boolean hasEnded();

    /** Whether bytes came of which nothing has been read yet. */
    boolean hasUnread();
}
