/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.verify;

import io.hawser.batch.BatchMismatch;
import io.hawser.batch.BatchRewriter;
import io.hawser.batch.ProducerIdSpace;
import io.hawser.status.VerificationDifference;
import io.hawser.status.VerificationDifference.Kind;
import java.util.Optional;

/**
 * Compares a batch of the source with one of the mirror, byte by byte.
 *
 * <p>The law: both are brought to one form first, each by the rule that a link from its own cluster would use: the same leader epoch,
 * the producer id in the space of the cluster that handed it out, the checksum adjusted to that. So it does not matter which side
 * an id came from, also where the two have changed places; and a byte that was damaged on either side stays damaged, since a
 * checksum is adjusted and never computed.
 *
 * <p>Confined to the thread that compares.
 */
final class BatchPairs {

    private static final int NO_EPOCH = 0;

    private final BatchRewriter ofSource;
    private final BatchRewriter ofMirror;

    BatchPairs(ProducerIdSpace source, ProducerIdSpace destination) {
        this.ofSource = new BatchRewriter(source);
        this.ofMirror = new BatchRewriter(destination);
    }

    /** Compares; both batches are rewritten in place. */
    Optional<BatchMismatch> mismatch(Cursor source, Cursor mirror) {
        ofSource.rewrite(source.records(), source.position(), NO_EPOCH);
        ofMirror.rewrite(mirror.records(), mirror.position(), NO_EPOCH);
        return BatchMismatch.between(source.records(), source.position(), mirror.records(), mirror.position());
    }

    VerificationDifference difference(Cursor source, Cursor mirror, BatchMismatch mismatch) {
        return new VerificationDifference(
                Kind.BATCH,
                source.baseOffset(),
                source.lastOffset(),
                mismatch.field(),
                mismatch.position(),
                source.sizeInBytes(),
                source.isIntact(),
                mirror.isIntact(),
                null);
    }
}
