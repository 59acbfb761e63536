/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.batch.BatchHeader;
import io.hawser.lineage.EpochLineage;
import io.hawser.lineage.EpochLineage.EpochStart;
import io.hawser.source.FetchAnswer.Diverging;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/**
 * One partition of a source that grows: offsets are skipped at times, as after compaction, and epochs rise. Now and then it
 * loses its end, as in an unclean election, and goes on with other records under a higher epoch.
 */
final class SourceLog {

    private final List<ByteBuffer> batches = new ArrayList<>();
    private final List<List<ByteBuffer>> lostVersions = new ArrayList<>();
    private EpochLineage epochs = EpochLineage.EMPTY;
    private int epoch = 3;
    private long end;
    private int written;

    void grow(Random random) {
        if (epochs.entries().isEmpty() || random.nextInt(6) == 0) {
            elect(1 + random.nextInt(2));
        }
        end += random.nextInt(5) == 0 ? random.nextInt(20) : 0;
        int records = 1 + random.nextInt(3);
        batches.add(Bench.batch(end, records, epoch, "written " + written++));
        end += records;
    }

    void loseEnd(Random random) {
        if (batches.isEmpty()) {
            return;
        }
        lostVersions.add(List.copyOf(batches));
        int kept = Math.max(0, batches.size() - 1 - random.nextInt(6));
        batches.subList(kept, batches.size()).clear();
        end = batches.isEmpty() ? 0 : BatchHeader.lastOffset(batches.get(kept - 1), 0) + 1;
        epochs = epochs.truncatedTo(end);
        elect(1);
    }

    /** As a broker does that comes to lead: the epoch begins where the log ends, whatever its first record's offset. */
    private void elect(int epochsLater) {
        epoch += epochsLater;
        epochs = epochs.startingAt(epoch, end);
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

    /** Where the logs part, by the epoch of the fetcher's last record (KIP-595); empty if they do not. */
    Optional<Diverging> diverging(OptionalInt lastFetchedEpoch, long fetchOffset) {
        if (lastFetchedEpoch.isEmpty()) {
            return Optional.empty();
        }
        int lastFetched = lastFetchedEpoch.getAsInt();
        EpochStart known = null;
        long endOfKnown = end;
        for (EpochStart each : epochs.entries()) {
            if (each.epoch() > lastFetched) {
                endOfKnown = each.startOffset();
                break;
            }
            known = each;
        }
        if (known == null) {
            return Optional.of(new Diverging(-1, -1));
        }
        boolean parts = known.epoch() < lastFetched || endOfKnown < fetchOffset;
        return parts ? Optional.of(new Diverging(known.epoch(), endOfKnown)) : Optional.empty();
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
        return beginsWith(batches, mirror);
    }

    /** Whether the mirror's batches are the first ones of what this log was at some time, and of nothing mixed. */
    boolean onceBeganWith(List<ByteBuffer> mirror) {
        return beginsWith(mirror) || lostVersions.stream().anyMatch(version -> beginsWith(version, mirror));
    }

    private static boolean beginsWith(List<ByteBuffer> log, List<ByteBuffer> mirror) {
        for (int i = 0; i < mirror.size(); i++) {
            if (i >= log.size() || !sameBatch(log.get(i), mirror.get(i))) {
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
