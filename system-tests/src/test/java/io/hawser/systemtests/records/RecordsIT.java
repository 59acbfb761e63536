/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.Folders;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordsIT {

    @RegisterExtension
    static final TestClusters CLUSTERS = new TestClusters();

    private static ProcessCluster cluster;

    @BeforeAll
    static void startTwoNodes() {
        cluster = CLUSTERS.start(
                ClusterSpec.named("records").brokers(2).dedicatedController().shortLived());
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void plainAndIdempotentRecordsAreReadAsTheyWereSent(Codec codec) {
        String topic = "codec-" + codec.configValue();
        cluster.topics().create(topic, 2, 2, Map.of());

        Ledger plain = write(quick(topic, Mode.PLAIN, codec, 1));
        Ledger idempotent = write(quick(topic, Mode.IDEMPOTENT, codec, 2));

        TopicContents contents = reader().read(topic, IsolationLevel.READ_UNCOMMITTED);
        assertThat(plain.committed()).hasSize(100);
        assertThat(idempotent.committed()).hasSize(100);
        assertThat(contents.count()).isEqualTo(200);
        assertThat(contents.lacking(plain.committed())).isEmpty();
        assertThat(contents.lacking(idempotent.committed())).isEmpty();
        assertThat(contents).isEqualTo(reader().read(topic, IsolationLevel.READ_COMMITTED));
        assertThat(contents.records()).anyMatch(each -> each.key() == null);
        assertThat(contents.records()).anyMatch(each -> each.value() == null);
        assertThat(contents.records()).anyMatch(each -> !each.headers().isEmpty());
    }

    @Test
    void abortedTransactionsAreSeenByUncommittedReadersAlone() {
        cluster.topics().create("transactions", 2, 2, Map.of());

        Ledger ledger =
                write(quick("transactions", Mode.TRANSACTIONAL, Codec.LZ4, 3).maxRecords(300));

        TopicContents committed = reader().read("transactions", IsolationLevel.READ_COMMITTED);
        TopicContents uncommitted = reader().read("transactions", IsolationLevel.READ_UNCOMMITTED);
        assertThat(ledger.failure()).isNull();
        assertThat(ledger.unsettled()).isEmpty();
        assertThat(ledger.committed()).isNotEmpty();
        assertThat(ledger.aborted()).isNotEmpty();
        assertThat(committed.lacking(ledger.committed())).isEmpty();
        assertThat(committed.containing(ledger.aborted())).isEmpty();
        assertThat(uncommitted.lacking(ledger.committed())).isEmpty();
        assertThat(uncommitted.lacking(ledger.aborted())).isEmpty();
        assertThat(committed.endOffsets()).isEqualTo(uncommitted.endOffsets());
    }

    @Test
    void findsReplicasOfOneClusterEqualAndAFlippedByteInACopy() throws Exception {
        cluster.topics().create("replicas", 1, 2, Map.of("segment.bytes", "1048576"));
        write(quick("replicas", Mode.TRANSACTIONAL, Codec.ZSTD, 4));
        write(quick("replicas", Mode.IDEMPOTENT, Codec.NONE, 5)
                .maxRecords(2_000)
                .maxValueBytes(4_000));
        awaitEqual(SegmentComparison.ofReplicas("replicas", 0, dataDirectories()));

        Path copy = copyOf("replicas-0");
        Path firstSegment = copy.resolve("replicas-0/00000000000000000000.log");
        SegmentComparison comparison = SegmentComparison.ofMirror("replicas", 0, dataDirectories(), List.of(copy));

        assertThat(comparison.compare().differences()).isEmpty();
        flip(firstSegment, 12);
        assertThat(comparison.compare().differences()).isEmpty();
        flip(firstSegment, 17);
        assertThat(comparison.compare().differences())
                .singleElement()
                .asString()
                .contains(firstSegment.toString(), "batch at offset 0", "crc is wrong");
        flip(firstSegment, 70);
        assertThat(comparison.compare().differences())
                .singleElement()
                .asString()
                .contains(firstSegment.toString(), "batch at offset 0", "byte 70");
        flip(firstSegment, 34);
        assertThat(comparison.compare().differences())
                .singleElement()
                .asString()
                .contains("batch at offset 0", "baseTimestamp");
    }

    @Test
    void findsAReplicaThatEndsEarly() throws Exception {
        cluster.topics().create("short", 1, 2, Map.of());
        write(quick("short", Mode.IDEMPOTENT, Codec.GZIP, 6));
        awaitEqual(SegmentComparison.ofReplicas("short", 0, dataDirectories()));
        Path copy = copyOf("short-0");

        try (var file = new RandomAccessFile(
                copy.resolve("short-0/00000000000000000000.log").toFile(), "rw")) {
            file.setLength(file.length() - 1);
        }

        assertThat(SegmentComparison.ofReplicas("short", 0, List.of(cluster.dataDirectory(1), copy))
                        .compare()
                        .differences())
                .singleElement()
                .asString()
                .contains("batch at offset", "the log ends before it");
    }

    private static WorkloadSpec quick(String topic, Mode mode, Codec codec, long seed) {
        return WorkloadSpec.of(topic, mode, codec, seed).recordsPerSecond(2_000).maxRecords(100);
    }

    private static Ledger write(WorkloadSpec spec) {
        return Workload.complete(spec, cluster.adminProperties());
    }

    private static TopicReader reader() {
        return new TopicReader(cluster.adminProperties());
    }

    private static void awaitEqual(SegmentComparison comparison) {
        Eventually.holds(() -> {
            SegmentComparison.Result result = comparison.compare();
            assertThat(result.differences()).isEmpty();
            assertThat(result.replicas()).isEqualTo(2);
            assertThat(result.batches()).isPositive();
        });
    }

    private static List<Path> dataDirectories() {
        return cluster.nodeIds().stream().map(cluster::dataDirectory).toList();
    }

    private static Path copyOf(String partition) throws Exception {
        Path copy = CLUSTERS.folder().resolve("copy-" + partition);
        Files.createDirectories(copy);
        Folders.copyRecursively(cluster.dataDirectory(1).resolve(partition), copy.resolve(partition));
        return copy;
    }

    private static void flip(Path file, long position) throws Exception {
        try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(position);
            int old = bytes.read();
            bytes.seek(position);
            bytes.write(old ^ 1);
        }
    }
}
