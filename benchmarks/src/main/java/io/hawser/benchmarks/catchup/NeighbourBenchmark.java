/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

import io.hawser.benchmarks.Figures;
import io.hawser.benchmarks.Percentiles;
import io.hawser.config.LinkConfig;
import io.hawser.systemtests.cluster.BuiltArtifacts;
import io.hawser.systemtests.cluster.Folders;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.LinkAdmin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * What a producer of the destination feels while a mirror catches up on the same broker: how long its records take to be
 * acknowledged, without the catch-up, with it, and with one that is held to a rate, in turn. All processes share one machine, so it
 * feels the source too.
 *
 * <p>System properties: {@code hawser.benchmark.rounds} (3); {@code hawser.benchmark.megabytes} (1024), of which the mirror
 * catches up on four times as many.
 */
public final class NeighbourBenchmark {

    private static final int ROUNDS = Integer.getInteger("hawser.benchmark.rounds", 3);
    private static final long BYTES = Long.getLong("hawser.benchmark.megabytes", 1024) << 22;
    private static final DataSet DATA = new DataSet(16, 1024, "none", 64 * 1024, BYTES);
    private static final int LEADER = 1;
    private static final String LINK = "east";
    private static final long ALONE_NS = 5_000_000_000L;
    private static final String CAP_PROPERTY = LinkConfig.CATCH_UP_MAX_BYTES_PER_SECOND;
    private static final String CAP = "50000000";

    private NeighbourBenchmark() {}

    /** @param arguments the file to write the figures to, as JSON */
    public static void main(String[] arguments) throws Exception {
        Path folder = BuiltArtifacts.clustersFolder().resolve("neighbour");
        Folders.deleteRecursively(folder);
        try (ProcessCluster source =
                        ProcessCluster.start(CatchUpBenchmark.broker("source").build(), folder);
                ProcessCluster destination = ProcessCluster.start(
                        CatchUpBenchmark.broker("destination").plugin().build(), folder)) {
            LinkAdmin linkAdmin = new LinkAdmin(destination, folder.resolve("link-admin"));
            linkAdmin.createLink(LINK, source).orFail();
            DataWriter.write(DATA, source, LEADER);
            destination.topics().create(AcknowledgedRecords.TOPIC, 1);
            Map<String, Percentiles> figures =
                    measure(destination, linkAdmin, new HawserLink(source, LEADER, destination, linkAdmin, LINK));
            figures.forEach((when, figure) -> System.out.println("local producer, " + when + ": " + figure));
            Figures.write(arguments, figures);
        }
        Folders.deleteRecursively(folder);
    }

    private static Map<String, Percentiles> measure(ProcessCluster destination, LinkAdmin linkAdmin, HawserLink link)
            throws Exception {
        List<Percentiles> alone = new ArrayList<>();
        List<Percentiles> beside = new ArrayList<>();
        List<Percentiles> besideCapped = new ArrayList<>();
        try (AcknowledgedRecords records = new AcknowledgedRecords(destination)) {
            records.measureWhile(forNanos(ALONE_NS));
            for (int round = 1; round <= ROUNDS; round++) {
                alone.add(records.measureWhile(forNanos(ALONE_NS)));
                CompletableFuture<Measurement> copy = CompletableFuture.supplyAsync(() -> copy(link));
                beside.add(records.measureWhile(() -> !hasAll(destination) && !copy.isDone()));
                double speed = copy.get().megabytesPerSecond();
                linkAdmin
                        .run("alter", "--link", LINK, "--config", CAP_PROPERTY + "=" + CAP)
                        .orFail();
                linkAdmin
                        .run("create", "--mirror-topic", DATA.topic(), "--link", LINK)
                        .orFail();
                besideCapped.add(records.measureWhile(forNanos(ALONE_NS)));
                link.remove(DATA);
                linkAdmin
                        .run("alter", "--link", LINK, "--delete-config", CAP_PROPERTY)
                        .orFail();
                System.out.printf(
                        "round %d: alone %s; beside a catch-up of %.0f MB/s %s, held to %s bytes/s %s%n",
                        round, alone.get(round - 1), speed, beside.get(round - 1), CAP, besideCapped.get(round - 1));
            }
        }
        Map<String, Percentiles> medians = new LinkedHashMap<>();
        medians.put("alone", Percentiles.median(alone));
        medians.put("beside a catch-up", Percentiles.median(beside));
        medians.put("beside a catch-up held to " + CAP + " bytes/s", Percentiles.median(besideCapped));
        return medians;
    }

    private static BooleanSupplier forNanos(long nanos) {
        long startNs = System.nanoTime();
        return () -> System.nanoTime() - startNs < nanos;
    }

    private static boolean hasAll(ProcessCluster destination) {
        return DATA.storedBytes(destination.dataDirectory(1), DATA.topic()) >= BYTES;
    }

    private static Measurement copy(HawserLink link) {
        try {
            return link.run(DATA);
        } catch (Exception e) {
            throw new IllegalStateException("The mirror did not catch up", e);
        }
    }
}
