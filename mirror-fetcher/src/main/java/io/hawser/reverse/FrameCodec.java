/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import io.hawser.reverse.Frame.Accepted;
import io.hawser.reverse.Frame.Brokers;
import io.hawser.reverse.Frame.Challenge;
import io.hawser.reverse.Frame.Hello;
import io.hawser.reverse.Frame.Ping;
import io.hawser.reverse.Frame.Pong;
import io.hawser.reverse.Frame.Proof;
import io.hawser.reverse.Frame.Purpose;
import io.hawser.reverse.Frame.Refused;
import io.hawser.reverse.Frame.Start;
import io.hawser.reverse.Frame.Started;
import io.hawser.reverse.Frame.Want;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Bytes;

/**
 * Frames as bytes: {@code "HWSR"}, type (1 byte), length of what follows (2 bytes), and that; numbers in network order, texts as length
 * (2 bytes) and UTF-8.
 */
final class FrameCodec {

    static final byte[] MAGIC = "HWSR".getBytes(StandardCharsets.US_ASCII);
    static final int HEADER_BYTES = MAGIC.length + 3;

    /** The most that follows a header before both ends are known to each other, and after. */
    static final int STRANGERS_LIMIT_BYTES = 1024;

    static final int LIMIT_BYTES = 32 * 1024;

    private static final Pattern UNSHOWABLE = Pattern.compile("[\\p{Cntrl}\\p{Zl}\\p{Zp}\\uFFFD]");
    private static final byte CONTROL = 0;
    private static final byte DATA = 1;
    private static final int MESSAGE_LIMIT = 200;
    private static final int NAME_LIMIT = 255;
    private static final int BROKERS_LIMIT = 500;

    private FrameCodec() {}

    /** @throws IllegalArgumentException if it does not fit */
    static byte[] encode(Frame frame) {
        ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + LIMIT_BYTES);
        buffer.put(MAGIC).put((byte) type(frame)).putShort((short) 0);
        try {
            put(frame, buffer);
        } catch (java.nio.BufferOverflowException e) {
            throw new IllegalArgumentException("A frame of more than " + LIMIT_BYTES + " bytes", e);
        }
        buffer.putShort(HEADER_BYTES - 2, (short) (buffer.position() - HEADER_BYTES));
        buffer.flip();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** @param body all that follows the header, and no more */
    static Frame decode(int type, ByteBuffer body) throws ProtocolException {
        try {
            Frame frame = read(type, body);
            if (body.hasRemaining()) {
                throw new ProtocolException("a frame of type " + type + " holds too much");
            }
            return frame;
        } catch (BufferUnderflowException e) {
            throw new ProtocolException("a frame of type " + type + " is cut short");
        }
    }

    private static int type(Frame frame) {
        if (frame instanceof Hello) {
            return 1;
        } else if (frame instanceof Challenge) {
            return 2;
        } else if (frame instanceof Proof) {
            return 3;
        } else if (frame instanceof Accepted) {
            return 4;
        } else if (frame instanceof Refused) {
            return 5;
        } else if (frame instanceof Brokers) {
            return 6;
        } else if (frame instanceof Want) {
            return 7;
        } else if (frame instanceof Ping) {
            return 8;
        } else if (frame instanceof Pong) {
            return 9;
        } else if (frame instanceof Start) {
            return 10;
        }
        return 11;
    }

