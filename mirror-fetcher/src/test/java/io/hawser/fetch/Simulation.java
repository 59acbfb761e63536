/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.batch.BatchHeader;
import io.hawser.batch.BatchRewriter;
import io.hawser.batch.ProducerIdSpace;
import io.hawser.lineage.EpochLineage;
import io.hawser.source.FetchAnswer;
import io.hawser.source.FetchRequest;
import io.hawser.source.SourceFailure;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.protocol.Errors;

/**
 * One {@link BrokerFetch} between a source that grows and a destination, and whatever may go wrong between them. It does
 * what a fetcher thread and its link do around a fetch, in the same order. Confined to the test's thread.
 */
final class Simulation {

    private static final int PARTITIONS = 3;
    private static final FetchSettings SETTINGS = new FetchSettings(500, 1, 1 << 20, 1 << 20, "", 400, 1, 8);

    private final Random random;
    private final Map<Integer, SourceLog> sources = new TreeMap<>();
    private final Map<Integer, EpochLineage> journal = new HashMap<>();
    private final Map<Integer, MirroredPartition> partitions = new TreeMap<>();
    private final List<MirroredPartition> homeless = new ArrayList<>();
    private final List<LineageWrite> lineageWrites = new ArrayList<>();
    private final InMemoryMirrorLog log = new InMemoryMirrorLog();
    private final SourceBroker source;
    private final BrokerFetch fetch;
    private final Set<Integer> unverified = new HashSet<>();
    private final boolean tellsDivergence;
    private FetchAnswer lastAnswer;
    private long nowMs = 1_000;

    private record LineageWrite(MirroredPartition partition, EpochLineage lineage) {}

    Simulation(long seed) {
        random = new Random(seed);
        Backoff backoff = new Backoff(1, 8, random);
        tellsDivergence = random.nextInt(3) > 0;
        lastAnswer = nothing(0, List.of());
        source = new SourceBroker(sources, random, tellsDivergence);
        fetch = new BrokerFetch(
                SETTINGS,
                Bench.unlimited(),
                log,
                new BatchRewriter(
                        ProducerIdSpace.ofSourceCluster("source-cluster"),
                        ProducerIdSpace.ofSourceCluster("destination")),
                (partition, lineage) -> lineageWrites.add(new LineageWrite(partition, lineage)),
                new Homeless(),
                new LinkTraffic(),
                backoff);
        for (int number = 0; number < PARTITIONS; number++) {
            sources.put(number, new SourceLog());
            replica(number).lead(0);
            replica(number).limitAppendsTo(200);
            journal.put(number, EpochLineage.EMPTY);
            takeOn(number, 0);
        }
    }

    void step(boolean faulty) {
        nowMs += 1 + random.nextInt(5);
        if (faulty) {
            trouble();
        } else {
            calm();
        }
        finishLineageWrites(faulty);
        Optional<FetchRequest> request = fetch.nextRequest(nowMs);
        if (random.nextBoolean()) {
            fetch.appendTaken(nowMs);
        }
        request.ifPresent(asked -> deliver(source.answer(asked), faulty));
        // An answer may come before the one before it was appended.
        if (!faulty || random.nextInt(4) > 0) {
            fetch.appendTaken(nowMs);
        }
        List.copyOf(homeless).forEach(this::home);
    }

    void requirePrefix() {
        sources.forEach((number, grown) -> {
            if (!grown.onceBeganWith(replica(number).batches())) {
                throw new AssertionError("partition " + number + " is no prefix of what its source was at any time: "
                        + InMemoryMirrorLog.baseOffsets(replica(number).batches()));
            }
        });
    }

    boolean isWhole() {
        return sources.entrySet().stream()
                .allMatch(each -> replica(each.getKey()).batches().size()
                        == each.getValue().size());
    }

    void requireWhole() {
        if (!isWhole()) {
            throw new AssertionError("it has not caught up");
        }
    }

