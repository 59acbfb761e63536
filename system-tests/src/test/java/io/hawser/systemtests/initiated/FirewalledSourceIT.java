/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.initiated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.MirrorEquality;
import io.hawser.systemtests.network.NetworkNamespace;
import io.hawser.systemtests.network.NetworkNamespace.Answer;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A source and a destination in networks of their own, with a filter that drops whatever the destination sends to a port of the
 * source: the one case that links which the source initiates are for. The tests follow one topic's life, in order.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FirewalledSourceIT {

    private static final String LINK = "east";
    private static final String TOPIC = "orders";
    private static final int PARTITIONS = 2;
    private static final Duration FAILED_OVER_WITHIN = Duration.ofSeconds(15);

    @RegisterExtension
    static final TestClusters CLUSTERS = new TestClusters();

    private static NetworkNamespace inside;
    private static NetworkNamespace outside;
    private static ProcessCluster source;
    private static ProcessCluster destination;
    private static LinkAdmin onSource;
    private static LinkAdmin onDestination;
    private static String secret;

    @BeforeAll
    static void startBothClusters() throws Exception {
        assumeTrue(NetworkNamespace.isPossible(), "This user may not make network namespaces");
        Path secrets =
                Files.createDirectories(CLUSTERS.folder().resolve("secrets")).resolve("link.properties");
        Files.writeString(secrets, "reverse.secret=0b9c4f5e6d7a8091a2b3c4d5e6f70819");
        secret = "reverse.secret=${file:" + secrets + ":reverse.secret}";
        inside = NetworkNamespace.create();
        outside = NetworkNamespace.create();
        inside.connect(outside);
        source = CLUSTERS.start(cluster("source", secrets).within(inside));
        destination =
                CLUSTERS.start(cluster("destination", secrets).within(outside).reverseListener());
        onSource = new LinkAdmin(source, CLUSTERS.folder());
        onDestination = new LinkAdmin(destination, CLUSTERS.folder());
        source.topics().create(TOPIC, PARTITIONS);
    }

    @AfterAll
    static void removeNetworks() {
        if (inside != null) {
            inside.close();
        }
        if (outside != null) {
            outside.close();
        }
    }

    @Test
    @Order(1)
    void theDestinationGetsNoConnectionToTheSource() {
        assertThat(source.ports()).allMatch(port -> dialSource(port) == Answer.CONNECTED);

        inside.drop(outside, source.ports());

        assertThat(source.ports()).allMatch(port -> dialSource(port) == Answer.NONE);
        LinkAdmin.Run ordinary = onDestination.createLink("ordinary", source);
        assertThat(ordinary.exitCode()).isEqualTo(1);
        assertThat(ordinary.err()).contains(source.bootstrapServers());
    }

    @Test
    @Order(2)
    void mirrorsOverConnectionsThatTheSourceHasMade() {
        onSource.run(
                        "create",
                        "--link",
                        LINK,
                        "--mode",
                        "source",
                        "--config",
                        "bootstrap.servers=" + destination.bootstrapServers(ClusterSpec.REVERSE_LISTENER),
                        "--config",
                        "reverse.listener.name=PLAINTEXT",
                        "--config",
                        secret)
                .orFail();
        onDestination
                .run("create", "--link", LINK, "--inbound", "--config", secret)
                .orFail();
        awaitState("ACTIVE");

        onDestination.run("create", "--mirror-topic", TOPIC, "--link", LINK).orFail();
        write(1);

        new MirrorEquality(source, destination).await(TOPIC, PARTITIONS);
        assertThat(source.ports()).allMatch(port -> dialSource(port) == Answer.NONE);
    }

    /** As by a middlebox that forgets connections: no side hears of it. */
    @Test
    @Order(3)
    void goesOnWhenPacketsWereLostForAWhile() {
        inside.dropAll(outside);
        write(2);
        awaitState("WAITING_FOR_SOURCE");

        inside.takeAll(outside);

        new MirrorEquality(source, destination).await(TOPIC, PARTITIONS);
    }

    @Test
    @Order(4)
    void failsOverWhileNothingArrivesFromTheSource() {
        inside.dropAll(outside);

        long startNs = System.nanoTime();
        LinkAdmin.Run run =
                onDestination.run("failover", "--mirror-topic", TOPIC, "--wait").orFail();
        Duration took = Duration.ofNanos(System.nanoTime() - startNs);

        inside.takeAll(outside);
        System.out.printf("failed over in %d ms%n", took.toMillis());
        assertThat(run.out()).contains("STOPPED");
        assertThat(took).isLessThan(FAILED_OVER_WITHIN);
        new MirrorEquality(source, destination).await(TOPIC, PARTITIONS);
    }

    private static ClusterSpec.Builder cluster(String name, Path secrets) {
        return ClusterSpec.named(name)
                .shortLived()
                .plugin()
                .property("hawser.config.allowed.paths", String.valueOf(secrets.getParent()));
    }

    private static Answer dialSource(int port) {
        return outside.dial(inside.address(), port);
    }

    private static void awaitState(String state) {
        Eventually.holds(() ->
                assertThat(onDestination.run("describe", "--link", LINK).out()).contains(state));
    }

    private static void write(long seed) {
        WorkloadSpec spec = WorkloadSpec.of(TOPIC, Mode.IDEMPOTENT, Codec.LZ4, seed)
                .recordsPerSecond(2_000)
                .maxRecords(500);
        Workload.complete(spec, source.adminProperties());
    }
}
