/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.demo;

import io.hawser.systemtests.cluster.BuiltArtifacts;
import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.Folders;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.records.Ledger;
import io.hawser.systemtests.records.TopicContents;
import io.hawser.systemtests.records.TopicReader;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.kafka.common.IsolationLevel;

/**
 * Links two clusters of real broker processes, mirrors a topic that is being written, loses the source, fails over.
 *
 * <p>Confined to the main thread.
 */
public final class Demo {

    private static final String TOPIC = "orders";
    private static final int COLUMNS = 98;

    private final PrintStream out = System.out;
    private final Path folder = BuiltArtifacts.clustersFolder().resolve("demo");
    private final long startNs = System.nanoTime();

    public static void main(String[] arguments) throws Exception {
        new Demo().run();
    }

    private void run() throws Exception {
        Folders.deleteRecursively(folder);
        tell("Two stock Kafka brokers start; the plugin's jar lies in the libs/ of the second.");
        try (ProcessCluster source = ProcessCluster.start(
                        ClusterSpec.named("source").shortLived().build(), folder);
                ProcessCluster destination = ProcessCluster.start(
                        ClusterSpec.named("destination").plugin().shortLived().build(), folder)) {
            source.topics().create(TOPIC, 3);
            LinkAdmin linkAdmin = new LinkAdmin(destination, folder.resolve("link-admin")).printingFor(COLUMNS);
            Workload live = Workload.start(spec(1).recordsPerSecond(1_000), source.adminProperties());
            live.awaitProgress(2_000);
            mirror(linkAdmin, source, live);
            refuseWrite(destination);
            Ledger written = loseTheSource(source, live);
            failOver(linkAdmin, destination, written);
        }
        Folders.deleteRecursively(folder);
        tell("Done; all processes ended and all files removed.");
    }

    private void mirror(LinkAdmin linkAdmin, ProcessCluster source, Workload live) {
        tell("A producer writes to " + TOPIC + " on the source. The link and the mirror topic are created:");
        show(linkAdmin, "create", "--link", "east", "--config", "bootstrap.servers=" + source.bootstrapServers());
        show(linkAdmin, "create", "--mirror-topic", TOPIC, "--link", "east", "--wait");
        live.awaitProgress(2_000);
        tell("The lag, while the producer goes on:");
        show(linkAdmin, "describe", "--mirror-topic", TOPIC);
    }

    private void refuseWrite(ProcessCluster destination) {
        Ledger refused = write(destination, 2, 1);
        tell("A write to the mirror: " + refused.committed().size() + " accepted, " + refused.failedSends()
                + " refused. It is read-only for everybody.");
    }

    private Ledger loseTheSource(ProcessCluster source, Workload live) {
        source.kill(1);
        Ledger written = live.abandon();
        tell("The source is killed with -9, after " + written.committed().size() + " acknowledged records.");
        return written;
    }

    private void failOver(LinkAdmin linkAdmin, ProcessCluster destination, Ledger written) {
        tell("Failover:");
        show(linkAdmin, "failover", "--mirror-topic", TOPIC, "--wait");
        Ledger fresh = write(destination, 3, 500);
        TopicContents contents =
                new TopicReader(destination.adminProperties()).read(TOPIC, IsolationLevel.READ_COMMITTED);
        tell("A new producer wrote " + fresh.committed().size() + " records to the destination; missing: "
                + contents.lacking(fresh.committed()).size() + ".");
        int lost = contents.lacking(written.committed()).size();
        tell("Of the source's " + written.committed().size() + " records "
                + (written.committed().size() - lost) + " are readable at the same offsets; " + lost
                + " were on their way when it was killed.");
    }

    private static WorkloadSpec spec(long seed) {
        return WorkloadSpec.of(TOPIC, Mode.IDEMPOTENT, Codec.LZ4, seed);
    }

    private static Ledger write(ProcessCluster cluster, long seed, int records) {
        try (Workload workload =
                Workload.start(spec(seed).maxRecords(records).recordsPerSecond(2_000), cluster.adminProperties())) {
            workload.awaitEnd();
            return workload.stop();
        }
    }

    private void show(LinkAdmin linkAdmin, String... arguments) {
        out.println();
        out.println("  $ link-admin " + String.join(" ", Arrays.asList(arguments)));
        LinkAdmin.Run run = linkAdmin.runProcess(arguments);
        run.out().lines().forEach(line -> out.println("  " + line));
        run.err().lines().forEach(line -> out.println("  " + line));
        out.println();
        run.orFail();
    }

    private void tell(String line) {
        out.printf("[%4.1f s] %s%n", (System.nanoTime() - startNs) / 1e9, line);
    }
}
