/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import io.hawser.reverse.Frame.Accepted;
import io.hawser.reverse.Frame.Challenge;
import io.hawser.reverse.Frame.Hello;
import io.hawser.reverse.Frame.Proof;
import io.hawser.reverse.Frame.Refused;
import org.jspecify.annotations.Nullable;

/**
 * The source's part of the preamble. It proves that it knows the secret first, since it has chosen whom to call, while anybody may
 * call the destination.
 *
 * <p>Not thread-safe; no I/O.
 */
final class DiallerHandshake {

    static final int VERSION = 1;

    private final Hello hello;
    private final byte[] helloBytes;
    private final LinkSecret secret;
    private byte @Nullable [] challengeBytes;
    private byte @Nullable [] proofBytes;
    private @Nullable Challenge challenge;
    private boolean done;

    DiallerHandshake(Hello hello, LinkSecret secret) {
        this.hello = hello;
        this.helloBytes = FrameCodec.encode(hello);
        this.secret = secret;
    }

    Hello hello() {
        return hello;
    }

    boolean done() {
        return done;
    }

    /** Node id of the destination's broker; -1 before it has told. */
    int brokerId() {
        return challenge == null ? -1 : challenge.brokerId();
    }

    /**
     * @param raw the frame as it came
     * @return what to say next; null for nothing
     * @throws RefusedException if one end refuses the other
     * @throws ProtocolException if it is not this frame's turn
     */
    @Nullable
    Frame receive(Frame frame, byte[] raw) throws ProtocolException, RefusedException {
        if (frame instanceof Refused refused) {
            throw new RefusedException(refused.refusal(), refused.message());
        }
        if (frame instanceof Challenge received && challenge == null) {
            return proof(received, raw);
        }
        if (frame instanceof Accepted accepted && challengeBytes != null && proofBytes != null && !done) {
            if (!secret.proves(accepted.mac(), LinkSecret.End.DESTINATION, helloBytes, challengeBytes, proofBytes)) {
                throw new RefusedException(
                        Refusal.SECRET_MISMATCH, "the destination does not know the secret of link " + hello.link());
            }
            done = true;
            return null;
        }
        throw new ProtocolException("a frame out of turn");
    }

    private Proof proof(Challenge received, byte[] raw) throws RefusedException {
        if (received.version() < 1 || received.version() > hello.version()) {
            throw new RefusedException(
                    Refusal.UNSUPPORTED_VERSION, "the destination speaks version " + received.version());
        }
        if (received.clusterId().equals(hello.clusterId())) {
            throw new RefusedException(
                    Refusal.SAME_CLUSTER, "the cluster there is this very one, " + received.clusterId());
        }
        challenge = received;
        challengeBytes = raw;
        Proof proof = new Proof(secret.proof(LinkSecret.End.SOURCE, helloBytes, raw));
        proofBytes = FrameCodec.encode(proof);
        return proof;
    }
}
