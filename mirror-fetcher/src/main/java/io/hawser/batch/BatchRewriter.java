/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.batch;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Turns a batch of the source into the batch of the mirror, in place.
 *
 * <p>The law: source and mirror differ in {@code partitionLeaderEpoch}, {@code producerId} and {@code crc} only. The epoch
 * becomes the destination's, which the CRC does not cover; the producer id moves to the {@link ProducerIdSpace}, or back out of it; the
 * CRC is adjusted by the bits that this adds and never computed from the data. So the cost does not depend on the size of the
 * batch, and a batch that arrives corrupt stays corrupt: the stored CRC is wrong by the same bits as before, and the
 * broker's own check refuses it. Rewriting a batch again, for a later epoch say, is allowed and changes the epoch only.
 *
 * <p>Thread-safe. The buffer is confined to the caller while it is rewritten.
 */
public final class BatchRewriter {
    private static final int PRODUCER_ID_END = BatchHeader.PRODUCER_ID_AT + Long.BYTES;

    private final ProducerIdSpace ofSource;
    private final @Nullable ProducerIdSpace ofDestination;
    private final Crc32cAdjustment toMirrored;
    private final Crc32cAdjustment toOriginal;

    /** One that moves every id, wherever it goes. */
    public BatchRewriter(ProducerIdSpace ofSource) {
        this(ofSource, null);
    }

    /** @param ofDestination of the cluster that has the mirror: ids that it has handed out itself come back as they were */
    public BatchRewriter(ProducerIdSpace ofSource, @Nullable ProducerIdSpace ofDestination) {
        this.ofSource = ofSource;
        this.ofDestination = ofDestination;
        this.toMirrored = new Crc32cAdjustment(ofSource.addedBits());
        // The same bits are taken away that were added, and to the CRC both are the same.
        this.toOriginal = ofDestination == null ? toMirrored : new Crc32cAdjustment(ofDestination.addedBits());
    }

    /**
     * Rewrites one batch that a {@link BatchWalk} has accepted.
     *
     * @param records big-endian and writable; its position and limit do not matter and do not change
     * @param position index of the batch's first byte
     * @param destinationLeaderEpoch the epoch under which this broker leads the mirror partition
     * @return anything but {@link Outcome#REWRITTEN} means that not one byte was changed
     */
    public Outcome rewrite(ByteBuffer records, int position, int destinationLeaderEpoch) {
        long sourceId = BatchHeader.producerId(records, position);
        if (!ProducerIdSpace.accepts(sourceId)) {
            return isIntact(records, position) ? Outcome.PRODUCER_ID_OUT_OF_RANGE : Outcome.CORRUPT;
        }

        records.putInt(position + BatchHeader.PARTITION_LEADER_EPOCH_AT, destinationLeaderEpoch);
        boolean comesBack = ofDestination != null && ofDestination.holds(sourceId);
        long mirroredId = comesBack ? ProducerIdSpace.original(sourceId) : ofSource.mirrored(sourceId);
        if (mirroredId != sourceId) {
            Crc32cAdjustment adjustment = comesBack ? toOriginal : toMirrored;
            int trailingBytes = BatchHeader.sizeInBytes(records, position) - PRODUCER_ID_END;
            int crc = adjustment.adjusted(BatchHeader.crc(records, position), trailingBytes);
            records.putLong(position + BatchHeader.PRODUCER_ID_AT, mirroredId);
            records.putInt(position + BatchHeader.CRC_AT, crc);
        }
        return Outcome.REWRITTEN;
    }

    /**
     * Whether the stored CRC is that of the data. Reads the whole batch, so it is for diagnosis and not for the way of
     * every batch: the broker checks each one anyway when it is appended.
     */
    public static boolean isIntact(ByteBuffer records, int position) {
        int covered = BatchHeader.sizeInBytes(records, position) - BatchHeader.ATTRIBUTES_AT;
        CRC32C crc = new CRC32C();
        crc.update(records.slice(position + BatchHeader.ATTRIBUTES_AT, covered));
        return (int) crc.getValue() == BatchHeader.crc(records, position);
    }

    /** What became of one batch. */
    public enum Outcome {
        /** The batch is ready to be appended. */
        REWRITTEN,
        /** The producer id makes no sense because the batch is damaged; another fetch may bring it whole. */
        CORRUPT,
        /** The batch is intact, but its producer id is 2^40 or more (or below -1) and has no place on a mirror. */
        PRODUCER_ID_OUT_OF_RANGE
    }
}
