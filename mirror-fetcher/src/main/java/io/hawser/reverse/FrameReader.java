/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Frames out of bytes as they come. What is no frame is told by its first wrong byte, what is too long by its header; nothing is kept
 * beyond one frame.
 *
 * <p>Not thread-safe.
 */
final class FrameReader {

    private ByteBuffer buffer = ByteBuffer.allocate(FrameCodec.HEADER_BYTES + FrameCodec.STRANGERS_LIMIT_BYTES);
    private int limitBytes = FrameCodec.STRANGERS_LIMIT_BYTES;
    private byte @Nullable [] raw;

    /** The other end is known now, and may say more at once. */
    void trust() {
        limitBytes = FrameCodec.LIMIT_BYTES;
    }

    /**
     * Takes from the bytes what belongs to the next frame.
     *
     * @return null if that is not complete yet; all bytes are taken then
     * @throws ProtocolException if it is none
     */
    @Nullable
    Frame read(ByteBuffer bytes) throws ProtocolException {
        while (buffer.position() < FrameCodec.HEADER_BYTES && bytes.hasRemaining()) {
            byte next = bytes.get();
            int at = buffer.position();
            if (at < FrameCodec.MAGIC.length && next != FrameCodec.MAGIC[at]) {
                throw new ProtocolException("what does not speak this protocol");
            }
            buffer.put(next);
        }
        if (buffer.position() < FrameCodec.HEADER_BYTES) {
            return null;
        }
        int length = buffer.getShort(FrameCodec.HEADER_BYTES - 2) & 0xffff;
        if (length > limitBytes) {
            throw new ProtocolException("a frame of " + length + " bytes, where " + limitBytes + " are allowed");
        }
        int total = FrameCodec.HEADER_BYTES + length;
        if (total > buffer.capacity()) {
            buffer = ByteBuffer.allocate(total).put(buffer.flip());
        }
        int taken = Math.min(total - buffer.position(), bytes.remaining());
        buffer.put(bytes.slice(bytes.position(), taken));
        bytes.position(bytes.position() + taken);
        if (buffer.position() < total) {
            return null;
        }
        byte[] all = new byte[total];
        buffer.flip().get(all);
        buffer.clear();
        raw = all;
        return FrameCodec.decode(
                all[FrameCodec.MAGIC.length],
                ByteBuffer.wrap(all, FrameCodec.HEADER_BYTES, length).slice());
    }

    /** The last frame as it came. */
    byte[] raw() {
        return raw == null ? new byte[0] : raw;
    }

    /** Whether no part of a frame is there. */
    boolean isEmpty() {
        return buffer.position() == 0;
    }
}