    private void trouble() {
        sources.values().forEach(each -> {
            if (random.nextInt(3) == 0) {
                each.grow(random);
            }
        });
        int number = random.nextInt(PARTITIONS);
        switch (random.nextInt(12)) {
            case 0 -> replica(number).refuseAfter(random.nextInt(2), FailureCode.NOT_ENOUGH_REPLICAS);
            case 1 -> replica(number).acceptAgain();
            case 2 -> replica(number).stopFollowers();
            case 3 -> replica(number).startFollowers();
            case 4 -> source.loseSession();
            case 5 -> electDestinationLeader(number);
            case 6 -> loseEndOfSource(number);
            case 7 -> replica(number).refuseOnce(FailureCode.NOT_ENOUGH_REPLICAS);
            default -> {}
        }
    }

    private void calm() {
        sources.keySet().forEach(number -> {
            replica(number).acceptAgain();
            replica(number).startFollowers();
        });
    }

    /** The log is led under another epoch: sometimes the link knows at once, sometimes the next append finds out. */
    private void electDestinationLeader(int number) {
        MirroredPartition partition = partitions.get(number);
        int epoch = partition.assignment().leaderEpoch() + 1;
        replica(number).lead(epoch);
        if (random.nextBoolean()) {
            fetch.remove(partition);
            homeless.remove(partition);
            takeOn(number, epoch);
        }
    }

    private void drop(MirroredPartition partition, long commonEnd) {
        drop(numberOf(partition), partition.lineage(), commonEnd);
        homeless.add(partition);
    }

    private void drop(int number, EpochLineage lineage, long commonEnd) {
        lineageWrites.removeIf(write -> numberOf(write.partition()) == number);
        replica(number).truncateTo(commonEnd);
        journal.put(number, lineage.truncatedTo(commonEnd));
    }

    /** As the link does before it takes anything from a source that does not tell by itself. */
    private void verify(int number) {
        EpochLineage lineage = journal.get(number);
        long end = replica(number).end();
        sources.get(number)
                .diverging(lineage.epochBefore(end), end)
                .ifPresent(from ->
                        drop(number, lineage, lineage.commonEnd(from.epoch(), Math.max(0, from.endOffset()), end)));
    }

    private void loseEndOfSource(int number) {
        if (random.nextInt(3) == 0) {
            sources.get(number).loseEnd(random);
            // No broker answers a later request with what it has lost.
            lastAnswer = nothing(0, List.of());
        }
    }

    /** Answers get lost, and a partition's part may be an old one. */
    private void deliver(FetchAnswer answer, boolean faulty) {
        int fate = faulty ? random.nextInt(8) : 7;
        if (fate == 0) {
            fetch.failed(new SourceFailure(FailureCode.SOURCE_UNREACHABLE, "lost"));
        } else if (fate == 1 && answer.error() == Errors.NONE) {
            fetch.accept(nothing(answer.sessionId(), outOfDate()), nowMs);
        } else {
            lastAnswer = copy(answer);
            fetch.accept(answer, nowMs);
        }
    }

    private FetchAnswer nothing(int sessionId, List<FetchAnswer.PartitionAnswer> but) {
        return new FetchAnswer(Errors.NONE, tellsDivergence, sessionId, 0, but);
    }

    /** Parts of the answer before, of the source as it is; none from further on than the mirror is, since that looks like a compacted source, and
     * no verdict, since that is of its moment. */
    private List<FetchAnswer.PartitionAnswer> outOfDate() {
        return copy(lastAnswer).partitions().stream()
                .filter(part -> part.diverging() == null && part.error() == Errors.NONE)
                .filter(part -> !part.records().hasRemaining()
                        || BatchHeader.baseOffset(part.records(), part.records().position())
                                <= partitions.get(part.partition()).nextOffset())
                .toList();
    }

    /** Some take longer than others and some fail, but of one partition none overtakes another. */
    private void finishLineageWrites(boolean faulty) {
        Set<Integer> waiting = new HashSet<>();
        for (LineageWrite write : List.copyOf(lineageWrites)) {
            int number = numberOf(write.partition());
            int fate = faulty ? random.nextInt(4) : 3;
            if (fate < 2 || waiting.contains(number)) {
                waiting.add(number);
            } else {
                lineageWrites.remove(write);
                finish(write, number, fate == 3);
            }
        }
    }

