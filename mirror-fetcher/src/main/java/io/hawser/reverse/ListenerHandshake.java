/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import io.hawser.reverse.Frame.Accepted;
import io.hawser.reverse.Frame.Challenge;
import io.hawser.reverse.Frame.Hello;
import io.hawser.reverse.Frame.Proof;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The destination's part of the preamble.
 *
 * <p>Not thread-safe; no I/O.
 */
final class ListenerHandshake {

    private final String clusterId;
    private final int brokerId;
    private final Function<String, Optional<InboundLink>> links;
    private @Nullable Hello hello;
    private @Nullable InboundLink link;
    private byte[] helloBytes = new byte[0];
    private byte[] challengeBytes = new byte[0];
    private boolean done;

    /** @param links those that source brokers may connect for, by name */
    ListenerHandshake(String clusterId, int brokerId, Function<String, Optional<InboundLink>> links) {
        this.clusterId = clusterId;
        this.brokerId = brokerId;
        this.links = links;
    }

    boolean done() {
        return done;
    }

    /** Who calls; as long as this is not {@link #done}, it has only said so. */
    @Nullable
    Hello hello() {
        return hello;
    }

    /** Whether what has been said so far holds for the link as it is now: it may have been given another secret meanwhile. */
    boolean isOf(@Nullable InboundLink now) {
        return link == null || (now != null && now.secret().equals(link.secret()));
    }

    /**
     * @param raw the frame as it came
     * @return what to say next
     * @throws RefusedException if the caller is not let in; it is to be told
     * @throws ProtocolException if it is not this frame's turn
     */
    Frame receive(Frame frame, byte[] raw) throws ProtocolException, RefusedException {
        if (frame instanceof Hello received && hello == null) {
            return challenge(received, raw);
        }
        if (frame instanceof Proof proof && hello != null && link != null && !done) {
            if (!link.secret().proves(proof.mac(), LinkSecret.End.SOURCE, helloBytes, challengeBytes)) {
                throw new RefusedException(
                        Refusal.SECRET_MISMATCH,
                        "reverse.secret of link " + hello.link() + " is not the same on the two clusters");
            }
            done = true;
            return new Accepted(link.secret().proof(LinkSecret.End.DESTINATION, helloBytes, challengeBytes, raw));
        }
        throw new ProtocolException("a frame out of turn");
    }

    private Challenge challenge(Hello received, byte[] raw) throws RefusedException {
        if (received.version() < 1) {
            throw new RefusedException(Refusal.UNSUPPORTED_VERSION, "the destination speaks version 1 and later");
        }
        if (received.clusterId().equals(clusterId)) {
            throw new RefusedException(Refusal.SAME_CLUSTER, "the cluster here is that very one, " + clusterId);
        }
        InboundLink found = links.apply(received.link())
                .orElseThrow(() -> new RefusedException(
                        Refusal.REMOTE_LINK_NOT_FOUND,
                        "the destination has no link " + received.link() + " that was created with --inbound"));
        String pinned = found.sourceClusterId();
        if (pinned != null && !pinned.equals(received.clusterId())) {
            throw new RefusedException(
                    Refusal.OTHER_CLUSTER,
                    "link " + received.link() + " of the destination is to cluster " + pinned + ", not to "
                            + received.clusterId());
        }
        hello = received;
        link = found;
        helloBytes = raw;
        Challenge challenge = new Challenge(
                Math.min(received.version(), DiallerHandshake.VERSION), clusterId, brokerId, LinkSecret.nonce());
        challengeBytes = FrameCodec.encode(challenge);
        return challenge;
    }
}