    private static void put(Frame frame, ByteBuffer to) {
        if (frame instanceof Hello hello) {
            to.putShort((short) hello.version());
            to.put(hello.purpose() == Purpose.CONTROL ? CONTROL : DATA);
            putText(hello.link(), to);
            to.putLong(hello.instance());
            putText(hello.clusterId(), to);
            to.putInt(hello.brokerId());
            putText(hello.host(), to);
            to.putInt(hello.port());
            to.put(hello.nonce().get());
        } else if (frame instanceof Challenge challenge) {
            to.putShort((short) challenge.version());
            putText(challenge.clusterId(), to);
            to.putInt(challenge.brokerId());
            to.put(challenge.nonce().get());
        } else if (frame instanceof Proof proof) {
            to.put(proof.mac().get());
        } else if (frame instanceof Accepted accepted) {
            to.put(accepted.mac().get());
        } else if (frame instanceof Refused refused) {
            to.put((byte) refused.refusal().code());
            String message = refused.message();
            putText(message.substring(0, Math.min(message.length(), MESSAGE_LIMIT)), to);
        } else if (frame instanceof Brokers brokers) {
            List<Address> addresses = brokers.addresses();
            to.putShort((short) Math.min(addresses.size(), BROKERS_LIMIT));
            addresses.stream().limit(BROKERS_LIMIT).forEach(address -> {
                putText(address.host(), to);
                to.putInt(address.port());
            });
        } else if (frame instanceof Want want) {
            to.putShort((short) want.waiting());
        }
    }

    private static Frame read(int type, ByteBuffer from) throws ProtocolException {
        return switch (type) {
            case 1 ->
                new Hello(
                        from.getShort() & 0xffff,
                        purpose(from.get()),
                        text(from, NAME_LIMIT),
                        from.getLong(),
                        text(from, NAME_LIMIT),
                        brokerId(from),
                        text(from, NAME_LIMIT),
                        port(from),
                        bytes(from));
            case 2 -> new Challenge(from.getShort() & 0xffff, text(from, NAME_LIMIT), brokerId(from), bytes(from));
            case 3 -> new Proof(bytes(from));
            case 4 -> new Accepted(bytes(from));
            case 5 -> new Refused(Refusal.of(from.get()), text(from, 4 * MESSAGE_LIMIT));
            case 6 -> new Brokers(addresses(from));
            case 7 -> new Want(from.getShort() & 0xffff);
            case 8 -> new Ping();
            case 9 -> new Pong();
            case 10 -> new Start();
            case 11 -> new Started();
            default -> throw new ProtocolException("a frame of the unknown type " + type);
        };
    }

    private static Purpose purpose(byte code) throws ProtocolException {
        if (code != CONTROL && code != DATA) {
            throw new ProtocolException("a connection for the unknown purpose " + code);
        }
        return code == CONTROL ? Purpose.CONTROL : Purpose.DATA;
    }

    private static int brokerId(ByteBuffer from) throws ProtocolException {
        int id = from.getInt();
        if (id < 0) {
            throw new ProtocolException("the broker id " + id);
        }
        return id;
    }

    private static int port(ByteBuffer from) throws ProtocolException {
        int port = from.getInt();
        if (port < 0 || port > 65_535) {
            throw new ProtocolException("the port " + port);
        }
        return port;
    }

    private static List<Address> addresses(ByteBuffer from) throws ProtocolException {
        int count = from.getShort() & 0xffff;
        if (count > BROKERS_LIMIT) {
            throw new ProtocolException(count + " brokers");
        }
        List<Address> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(new Address(text(from, NAME_LIMIT), port(from)));
        }
        return addresses;
    }

    private static Bytes bytes(ByteBuffer from) {
        byte[] bytes = new byte[LinkSecret.BYTES];
        from.get(bytes);
        return Bytes.wrap(bytes);
    }

    private static void putText(String text, ByteBuffer to) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        to.putShort((short) bytes.length).put(bytes);
    }

    /** What cannot be shown on one line is shown as a question mark. */
    private static String text(ByteBuffer from, int limitBytes) throws ProtocolException {
        int length = from.getShort() & 0xffff;
        if (length > limitBytes) {
            throw new ProtocolException("a text of " + length + " bytes, where " + limitBytes + " are allowed");
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return UNSHOWABLE.matcher(new String(bytes, StandardCharsets.UTF_8)).replaceAll("?");
    }
}
