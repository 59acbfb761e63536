/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

import io.hawser.benchmarks.Figures;
import io.hawser.systemtests.cluster.BuiltArtifacts;
import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.Folders;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.LinkAdmin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The same data over an ordinary link, over one that the source initiates, and over one through {@code link-admin agent}, in turn, as
 * {@link CatchUpBenchmark} does it and with its system properties.
 */
public final class KindsOfLinksBenchmark {

    private static final long BYTES = Long.getLong("hawser.benchmark.megabytes", 1024) << 20;
    private static final int LEADER = 1;

    private KindsOfLinksBenchmark() {}

    /** @param arguments the file to write the figures to, as JSON */
    public static void main(String[] arguments) throws Exception {
        Path folder = BuiltArtifacts.clustersFolder().resolve("kinds-of-links");
        Folders.deleteRecursively(folder);
        Path secrets = Files.createDirectories(folder.resolve("secrets")).resolve("link.properties");
        Files.writeString(secrets, "reverse.secret=0b9c4f5e6d7a8091a2b3c4d5e6f70819");
        String allowed = String.valueOf(secrets.getParent());
        ClusterSpec.Builder sourceSpec =
                CatchUpBenchmark.broker("source").plugin().property("hawser.config.allowed.paths", allowed);
        ClusterSpec.Builder destinationSpec = CatchUpBenchmark.broker("destination")
                .plugin()
                .reverseListener()
                .property("hawser.config.allowed.paths", allowed);
        Report report = new Report();
        Process agent = null;
        try (ProcessCluster source = ProcessCluster.start(sourceSpec.build(), folder);
                ProcessCluster destination = ProcessCluster.start(destinationSpec.build(), folder)) {
            LinkAdmin onSource = new LinkAdmin(source, folder.resolve("link-admin"));
            LinkAdmin onDestination = new LinkAdmin(destination, folder.resolve("link-admin"));
            String secret = "reverse.secret=${file:" + secrets + ":reverse.secret}";
            String listeners = "bootstrap.servers=" + destination.bootstrapServers(ClusterSpec.REVERSE_LISTENER);
            onDestination.createLink("ordinary", source).orFail();
            onSource.run(
                            "create",
                            "--link",
                            "initiated",
                            "--mode",
                            "source",
                            "--config",
                            secret,
                            "--config",
                            listeners,
                            "--config",
                            "reverse.listener.name=PLAINTEXT")
                    .orFail();
            for (String link : List.of("initiated", "agent")) {
                onDestination
                        .run("create", "--link", link, "--inbound", "--config", secret)
                        .orFail();
            }
            agent = onSource.start("agent", "--link", "agent", "--config", secret, "--config", listeners);
            ProcessHandle piping = agent.toHandle();
            List<Contender> contenders = List.of(
                    new HawserLink(source, LEADER, destination, onDestination, "ordinary", "ordinary"),
                    new HawserLink(source, LEADER, destination, onDestination, "initiated", "initiated"),
                    new HawserLink(
                            source, LEADER, destination, onDestination, "agent", "agent", () -> cpuNanos(piping)));
            List<DataSet> dataSets = List.of(
                    new DataSet(1, 1024, "lz4", 64 * 1024, BYTES), new DataSet(16, 1024, "none", 64 * 1024, BYTES));
            CatchUpBenchmark.compare(contenders, dataSets, source, folder, report);
        } finally {
            if (agent != null) {
                agent.destroy();
            }
        }
        Folders.deleteRecursively(folder);
        System.out.println(report.table());
        Figures.write(arguments, report.rows());
    }

    private static long cpuNanos(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }
}
