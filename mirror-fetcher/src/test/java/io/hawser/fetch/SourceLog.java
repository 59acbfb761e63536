/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.batch.BatchHeader;
import io.hawser.source.FetchRequest.PartitionFetch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One partition of a source that grows: offsets are skipped at times, as after compaction, and epochs rise. */
final class SourceLog {

    private final List<ByteBuffer> batches = new ArrayList<>();
    private int epoch = 3;
    private long end;

    void grow(Random random) {
        epoch += random.nextInt(6) == 0 ? 1 + random.nextInt(2) : 0;
        end += random.nextInt(5) == 0 ? random.nextInt(20) : 0;
        int records = 1 + random.nextInt(3);
        batches.add(Bench.batch(end, records, epoch));
        end += records;
    }

    int epoch() {
        return epoch;
    }

    long end() {
        return end;
    }

    int size() {
        return batches.size();
    }

    /** Whether its record before the offset is of the epoch that the fetcher takes it for. */
    boolean agreesWith(PartitionFetch fetch) {
        ByteBuffer before = null;
        for (ByteBuffer batch : batches) {
            before = BatchHeader.lastOffset(batch, 0) < fetch.fetchOffset() ? batch : before;
        }
        return before == null
                || fetch.lastFetchedEpoch().isEmpty()
                || fetch.lastFetchedEpoch().getAsInt() == BatchHeader.partitionLeaderEpoch(before, 0);
    }

    /** Some batches from the offset, sometimes with a part of one more. */
    ByteBuffer read(long offset, Random random) {
        List<ByteBuffer> read = new ArrayList<>();
        int limit = 1 + random.nextInt(4);
        for (ByteBuffer batch : batches) {
            if (BatchHeader.lastOffset(batch, 0) >= offset) {
                if (read.size() == limit) {
                    read.add(random.nextBoolean() ? batch.slice(0, random.nextInt(batch.limit())) : batch.slice(0, 0));
                    break;
                }
                read.add(batch);
            }
        }
        return Bench.joined(read.toArray(ByteBuffer[]::new));
    }

    /** Whether the mirror's batches are this log's first ones: same offsets, same records, no hole, none twice. */
    boolean beginsWith(List<ByteBuffer> mirror) {
        for (int i = 0; i < mirror.size(); i++) {
            if (i >= batches.size() || !sameBatch(batches.get(i), mirror.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameBatch(ByteBuffer source, ByteBuffer mirror) {
        int header = 61;
        return BatchHeader.baseOffset(source, 0) == BatchHeader.baseOffset(mirror, 0)
                && BatchHeader.lastOffset(source, 0) == BatchHeader.lastOffset(mirror, 0)
                && source.limit() == mirror.limit()
                && source.slice(header, source.limit() - header).equals(mirror.slice(header, mirror.limit() - header));
    }
}
