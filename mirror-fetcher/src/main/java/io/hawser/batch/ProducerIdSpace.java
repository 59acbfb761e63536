/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.batch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The part of the producer id number space that mirrored batches of one source cluster live in.
 *
 * <p>Every Kafka cluster hands out producer ids from 0 upwards. A mirrored batch that kept its id would enter the
 * destination's producer state under the id of some local producer, whose first batches would then be acknowledged as
 * duplicates and dropped. So an id of the source is moved out of the range that any cluster hands out:
 *
 * <pre>
 *   bit  63   62   61 ............. 40   39 ............. 0
 *         0    1   tag of the source     producer id there
 * </pre>
 *
 * <p>The law: the mapping is injective on all ids that it accepts, and applying it twice is applying it once. An id that
 * already has bit 62 came to the source through a link and keeps the tag of the cluster that handed it out, so chains
 * of links keep every producer apart. One that comes back to that very cluster gets back the number that it was handed out
 * with ({@link #original}): there, the producer's earlier batches have it, and a transaction that was open when the topic was made
 * writable elsewhere is ended by a marker from there. -1 (no producer id) stays -1. Two clusters share a tag with a
 * chance of 1 in 4,194,304; the ids of these two clusters are kept apart from local ones still, but not from each other.
 *
 * <p>Immutable.
 *
 * @param tag 22 bits that stand for the source cluster, 0 to 4,194,303
 */
public record ProducerIdSpace(int tag) {
    private static final int TAG_BITS = 22;
    private static final int SOURCE_ID_BITS = 40;
    private static final long MIRRORED_BIT = 1L << 62;
    private static final long MAX_SOURCE_ID = (1L << SOURCE_ID_BITS) - 1;

    public ProducerIdSpace {
        if (tag < 0 || tag >= 1 << TAG_BITS) {
            throw new IllegalArgumentException("tag " + tag + " does not fit in " + TAG_BITS + " bits");
        }
    }

    /**
     * The space of a source cluster. The tag is the first 22 bits of the SHA-256 of the cluster id in UTF-8. It stands in
     * logs, so this rule must never change.
     *
     * @throws IllegalArgumentException when the cluster id is empty
     */
    public static ProducerIdSpace ofSourceCluster(String clusterId) {
        if (clusterId.isEmpty()) {
            throw new IllegalArgumentException("the source cluster's id is empty, so its producer ids have no tag");
        }
        byte[] digest = sha256().digest(clusterId.getBytes(StandardCharsets.UTF_8));
        return new ProducerIdSpace(ByteBuffer.wrap(digest).getInt() >>> (Integer.SIZE - TAG_BITS));
    }

    /** Whether the id was moved by a link, this one or any other. */
    public static boolean isMirrored(long producerId) {
        return producerId >= MIRRORED_BIT;
    }

    /**
     * Whether {@link #mirrored} has an answer. False for an id of 2^40 or more that no link has moved, and for a negative
     * one other than -1. No cluster hands these out in practice: 2^40 ids are a thousand a second for 34 years.
     */
    public static boolean accepts(long producerId) {
        return (producerId >= BatchHeader.NO_PRODUCER_ID && producerId <= MAX_SOURCE_ID) || isMirrored(producerId);
    }

    /**
     * The id on the mirror of a batch that has {@code producerId} on the source.
     *
     * @throws IllegalArgumentException when the id is not one that {@link #accepts} accepts
     */
    public long mirrored(long producerId) {
        if (!accepts(producerId)) {
            throw new IllegalArgumentException(
                    "producer id " + producerId + " is neither in 0.." + MAX_SOURCE_ID + " nor already mirrored");
        }
        if (producerId == BatchHeader.NO_PRODUCER_ID || isMirrored(producerId)) {
            return producerId;
        }
        return producerId | addedBits();
    }

    /** Whether the id was handed out by this space's cluster and moved by a link. */
    public boolean holds(long producerId) {
        return isMirrored(producerId) && (producerId & ~MAX_SOURCE_ID) == addedBits();
    }

    /** The id that a cluster has handed out, of one that its space {@link #holds}. */
    public static long original(long producerId) {
        return producerId & MAX_SOURCE_ID;
    }

    /** The bits that {@link #mirrored} sets in every id that it changes; none of them is set before. */
    long addedBits() {
        return MIRRORED_BIT | ((long) tag << SOURCE_ID_BITS);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must support SHA-256, this one does not", e);
        }
    }
}
