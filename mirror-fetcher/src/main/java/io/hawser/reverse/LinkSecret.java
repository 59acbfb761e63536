/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.common.utils.Bytes;

/**
 * What both ends of a link know and nobody else. It is never sent: each end sends an HMAC-SHA-256 over all that was said before, which
 * holds a nonce of the other's, so that what was overheard proves nothing later, and begins with the end's own word, so that it
 * proves nothing for the other.
 *
 * <p>Immutable; prints as {@code [hidden]}.
 */
public final class LinkSecret {

    /** Of a nonce and of an HMAC. */
    static final int BYTES = 32;

    /** In characters; who plays the destination can try guesses at leisure. */
    public static final int LEAST_LENGTH = 16;

    private static final String ALGORITHM = "HmacSHA256";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;

    /** The ends of a link. */
    enum End {
        SOURCE,
        DESTINATION
    }

    /** @throws IllegalArgumentException if it is too short, without showing it */
    public LinkSecret(String text) {
        if (text.length() < LEAST_LENGTH) {
            throw new IllegalArgumentException("the secret has fewer than " + LEAST_LENGTH
                    + " characters; take a random one, like that of 'openssl rand -hex 32'");
        }
        this.key = new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /** Random bytes that were never used before. */
    static Bytes nonce() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Bytes.wrap(bytes);
    }

    /** @param said all frames up to here, as they were sent */
    Bytes proof(End end, byte[]... said) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(("hawser reverse 1 " + end).getBytes(StandardCharsets.UTF_8));
            for (byte[] frame : said) {
                mac.update(frame);
            }
            return Bytes.wrap(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
        }
    }

    /** Takes as long for a wrong one as for a right one. */
    boolean proves(Bytes proof, End end, byte[]... said) {
        return MessageDigest.isEqual(proof.get(), proof(end, said).get());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LinkSecret secret && key.equals(secret.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return "[hidden]";
    }
}
