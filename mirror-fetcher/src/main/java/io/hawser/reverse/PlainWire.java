/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** Bytes as they are. */
final class PlainWire implements Wire {

    private final ByteChannel channel;
    private final Outgoing outgoing = new Outgoing();

    PlainWire(ByteChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        outgoing.add(ByteBuffer.wrap(bytes));
    }

    @Override
    public boolean flush() throws IOException {
        return outgoing.flush(channel);
    }

    /** The last frame says it. */
    @Override
    public void finish() {
        // Nothing is sent for it.
    }

    @Override
    public boolean isBlocked() {
        return !outgoing.isEmpty();
    }

    @Override
    public boolean peerHasFinished() {
        return true;
    }

    @Override
    public boolean hasEnded() {
        return false;
    }

    @Override
    public boolean hasUnread() {
        return false;
    }
}
