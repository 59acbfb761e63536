/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A million preambles of strangers, most of them nearly right. The seed is printed when one is let in or breaks something. */
class PreambleFuzzTest {

    private static final int PREAMBLES = 1_000_000;
    private static final LinkSecret SECRET = new LinkSecret("correct horse battery staple");
    private static final byte[] HELLO = FrameCodec.encode(PreambleTest.hello("east", "source", 1));
    private static final byte[] PROOF = FrameCodec.encode(new Frame.Proof(LinkSecret.nonce()));

    @Test
    void nobodyIsLetInAndNothingButARefusalComesOfIt() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int refused = 0;
        int challenged = 0;
        int broken = 0;

        for (int i = 0; i < PREAMBLES; i++) {
            ListenerHandshake handshake = PreambleTest.listener(SECRET, null);
            FrameReader reader = new FrameReader();
            ByteBuffer bytes = ByteBuffer.wrap(preamble(random, i));
            try {
                Frame frame = reader.read(bytes);
                while (frame != null) {
                    handshake.receive(frame, reader.raw());
                    challenged++;
                    frame = reader.read(bytes);
                }
            } catch (ProtocolException e) {
                broken++;
            } catch (RefusedException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", preamble " + i, e);
            }
            if (handshake.done()) {
                throw new AssertionError("let in: seed " + seed + ", preamble " + i);
            }
        }

        // Else it is not these paths that were tried.
        assertThat(refused).isGreaterThan(PREAMBLES / 1_000);
        assertThat(challenged).isGreaterThan(PREAMBLES / 1_000);
        assertThat(broken).isGreaterThan(PREAMBLES / 10);
    }

    private static byte[] preamble(Random random, int i) {
        if (i % 4 == 0) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            return noise;
        }
        byte[] both = new byte[HELLO.length + PROOF.length];
        System.arraycopy(HELLO, 0, both, 0, HELLO.length);
        System.arraycopy(PROOF, 0, both, HELLO.length, PROOF.length);
        int changes = random.nextInt(4);
        for (int change = 0; change < changes; change++) {
            // Behind the magic, mostly, since all else is refused at once.
            int at = random.nextInt(10) == 0 ? random.nextInt(4) : 4 + random.nextInt(both.length - 4);
            both[at] = (byte) random.nextInt(256);
        }
        int length = random.nextInt(3) == 0 ? random.nextInt(both.length) : both.length;
        return java.util.Arrays.copyOf(both, length);
    }
}
