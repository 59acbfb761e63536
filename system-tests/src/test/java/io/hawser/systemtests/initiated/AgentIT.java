/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.initiated;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.MirrorEquality;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A source without the plugin, and {@code link-admin agent} beside it. */
class AgentIT {

    private static final String LINK = "east";
    private static final String TOPIC = "orders";

    @RegisterExtension
    final TestClusters clusters = new TestClusters();

    private Process agent;

    @AfterEach
    void endAgent() throws Exception {
        agent.destroy();
        assertThat(agent.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void mirrorsThroughTheAgentAndGoesOnWhenItAndTheSourceComeBack() throws Exception {
        Path folder = clusters.folder();
        Path secrets = Files.createDirectories(folder.resolve("secrets")).resolve("link.properties");
        Files.writeString(secrets, "reverse.secret=0b9c4f5e6d7a8091a2b3c4d5e6f70819");
        ProcessCluster source = clusters.start(ClusterSpec.named("source").shortLived());
        ProcessCluster destination = clusters.start(ClusterSpec.named("destination")
                .shortLived()
                .plugin()
                .reverseListener()
                .property("hawser.config.allowed.paths", String.valueOf(secrets.getParent())));
        LinkAdmin linkAdmin = new LinkAdmin(destination, folder);
        String secret = "reverse.secret=${file:" + secrets + ":reverse.secret}";
        LinkAdmin.Run created = linkAdmin.run("create", "--link", LINK, "--inbound", "--config", secret);
        assertThat(created.out()).contains("WAITING_FOR_SOURCE");
        agent = startAgent(source, destination, secret);
        awaitActive(linkAdmin);
        source.topics().create(TOPIC, 2);
        linkAdmin.run("create", "--mirror-topic", TOPIC, "--link", LINK).orFail();
        MirrorEquality equality = new MirrorEquality(source, destination);
        write(source, 1);
        equality.await(TOPIC, 2);

        agent.destroy();
        assertThat(agent.waitFor(10, TimeUnit.SECONDS)).isTrue();
        Eventually.holds(() ->
                assertThat(linkAdmin.run("describe", "--link", LINK).out()).contains("WAITING_FOR_SOURCE"));
        write(source, 2);
        agent = startAgent(source, destination, secret);
        equality.await(TOPIC, 2);

        source.restart(1);
        write(source, 3);
        equality.await(TOPIC, 2);
    }

    private Process startAgent(ProcessCluster source, ProcessCluster destination, String secret) throws Exception {
        return new LinkAdmin(source, clusters.folder())
                .start(
                        "agent",
                        "--link",
                        LINK,
                        "--config",
                        "bootstrap.servers=" + destination.bootstrapServers(ClusterSpec.REVERSE_LISTENER),
                        "--config",
                        secret);
    }

    private static void awaitActive(LinkAdmin linkAdmin) {
        Eventually.holds(() ->
                assertThat(linkAdmin.run("describe", "--link", LINK).out()).contains("ACTIVE"));
    }

    private static void write(ProcessCluster source, long seed) {
        WorkloadSpec spec = WorkloadSpec.of(TOPIC, Mode.IDEMPOTENT, Codec.LZ4, seed)
                .recordsPerSecond(2_000)
                .maxRecords(500);
        Workload.complete(spec, source.adminProperties());
    }
}
