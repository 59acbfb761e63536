/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.source.SourceFailure;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.protocol.Errors;

/** Counts the partitions that are handed back since the source does not answer. */
class CountedEvents implements FetchEvents {
    final AtomicInteger lost = new AtomicInteger();

    @Override
    public void leaderMoved(MirroredPartition partition, Errors error) {}

    @Override
    public void nearerAt(MirroredPartition partition, int replica) {}

    @Override
    public void outOfRange(MirroredPartition partition) {}

    @Override
    public void diverged(MirroredPartition partition, long commonEnd, boolean byEpoch) {}

    @Override
    public void unverified(MirroredPartition partition) {}

    @Override
    public void fenced(MirroredPartition partition) {}

    @Override
    public void brokerLost(Collection<MirroredPartition> partitions, SourceFailure failure) {
        lost.addAndGet(partitions.size());
    }
}
