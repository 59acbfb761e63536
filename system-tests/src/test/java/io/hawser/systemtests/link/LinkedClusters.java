/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.Listener;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.cluster.TestClusters;
import io.hawser.systemtests.network.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * JUnit extension: a source, a destination whose brokers run the plugin, and the link {@value #LINK} between them, which
 * live as long as {@link TestClusters} says.
 *
 * <p>Confined to the thread of the test.
 */
public final class LinkedClusters extends TestClusters {

    public static final String LINK = "east";

    /** System property by which any test can be run over each kind of link. */
    private static final String KIND = "hawser.test.links";

    private static final String FAR = "FAR";
    private static final String SECRET = "a secret of these tests, 5417";

    private final ClusterSpec.Builder sourceSpec;
    private final ClusterSpec.Builder destinationSpec;
    private int destinationBrokers;
    private Kind kind = Kind.valueOf(System.getProperty(KIND, Kind.ORDINARY.name()));
    private final List<Process> agents = new ArrayList<>();
    private final Map<String, List<String>> links = new LinkedHashMap<>(Map.of(LINK, List.of()));
    private @Nullable TcpProxy proxy;
    private boolean started;
    private ProcessCluster source;
    private ProcessCluster destination;
    private LinkAdmin linkAdmin;

    /** Who connects. */
    private enum Kind {
        ORDINARY,
        SOURCE,
        AGENT
    }

    private LinkedClusters(ClusterSpec.Builder sourceSpec, ClusterSpec.Builder destinationSpec) {
        this.sourceSpec = sourceSpec;
        this.destinationSpec = destinationSpec;
    }

    /** The plugin is put on the destination. */
    public static LinkedClusters of(ClusterSpec.Builder source, ClusterSpec.Builder destination) {
        return new LinkedClusters(source, destination.plugin());
    }

    /** Short-lived brokers; where there are several, any of them can be killed and the controller stays. */
    public static LinkedClusters ofBrokers(int ofSource, int ofDestination) {
        return of(side("source", ofSource), side("destination", ofDestination));
    }

    /** The source's brokers connect, by their first listener; they carry the plugin too. */
    public LinkedClusters initiatedBySource() {
        kind = Kind.SOURCE;
        return this;
    }

    /** All links reach the source's first broker through this proxy, and in no other way. */
    public LinkedClusters behind(TcpProxy farSide) {
        proxy = farSide;
        sourceSpec.listeners(Listener.PLAINTEXT, farListener(farSide));
        return this;
    }

    /** A listener of which clients are told the proxy's address for the first broker. */
    public static Listener farListener(TcpProxy farSide) {
        return new Listener(FAR, "PLAINTEXT", Map.of(1, farSide.port()));
    }

    /** The port that a proxy has to forward to. */
    public static int farPort(ProcessCluster cluster) {
        String far = cluster.bootstrapServers(FAR).split(",")[0];
        return Integer.parseInt(far.substring(far.lastIndexOf(':') + 1));
    }

    /** Adds a link, or settings of the usual one, each as {@code key=value}. */
    public LinkedClusters link(String name, String... configs) {
        links.put(name, List.of(configs));
        return this;
    }

    public ProcessCluster source() {
        return source;
    }

    public ProcessCluster destination() {
        return destination;
    }

    public LinkAdmin linkAdmin() {
        return linkAdmin;
    }

    /** Runs {@code link-admin}, which must succeed. */
    public LinkAdmin.Run admin(String... arguments) {
        return linkAdmin.run(arguments).orFail();
    }

    /** Mirrors a topic of the source with a replica on every broker. */
    public void mirror(String topic, String... options) {
        mirrorBy(LINK, topic, options);
    }

    public void mirrorBy(String link, String topic, String... options) {
        List<String> arguments = new ArrayList<>(List.of("create", "--mirror-topic", topic, "--link", link));
        arguments.addAll(List.of("--replication-factor", String.valueOf(destinationBrokers)));
        arguments.addAll(List.of(options));
        admin(arguments.toArray(String[]::new));
    }

    public MirrorEquality equality() {
        return new MirrorEquality(source, destination);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        super.beforeAll(context);
        startAndLink();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        super.beforeEach(context);
        if (!started) {
            startAndLink();
        }
    }

    @Override
    protected void end() {
        started = false;
        agents.forEach(Process::destroy);
        agents.clear();
        super.end();
    }

    private void startAndLink() {
        started = true;
        if (kind != Kind.ORDINARY && proxy == null) {
            startAndLinkFromSource();
            return;
        }
        source = start(sourceSpec);
        String bootstrapServers = source.bootstrapServers();
        if (proxy != null) {
            proxy.forwardTo(farPort(source));
            bootstrapServers = source.bootstrapServers(FAR).replaceFirst("[^,]+", "localhost:" + proxy.port());
        }
        String bootstrap = "bootstrap.servers=" + bootstrapServers;
        startDestination();
        links.forEach((name, configs) -> {
            List<String> arguments = new ArrayList<>(List.of("create", "--link", name));
            arguments.addAll(List.of("--config", bootstrap));
            configs.forEach(config -> arguments.addAll(List.of("--config", config)));
            admin(arguments.toArray(String[]::new));
        });
    }

    private void startDestination() {
        destination = start(destinationSpec);
        destinationBrokers = destination.spec().brokers();
        linkAdmin = new LinkAdmin(destination, folder());
    }

    /** The source's half, or its agent, comes first: it waits for the other. */
    private void startAndLinkFromSource() {
        Path secrets = secrets();
        String secret = "reverse.secret=${file:" + secrets + ":reverse.secret}";
        String folder = String.valueOf(secrets.getParent());
        boolean lacksPlugin = !sourceSpec.build().properties().containsKey("authorizer.class.name");
        if (kind == Kind.SOURCE && lacksPlugin) {
            sourceSpec.plugin();
        }
        source = start(sourceSpec.property("hawser.config.allowed.paths", folder));
        destinationSpec.reverseListener().property("hawser.config.allowed.paths", folder);
        startDestination();
        links.forEach((name, configs) -> {
            dialFromSource(name, secret);
            List<String> arguments =
                    new ArrayList<>(List.of("create", "--link", name, "--inbound", "--config", secret));
            configs.forEach(config -> arguments.addAll(List.of("--config", config)));
            admin(arguments.toArray(String[]::new));
            Eventually.holds(() ->
                    assertThat(linkAdmin.run("describe", "--link", name).out()).contains("ACTIVE"));
        });
    }

    private void dialFromSource(String link, String secret) {
        LinkAdmin onSource = new LinkAdmin(source, folder());
        String whom = "bootstrap.servers=" + destination.bootstrapServers(ClusterSpec.REVERSE_LISTENER);
        if (kind == Kind.AGENT) {
            try {
                agents.add(onSource.start("agent", "--link", link, "--config", whom, "--config", secret));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return;
        }
        String listener = source.spec().listeners().get(0).name();
        onSource.run(
                        "create",
                        "--link",
                        link,
                        "--mode",
                        "source",
                        "--config",
                        whom,
                        "--config",
                        "reverse.listener.name=" + listener,
                        "--config",
                        secret)
                .orFail();
    }

    private Path secrets() {
        try {
            Path file = Files.createDirectories(folder().resolve("secrets")).resolve("link.properties");
            return Files.writeString(file, "reverse.secret=" + SECRET);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClusterSpec.Builder side(String name, int brokers) {
        ClusterSpec.Builder spec = ClusterSpec.named(name).brokers(brokers).shortLived();
        return brokers == 1 ? spec : spec.dedicatedController();
    }
}
