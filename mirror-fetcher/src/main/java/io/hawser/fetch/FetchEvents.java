/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.source.SourceFailure;
import java.util.Collection;
import org.apache.kafka.common.protocol.Errors;

/** What a fetcher cannot settle by itself. Called on the fetcher thread; implementations hand over and return. */
interface FetchEvents {

    /** The source broker does not lead the partition, or not under the epoch it was asked with; it was let go. */
    void leaderMoved(MirroredPartition partition, Errors error);

    /** The source's leader knows of a replica that is nearer; the partition was let go. */
    void nearerAt(MirroredPartition partition, int replica);

    /** The source has nothing at the partition's next offset; it was let go. */
    void outOfRange(MirroredPartition partition);

    /**
     * Mirror and source have different records from an offset on; the partition was let go.
     *
     * @param commonEnd end of what both may have in common, exclusive
     * @param byEpoch whether leader epochs tell so, and can be asked for again; if not, a batch of the source lies across the
     *     mirror's end
     */
    void diverged(MirroredPartition partition, long commonEnd, boolean byEpoch);

    /**
     * The source broker does not tell whether its log holds what the mirror's does, and was not asked under this epoch; the
     * partition was let go, and nothing of the answer taken.
     */
    void unverified(MirroredPartition partition);

    /** This broker does not lead the mirror partition under the assignment's epoch any more; it was let go. */
    void fenced(MirroredPartition partition);

    /** The source broker did not answer; all its partitions were let go. */
    void brokerLost(Collection<MirroredPartition> partitions, SourceFailure failure);
}
