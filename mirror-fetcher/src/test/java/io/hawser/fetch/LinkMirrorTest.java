/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hawser.config.LinkConfig;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LinkMirrorTest {

    private static final int PARTITIONS = 4;
    private static final long END = 10;

    private final EndlessSource source = new EndlessSource(PARTITIONS);
    private final InMemoryMirrorLog log = new InMemoryMirrorLog();
    private final LinkMirror mirror = new LinkMirror(
            "east",
            LinkConfig.unresolved(Map.of("bootstrap.servers", "localhost:9092", LinkConfig.NUM_FETCHERS, "2")),
            EndlessSource.CLUSTER,
            "destination",
            source,
            log,
            new PromptSource.NoJournal(),
            new NoPolicies(),
            Bench.unlimited(),
            Time.SYSTEM);

    @AfterEach
    void close() {
        mirror.close();
    }

    /** A far source of thousands of topics would be asked about all of them, and the partition would wait for the answer. */
    @Test
    void spreadsWhatIsBehindOverItsFetchersWithoutAQuestionToTheSource() {
        List<MirrorAssignment> assignments = IntStream.range(0, PARTITIONS)
                .mapToObj(number -> Bench.assignment(number, Bench.LEADER_EPOCH))
                .toList();
        assignments.forEach(assignment -> {
            log.replica(assignment.mirror()).lead(Bench.LEADER_EPOCH);
            log.restartAt(assignment, END);
        });
        mirror.start();

        mirror.assign(assignments);

        await().until(() -> source.askedByEach().equals(List.of(PARTITIONS)));
        await().until(() -> source.askedByEach().equals(List.of(PARTITIONS / 2, PARTITIONS / 2)));
        assertThat(source.questions).hasValue(1);
        assertThat(mirror.report()).extracting(PartitionReport::failure).containsOnlyNulls();
        long[] ends = ends(assignments);
        await().untilAsserted(() -> assertThat(ends(assignments))
                .satisfies(now -> IntStream.range(0, PARTITIONS)
                        .forEach(number -> assertThat(now[number]).isGreaterThan(ends[number]))));
    }

    private long[] ends(List<MirrorAssignment> assignments) {
        return assignments.stream()
                .mapToLong(assignment -> log.replica(assignment.mirror()).end())
                .toArray();
    }

    /** All is wanted. */
    private static final class NoPolicies implements LossPolicies {
        @Override
        public long startAt(MirrorAssignment assignment) {
            return 0;
        }

        @Override
        public boolean passOver(MirrorAssignment assignment, long fromOffset, long toOffset) {
            return false;
        }

        @Override
        public boolean drop(MirrorAssignment assignment, long fromOffset, long toOffset) {
            return false;
        }
    }
}
