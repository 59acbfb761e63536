/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.agent;

import io.hawser.config.LinkConfig;
import io.hawser.config.SecretReferences;
import io.hawser.reverse.Address;
import io.hawser.reverse.Dialler;
import io.hawser.reverse.DiallerSettings;
import io.hawser.reverse.LinkSecret;
import io.hawser.reverse.PeerReport;
import io.hawser.reverse.Pipes;
import io.hawser.reverse.ReverseLoop;
import io.hawser.reverse.ReverseTimings;
import io.hawser.reverse.TlsEngines;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * Dials the destination for each broker of the source, and passes on what is started.
 *
 * <p>Confined to the command's thread, which it keeps until it is interrupted.
 *
 * <p>Failure semantics: a source that does not answer is asked again; what is known of its brokers stands until it does.
 */
public final class Agent implements AutoCloseable {

    private static final long LOOK_AGAIN_MS = 3_000;
    private static final long TIMEOUT_MS = 10_000;
    private static final int THREADS = 2;
    private static final List<String> EVERYWHERE = List.of("/");

    private final String link;
    private final LinkConfig config;
    private final LinkSecret secret;
    private final @Nullable TlsEngines tls;
    private final Consumer<String> log;
    private final ReverseLoop loop = new ReverseLoop("hawser-reverse", Time.SYSTEM);
    private final Pipes pipes = new Pipes(THREADS);
    private final Map<Address, Dialling> diallers = new HashMap<>();
    private Set<String> told = Set.of();
    private boolean sourceAnswers = true;

    private record Dialling(int brokerId, Dialler dialler) {}

    /**
     * @param properties of the link's source half, as on a broker; {@code reverse.listener.name} may be left out
     * @param log gets one line for each thing that an operator may want to know
     * @throws ConfigException with one line that names the property and the way out
     */
    public Agent(String link, Map<String, String> properties, Consumer<String> log) {
        Map<String, String> given = new TreeMap<>(properties);
        given.put(LinkConfig.LINK_MODE, "source");
        given.putIfAbsent(LinkConfig.REVERSE_LISTENER_NAME, "the one at --bootstrap-server");
        this.link = link;
        this.log = log;
        this.config = LinkConfig.resolved(link, given, new SecretReferences(EVERYWHERE, null));
        try {
            this.secret = new LinkSecret(config.reverseSecret().value());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(LinkConfig.REVERSE_SECRET + ": " + e.getMessage());
        }
        this.tls = config.usesTls() ? new TlsEngines(config.values()) : null;
    }

    /** Runs until the thread is interrupted. */
    public void run(Admin source) throws InterruptedException {
        loop.start();
        while (!Thread.currentThread().isInterrupted()) {
            try {
                DescribeClusterResult described = source.describeCluster();
                String clusterId = described.clusterId().get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
                follow(clusterId, described.nodes().get(TIMEOUT_MS, TimeUnit.MILLISECONDS));
                sourceAnswers = true;
            } catch (ExecutionException | TimeoutException e) {
                if (sourceAnswers) {
                    log.accept("the source does not answer: " + (e.getCause() == null ? e : e.getCause()).getMessage());
                }
                sourceAnswers = false;
            }
            tell();
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
        }
    }

    @Override
    public void close() {
        diallers.values().forEach(dialling -> dialling.dialler().close());
        loop.close();
        pipes.close();
    }

    private void follow(String clusterId, Iterable<Node> nodes) {
        Map<Address, Integer> brokers = new HashMap<>();
        nodes.forEach(node -> brokers.put(new Address(node.host(), node.port()), node.id()));
        diallers.entrySet().removeIf(entry -> {
            Integer id = brokers.get(entry.getKey());
            boolean goes = id == null || id != entry.getValue().brokerId();
            if (goes) {
                log.accept("broker " + entry.getValue().brokerId() + " of the source is not at " + entry.getKey()
                        + " any more");
                entry.getValue().dialler().close();
            }
            return goes;
        });
        brokers.forEach((address, id) -> diallers.computeIfAbsent(address, fresh -> {
            log.accept("dials for broker " + id + " of the source at " + address);
            Dialler dialler = new Dialler(
                    new DiallerSettings(
                            link,
                            clusterId,
                            id,
                            Address.parseAll(config.bootstrapServers()),
                            secret,
                            tls,
                            ReverseTimings.USUAL),
                    pipes.to(address),
                    loop);
            dialler.start();
            return new Dialling(id, dialler);
        }));
    }

    private void tell() {
        Set<String> now = new HashSet<>();
        diallers.values()
                .forEach(dialling -> dialling.dialler().report().stream()
                        .map(report -> line(dialling.brokerId(), report))
                        .forEach(now::add));
        now.stream().filter(line -> !told.contains(line)).sorted().forEach(log);
        told = now;
    }

    private static String line(int broker, PeerReport report) {
        String peer =
                (report.brokerId() < 0 ? "the destination" : "broker " + report.brokerId() + " of the destination")
                        + " at " + report.address();
        return report.problem() == null
                ? "broker " + broker + ": " + (report.connected() ? "connected to " : "connects to ") + peer
                : "broker " + broker + ": not connected to " + peer + ": "
                        + (report.refusal() == null ? "" : report.refusal() + ": ") + report.problem();
    }
}
