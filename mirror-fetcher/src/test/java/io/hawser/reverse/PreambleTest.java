/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.reverse.Frame.Accepted;
import io.hawser.reverse.Frame.Challenge;
import io.hawser.reverse.Frame.Hello;
import io.hawser.reverse.Frame.Proof;
import io.hawser.reverse.Frame.Purpose;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PreambleTest {

    private static final LinkSecret SECRET = new LinkSecret("correct horse battery staple");
    private static final LinkSecret OTHER_SECRET = new LinkSecret("incorrect horse battery staple");

    private final ListenerHandshake listener = listener(SECRET, null);
    private final DiallerHandshake dialler = new DiallerHandshake(hello("east", "source", 1), SECRET);

    @Test
    void bothEndsAreSureOfEachOtherAfterFourFrames() throws Exception {
        Frame challenge = listener.receive(dialler.hello(), FrameCodec.encode(dialler.hello()));
        Frame proof = dialler.receive(challenge, FrameCodec.encode(challenge));
        assertThat(listener.done()).isFalse();
        Frame accepted = listener.receive(proof, FrameCodec.encode(proof));
        assertThat(listener.done()).isTrue();
        assertThat(dialler.done()).isFalse();

        assertThat(dialler.receive(accepted, FrameCodec.encode(accepted))).isNull();

        assertThat(dialler.done()).isTrue();
        assertThat(dialler.brokerId()).isEqualTo(7);
    }

    @Test
    void everyFrameIsReadAsItWasWritten() throws Exception {
        Bytes bytes = LinkSecret.nonce();
        List<Frame> frames = List.of(
                hello("east", "source", 3),
                new Challenge(1, "destination", 2, bytes),
                new Proof(bytes),
                new Accepted(bytes),
                new Frame.Refused(Refusal.SECRET_MISMATCH, "ünlike"),
                new Frame.Brokers(List.of(new Address("a.example", 1), new Address("::1", 65_535))),
                new Frame.Want(300),
                new Frame.Ping(),
                new Frame.Pong(),
                new Frame.Start(),
                new Frame.Started());
        FrameReader reader = new FrameReader();

        for (Frame frame : frames) {
            byte[] encoded = FrameCodec.encode(frame);
            // One byte at a time, as a slow peer sends them.
            for (int i = 0; i < encoded.length - 1; i++) {
                assertThat(reader.read(ByteBuffer.wrap(encoded, i, 1))).isNull();
            }
            assertThat(reader.read(ByteBuffer.wrap(encoded, encoded.length - 1, 1)))
                    .isEqualTo(frame);
            assertThat(reader.raw()).isEqualTo(encoded);
        }
    }

    @Test
    void whoDoesNotKnowTheSecretIsNotLetIn() throws Exception {
        DiallerHandshake stranger = new DiallerHandshake(hello("east", "source", 1), OTHER_SECRET);
        Frame challenge = listener.receive(stranger.hello(), FrameCodec.encode(stranger.hello()));
        Frame proof = stranger.receive(challenge, FrameCodec.encode(challenge));

        assertThatThrownBy(() -> listener.receive(proof, FrameCodec.encode(proof)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal()).isEqualTo(Refusal.SECRET_MISMATCH));
        assertThat(listener.done()).isFalse();
    }

    @Test
    void aDestinationThatDoesNotKnowTheSecretIsNotBelieved() throws Exception {
        Challenge challenge = new Challenge(1, "destination", 7, LinkSecret.nonce());
        Frame proof = dialler.receive(challenge, FrameCodec.encode(challenge));
        // What it was told is all that it has: the source's own proof does not prove anything for it.
        Accepted mirrored = new Accepted(((Proof) proof).mac());

        assertThatThrownBy(() -> dialler.receive(mirrored, FrameCodec.encode(mirrored)))
                .isInstanceOf(RefusedException.class);
        assertThat(dialler.done()).isFalse();
    }

    @Test
    void whatWasOverheardIsOfNoUseLater() throws Exception {
        byte[] hello = FrameCodec.encode(dialler.hello());
        Frame challenge = listener.receive(dialler.hello(), hello);
        Frame proof = dialler.receive(challenge, FrameCodec.encode(challenge));
        listener.receive(proof, FrameCodec.encode(proof));

        ListenerHandshake next = listener(SECRET, null);
        next.receive(dialler.hello(), hello);

        assertThatThrownBy(() -> next.receive(proof, FrameCodec.encode(proof))).isInstanceOf(RefusedException.class);
    }

    @Test
    void whatWasSaidCannotBeChangedOnTheWay() throws Exception {
        Hello said = dialler.hello();
        Hello heard = new Hello(
                said.version(),
                said.purpose(),
                said.link(),
                said.instance(),
                said.clusterId(),
                2,
                said.host(),
                said.port(),
                said.nonce());
        Frame challenge = listener.receive(heard, FrameCodec.encode(heard));
        Frame proof = dialler.receive(challenge, FrameCodec.encode(challenge));

        assertThatThrownBy(() -> listener.receive(proof, FrameCodec.encode(proof)))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void anUnknownLinkAnotherClusterAndTheSameClusterAreToldApart() {
        assertThat(refusal(listener(SECRET, null), hello("west", "source", 1)))
                .isEqualTo(Refusal.REMOTE_LINK_NOT_FOUND);
        assertThat(refusal(listener(SECRET, "elsewhere"), hello("east", "source", 1)))
                .isEqualTo(Refusal.OTHER_CLUSTER);
        assertThat(refusal(listener(SECRET, null), hello("east", "destination", 1)))
                .isEqualTo(Refusal.SAME_CLUSTER);
    }

    @Test
    void aFrameOutOfTurnEndsIt() throws Exception {
        assertThatThrownBy(() -> listener.receive(new Proof(LinkSecret.nonce()), new byte[0]))
                .isInstanceOf(ProtocolException.class);
        listener.receive(dialler.hello(), FrameCodec.encode(dialler.hello()));
        assertThatThrownBy(() -> listener.receive(dialler.hello(), FrameCodec.encode(dialler.hello())))
                .isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> dialler.receive(new Accepted(LinkSecret.nonce()), new byte[0]))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void strangersMayNotSayMuch() throws Exception {
        ByteBuffer long1 = ByteBuffer.allocate(FrameCodec.HEADER_BYTES)
                .put(FrameCodec.MAGIC)
                .put((byte) 1)
                .putShort((short) (FrameCodec.STRANGERS_LIMIT_BYTES + 1))
                .flip();

        assertThatThrownBy(() -> new FrameReader().read(long1.duplicate())).isInstanceOf(ProtocolException.class);
        FrameReader trusting = new FrameReader();
        trusting.trust();
        assertThat(trusting.read(long1.duplicate())).isNull();
    }

    @Test
    void aSecretThatCanBeGuessedIsRefusedAndNoneIsShown() {
        assertThatThrownBy(() -> new LinkSecret("too short"))
                .hasMessageContaining("16 characters")
                .hasMessageNotContaining("too short");
        assertThat(SECRET.toString()).isEqualTo("[hidden]");
    }

    static ListenerHandshake listener(LinkSecret secret, @Nullable String sourceClusterId) {
        return new ListenerHandshake(
                "destination",
                7,
                name -> name.equals("east") ? Optional.of(new InboundLink(secret, sourceClusterId)) : Optional.empty());
    }

    static Hello hello(String link, String clusterId, int brokerId) {
        return new Hello(1, Purpose.DATA, link, 42, clusterId, brokerId, "broker.example", 9092, LinkSecret.nonce());
    }

    private static Refusal refusal(ListenerHandshake listener, Hello hello) {
        try {
            listener.receive(hello, FrameCodec.encode(hello));
        } catch (RefusedException e) {
            return e.refusal();
        } catch (ProtocolException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("not refused");
    }
}
