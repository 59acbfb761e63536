/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.latency;

import io.hawser.benchmarks.Figures;
import io.hawser.benchmarks.Percentiles;
import io.hawser.systemtests.cluster.BuiltArtifacts;
import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.Folders;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.LinkAdmin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * How long a record takes from a producer of the source to a consumer of the mirror: at light load, and at half of the load that
 * source and mirror can take, beside the same for a topic with a replica of Kafka's own, which a consumer sees once the replica
 * has it. And how soon after {@code create} the first record is there. All brokers and clients on one machine: read the figures
 * against each other, not as what a network adds.
 *
 * <p>System property: {@code hawser.benchmark.rounds} (3) at half load.
 */
public final class LatencyBenchmark {

    private static final int ROUNDS = Integer.getInteger("hawser.benchmark.rounds", 3);
    private static final int RECORDS = 4_000;
    private static final int WARM_UP = 1_000;
    private static final int LOADED_RECORDS = 2_000;
    private static final long FULL_LOAD_MS = 6_000;
    private static final String LINK = "east";
    private static final TopicPartition LIGHT = new TopicPartition("light", 0);
    private static final TopicPartition LOADED = new TopicPartition("loaded", 0);
    private static final TopicPartition LOAD = new TopicPartition("loaded", 1);

    private LatencyBenchmark() {}

    /** @param arguments the file to write the figures to, as JSON */
    public static void main(String[] arguments) throws Exception {
        Path folder = BuiltArtifacts.clustersFolder().resolve("latency");
        Folders.deleteRecursively(folder);
        Map<String, Percentiles> figures = new LinkedHashMap<>();
        try (ProcessCluster source = ProcessCluster.start(broker("source").build(), folder);
                ProcessCluster destination =
                        ProcessCluster.start(broker("destination").plugin().build(), folder);
                ProcessCluster replicated =
                        ProcessCluster.start(broker("replicated").brokers(2).build(), folder)) {
            LinkAdmin linkAdmin = new LinkAdmin(destination, folder.resolve("link-admin"));
            linkAdmin.createLink(LINK, source).orFail();
            atLightLoad(source, destination, linkAdmin, figures);
            atHalfLoad(source, destination, replicated, linkAdmin, figures);
        }
        figures.forEach((path, figure) ->
                System.out.printf("%s, %d records per second: %s%n", path, TimedRecords.PER_SECOND, figure));
        Figures.write(arguments, figures);
        Folders.deleteRecursively(folder);
    }

    private static ClusterSpec.Builder broker(String name) {
        return ClusterSpec.named(name).heapMb(512).jvmOption("-XX:+UseG1GC");
    }

    private static void atLightLoad(
            ProcessCluster source, ProcessCluster destination, LinkAdmin linkAdmin, Map<String, Percentiles> figures)
            throws Exception {
        source.topics().create(LIGHT.topic(), 1);
        try (TimedRecords mirrored = new TimedRecords(LIGHT, source, destination)) {
            mirrored.sendOne();
            mirror(linkAdmin, LIGHT);
            long createdNs = System.nanoTime();
            mirrored.awaitOne();
            System.out.printf(
                    "first record on the mirror after create: %d ms%n", (System.nanoTime() - createdNs) / 1_000_000);
            figures.put("source to mirror", mirrored.measure(WARM_UP, RECORDS));
        }
        try (TimedRecords alone = new TimedRecords(LIGHT, source, source)) {
            figures.put("the source alone", alone.measure(WARM_UP, RECORDS));
        }
    }

    private static void atHalfLoad(
            ProcessCluster source,
            ProcessCluster destination,
            ProcessCluster replicated,
            LinkAdmin linkAdmin,
            Map<String, Percentiles> figures)
            throws Exception {
        source.topics().create(LOADED.topic(), 2);
        replicated.topics().create(LOADED.topic(), 2, 2, Map.of());
        mirror(linkAdmin, LOADED);
        long half = fullLoad(source, destination) / 2;
        List<Percentiles> mirror = new ArrayList<>();
        List<Percentiles> follower = new ArrayList<>();
        for (int round = 1; round <= ROUNDS; round++) {
            mirror.add(loaded(source, destination, half));
            follower.add(loaded(replicated, replicated, half));
        }
        System.out.printf("half load: %d MB/s beside, median of %d rounds%n", half >> 20, ROUNDS);
        figures.put("source to mirror at half load", Percentiles.median(mirror));
        figures.put("leader and follower at half load", Percentiles.median(follower));
    }

    private static Percentiles loaded(ProcessCluster from, ProcessCluster to, long bytesPerSecond) throws Exception {
        try (Load load = new Load(from, LOAD, bytesPerSecond);
                TimedRecords records = new TimedRecords(LOADED, from, to)) {
            return records.measure(WARM_UP, LOADED_RECORDS);
        }
    }

    /** Bytes per second that reach the mirror while the source is written to as fast as it takes it. */
    private static long fullLoad(ProcessCluster source, ProcessCluster destination) throws Exception {
        try (Load load = new Load(source, LOAD, Long.MAX_VALUE);
                Admin admin = destination.admin()) {
            TimeUnit.MILLISECONDS.sleep(FULL_LOAD_MS);
            long before = end(admin);
            long startNs = System.nanoTime();
            TimeUnit.MILLISECONDS.sleep(FULL_LOAD_MS);
            return (long) ((end(admin) - before) * 1024 * 1e9 / (System.nanoTime() - startNs));
        }
    }

    private static long end(Admin admin) throws Exception {
        return admin.listOffsets(Map.of(LOAD, OffsetSpec.latest()))
                .partitionResult(LOAD)
                .get(10, TimeUnit.SECONDS)
                .offset();
    }

    private static void mirror(LinkAdmin linkAdmin, TopicPartition partition) {
        linkAdmin
                .run("create", "--mirror-topic", partition.topic(), "--link", LINK)
                .orFail();
    }
}
