/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.verify;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** 128 bits that stand for a record's key: half of its SHA-256. Two keys with the same ones do not occur. Immutable. */
record KeyHash(long high, long low) {

    static KeyHash of(ByteBuffer key) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(key.duplicate());
            ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
            return new KeyHash(digest.getLong(), digest.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must support SHA-256, this one does not", e);
        }
    }
}
