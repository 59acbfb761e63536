/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

import io.hawser.benchmarks.Figures;
import io.hawser.config.LinkConfig;
import io.hawser.systemtests.cluster.BuiltArtifacts;
import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.Folders;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.LinkAdmin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Every contender copies every data set, in turn, in several rounds, each in another order. Before, all brokers are warmed up by
 * many small batches and by a round that does not count, since a JVM that has just started is several times as slow as one that
 * has run for a day.
 *
 * <p>System properties: {@code hawser.benchmark.rounds} (3), {@code hawser.benchmark.megabytes} of each data set (1024),
 * {@code hawser.benchmark.data} and {@code hawser.benchmark.contenders}, comma-separated parts of names to restrict the run to.
 */
public final class CatchUpBenchmark {

    private static final int ROUNDS = Integer.getInteger("hawser.benchmark.rounds", 3);
    private static final long BYTES = Long.getLong("hawser.benchmark.megabytes", 1024) << 20;
    private static final int BATCH_BYTES = 64 * 1024;
    private static final int WARM_UP_PASSES = 6;
    private static final DataSet WARM_UP = new DataSet(16, 100, "none", 2 * 1024, 48 << 20);
    private static final long SEED = 1;
    private static final int LEADER = 1;
    private static final int FOLLOWER = 2;
    private static final int FOLLOWER_OF_LARGE_FETCHES = 3;
    private static final String LARGE_FETCH = String.valueOf(16 << 20);
    private static final String LINK = "east";
    private static final String LINK_OF_TWO_FETCHERS = "east-2";

    private CatchUpBenchmark() {}

    /** @param arguments the file to write the figures to, as JSON */
    public static void main(String[] arguments) throws Exception {
        Path folder = BuiltArtifacts.clustersFolder().resolve("catch-up");
        Folders.deleteRecursively(folder);
        Files.createDirectories(folder);
        Report report = new Report();
        try (ProcessCluster source = ProcessCluster.start(source(), folder);
                ProcessCluster destination =
                        ProcessCluster.start(broker("destination").plugin().build(), folder);
                ProcessCluster plain = ProcessCluster.start(broker("plain").build(), folder)) {
            LinkAdmin linkAdmin = new LinkAdmin(destination, folder.resolve("link-admin"));
            linkAdmin.createLink(LINK, source).orFail();
            linkAdmin
                    .createLink(LINK_OF_TWO_FETCHERS, source, LinkConfig.NUM_FETCHERS + "=2")
                    .orFail();
            List<Contender> contenders = selected(
                    "contenders",
                    List.of(
                            new RawPipe(source.dataDirectory(LEADER), folder.resolve("copy")),
                            new FollowerReplication("follower, defaults", source, LEADER, FOLLOWER),
                            new FollowerReplication(
                                    "follower, 16 MiB fetches", source, LEADER, FOLLOWER_OF_LARGE_FETCHES),
                            new MirrorMaker(source, LEADER, plain, folder.resolve("mirror-maker")),
                            new HawserLink(source, LEADER, destination, linkAdmin, LINK),
                            new HawserLink(
                                    source,
                                    LEADER,
                                    destination,
                                    linkAdmin,
                                    LINK_OF_TWO_FETCHERS,
                                    "Hawser, 2 fetchers")));
            List<DataSet> dataSets = selected("data", dataSets());
            compare(contenders, dataSets, source, folder, report);
        }
        Folders.deleteRecursively(folder);
        System.out.println(report.table());
        Figures.write(arguments, report.rows());
    }

    /** All contenders in turn, round by round, after a while for the JVMs to warm up. */
    static void compare(
            List<Contender> contenders, List<DataSet> dataSets, ProcessCluster source, Path folder, Report report)
            throws Exception {
        warmUp(contenders, source);
        for (DataSet data : parts(contenders, dataSets)) {
            System.out.printf("%tT writing %s%n", System.currentTimeMillis(), data.topic());
            DataWriter.write(data, source, LEADER);
        }
        try (FullPageCache pageCache = new FullPageCache(folder)) {
            warmUp(contenders, dataSets, pageCache);
            rounds(contenders, dataSets, pageCache, report);
        }
    }

    private static Set<DataSet> parts(List<Contender> contenders, List<DataSet> dataSets) {
        return dataSets.stream()
                .flatMap(data -> contenders.stream().map(contender -> contender.part(data)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static void rounds(
            List<Contender> contenders, List<DataSet> dataSets, FullPageCache pageCache, Report report)
            throws Exception {
        Random order = new Random(SEED);
        for (int round = 1; round <= ROUNDS; round++) {
            for (DataSet data : dataSets) {
                for (Contender contender : shuffled(contenders, order)) {
                    pageCache.fill();
                    Measurement measurement = contender.run(contender.part(data));
                    System.out.printf(
                            "%tT round %d, %s, %s: %.0f MB/s, %.2f CPU-s/GB%n",
                            System.currentTimeMillis(),
                            round,
                            data,
                            contender.name(),
                            measurement.megabytesPerSecond(),
                            measurement.cpuSecondsPerGigabyte());
                    report.add(data, contender, measurement);
                }
            }
        }
    }

    /** So that not always the same one comes after the one that leaves the machine hot. */
    private static List<Contender> shuffled(List<Contender> contenders, Random random) {
        List<Contender> shuffled = new ArrayList<>(contenders);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    private static void warmUp(List<Contender> contenders, ProcessCluster source) throws Exception {
        System.out.println("warming up");
        DataWriter.write(WARM_UP, source, LEADER);
        for (int pass = 0; pass < WARM_UP_PASSES; pass++) {
            for (Contender contender : contenders) {
                if (contender.staysWarm()) {
                    contender.run(WARM_UP);
                }
            }
        }
    }

    /** What small batches have not warmed: the first copies of each contender's brokers were seen at a third of the speed of later ones. */
    private static void warmUp(List<Contender> contenders, List<DataSet> dataSets, FullPageCache pageCache)
            throws Exception {
        for (DataSet data : dataSets) {
            for (Contender contender : contenders) {
                if (contender.staysWarm()) {
                    pageCache.fill();
                    contender.run(contender.part(data));
                }
            }
        }
    }

    private static ClusterSpec source() {
        return broker("source")
                .brokers(3)
                .nodeProperty(FOLLOWER_OF_LARGE_FETCHES, "replica.fetch.max.bytes", LARGE_FETCH)
                .nodeProperty(FOLLOWER_OF_LARGE_FETCHES, "replica.fetch.response.max.bytes", LARGE_FETCH)
                .build();
    }

    static ClusterSpec.Builder broker(String name) {
        return ClusterSpec.named(name)
                .heapMb(512)
                .jvmOption("-XX:+UseG1GC")
                .property("log.retention.ms", "-1")
                .property("log.segment.delete.delay.ms", "100");
    }

    private static List<DataSet> dataSets() {
        List<DataSet> sets = new ArrayList<>();
        for (int partitions : new int[] {1, 16}) {
            for (int recordBytes : new int[] {1024, 100}) {
                for (String compression : List.of("none", "lz4")) {
                    sets.add(new DataSet(partitions, recordBytes, compression, BATCH_BYTES, BYTES));
                }
            }
        }
        return sets;
    }

    private static <T> List<T> selected(String property, List<T> all) {
        String wanted = System.getProperty("hawser.benchmark." + property, "");
        return all.stream()
                .filter(each -> Arrays.stream(wanted.split(",", -1))
                        .anyMatch(part -> name(each).contains(part.strip())))
                .toList();
    }

    private static String name(Object each) {
        return each instanceof Contender contender ? contender.name() : ((DataSet) each).topic();
    }
}
