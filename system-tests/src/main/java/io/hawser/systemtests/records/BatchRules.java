/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * In what the batches of two replicas may differ. Immutable.
 *
 * @param free fields that need not be equal; the producer id never is among them
 * @param producerIds what the id of a batch becomes in the other replica
 */
record BatchRules(Set<BatchField> free, ProducerIds producerIds) {

    private static final long ANY = Long.MIN_VALUE;

    /** Replicas of one cluster. */
    static final BatchRules EXACT = new BatchRules(EnumSet.noneOf(BatchField.class), source -> source);

    private static final Set<BatchField> REWRITTEN_BY_MIRRORS =
            EnumSet.of(BatchField.PARTITION_LEADER_EPOCH, BatchField.CRC);

    /** A mirror, by whatever rule its producer ids were moved; what had none must have none. */
    static final BatchRules MIRROR = new BatchRules(REWRITTEN_BY_MIRRORS, source -> source < 0 ? source : ANY);

    private static final long MIRRORED_BIT = 1L << 62;
    private static final int TAG_BITS = 22;
    private static final int TAG_SHIFT = 40;

    /** What becomes of a producer id. */
    @FunctionalInterface
    interface ProducerIds {
        long of(long source);
    }

    /**
     * A mirror of that cluster, with the rule for producer ids spelled out once more: {@code 1<<62 | tag<<40 | id}, the tag
     * being the first 22 bits of the SHA-256 of the cluster's id; none and an id that was moved before stay, but for one that comes
     * back to the cluster that had handed it out, where it is what it was.
     */
    static BatchRules mirrorOf(String sourceClusterId, String mirrorClusterId) {
        long added = MIRRORED_BIT | (tag(sourceClusterId) << TAG_SHIFT);
        long home = (MIRRORED_BIT >> TAG_SHIFT) | tag(mirrorClusterId);
        return new BatchRules(REWRITTEN_BY_MIRRORS, source -> {
            if (source >> TAG_SHIFT == home) {
                return source & ((1L << TAG_SHIFT) - 1);
            }
            return source < 0 || source >= MIRRORED_BIT ? source : source | added;
        });
    }

    /** The first field of a header that differs and may not. */
    Optional<Difference> difference(StoredBatch wanted, StoredBatch found) {
        for (BatchField field : BatchField.values()) {
            if (field != BatchField.PRODUCER_ID && !free.contains(field) && wanted.value(field) != found.value(field)) {
                return Optional.of(Difference.inBatch(
                        found, field.label(), found.value(field), wanted.value(field), wanted.where()));
            }
        }
        return producerIdDifference(wanted, found);
    }

    Optional<Difference> producerIdDifference(StoredBatch wanted, StoredBatch found) {
        long source = wanted.value(BatchField.PRODUCER_ID);
        long id = found.value(BatchField.PRODUCER_ID);
        long wantedId = producerIds.of(source);
        return id == wantedId || (wantedId == ANY && id >= 0)
                ? Optional.empty()
                : Optional.of(Difference.inBatch(
                        found,
                        BatchField.PRODUCER_ID.label(),
                        id,
                        wantedId == ANY ? "some id" : wantedId + ", made of " + source,
                        wanted.where()));
    }

    private static long tag(String clusterId) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(clusterId.getBytes(StandardCharsets.UTF_8));
            return Integer.toUnsignedLong(ByteBuffer.wrap(digest).getInt()) >>> (Integer.SIZE - TAG_BITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must support SHA-256, this one does not", e);
        }
    }
}