    private void finish(LineageWrite write, int number, boolean kept) {
        if (kept) {
            journal.put(number, write.lineage());
            fetch.lineageRecorded(write.partition(), write.lineage(), nowMs);
        } else {
            fetch.lineageNotRecorded(write.partition(), new Failure(FailureCode.INTERNAL, "not kept", nowMs), nowMs);
        }
    }

    private void home(MirroredPartition partition) {
        homeless.remove(partition);
        int number = numberOf(partition);
        if (partitions.get(number) == partition) {
            takeOn(
                    number,
                    log.position(partition.assignment()).isPresent()
                            ? partition.assignment().leaderEpoch()
                            : partition.assignment().leaderEpoch() + 1);
        }
    }

    private void takeOn(int number, int leaderEpoch) {
        boolean verified = unverified.contains(number);
        if (verified) {
            verify(number);
        }
        MirroredPartition partition = new MirroredPartition(
                Bench.assignment(number, leaderEpoch),
                journal.get(number),
                replica(number).end(),
                replica(number).end(),
                verified,
                false,
                new Sightings());
        partitions.put(number, partition);
        fetch.add(partition, sources.get(number).epoch());
    }

    private InMemoryMirrorLog.Replica replica(int number) {
        return log.replica(Bench.assignment(number, 0).mirror());
    }

    private static int numberOf(MirroredPartition partition) {
        return partition.assignment().mirror().partition();
    }

    private static FetchAnswer copy(FetchAnswer answer) {
        return new FetchAnswer(
                answer.error(),
                answer.tellsDivergence(),
                answer.sessionId(),
                answer.throttleMs(),
                answer.partitions().stream()
                        .map(each -> new FetchAnswer.PartitionAnswer(
                                each.topic(),
                                each.topicId(),
                                each.partition(),
                                each.error(),
                                each.highWatermark(),
                                each.logStartOffset(),
                                each.diverging(),
                                each.preferredReplica(),
                                each.leader(),
                                Bench.joined(each.records())))
                        .toList());
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        sources.forEach((number, grown) -> text.append(String.format(
                "%n  partition %d: source ends at %d, mirror at %d, %s, %s",
                number,
                grown.end(),
                replica(number).end(),
                partitions.get(number),
                partitions.get(number).failure())));
        return text.toString();
    }

    /** Those that the fetch let go; the link finds them a place again at the end of the step. */
    private final class Homeless implements FetchEvents {
        @Override
        public void leaderMoved(MirroredPartition partition, Errors error) {
            homeless.add(partition);
        }

        @Override
        public void nearerAt(MirroredPartition partition, int replica) {
            throw new AssertionError("no broker names another here");
        }

        @Override
        public void outOfRange(MirroredPartition partition) {
            if (!tellsDivergence) {
                unverified(partition);
                return;
            }
            // The source knows no epoch as low as the mirror's: it has lost everything.
            drop(partition, partition.lineage().commonEnd(-1, 0, partition.nextOffset()));
        }

        @Override
        public void diverged(MirroredPartition partition, long commonEnd, boolean byEpoch) {
            int number = numberOf(partition);
            if (!byEpoch || sources.get(number).beginsWith(replica(number).batches())) {
                throw new AssertionError("took for diverged, at " + commonEnd + ", what is not: " + partition);
            }
            drop(partition, commonEnd);
        }

        @Override
        public void unverified(MirroredPartition partition) {
            if (tellsDivergence) {
                throw new AssertionError("the source tells by itself: " + partition);
            }
            unverified.add(numberOf(partition));
            homeless.add(partition);
        }

        @Override
        public void fenced(MirroredPartition partition) {
            homeless.add(partition);
        }

        @Override
        public void brokerLost(Collection<MirroredPartition> lost, SourceFailure failure) {
            homeless.addAll(lost);
        }
    }
}
