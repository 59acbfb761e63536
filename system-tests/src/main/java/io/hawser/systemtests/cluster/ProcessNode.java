/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A node of a {@link ProcessCluster} over all its runs: its folder, its ports and the process of the moment.
 *
 * <p>Confined to the thread of the cluster, but for {@link #isRunning} and {@link #cpuTime}.
 */
final class ProcessNode implements AutoCloseable {

    private static final String STARTED = "Kafka Server started";
    private static final String PORT_LOST = "failed to bind";
    private static final int REPORTED_LOG_LINES = 25;

    private final int id;
    private final Path folder;
    private final NodePorts ports;
    private volatile @Nullable NodeProcess process;
    private long logStart;

    ProcessNode(int id, Path folder, NodePorts ports) {
        this.id = id;
        this.folder = folder;
        this.ports = ports;
    }

    int id() {
        return id;
    }

    NodePorts ports() {
        return ports;
    }

    Path dataDirectory() {
        return folder.resolve("data");
    }

    Path logFile() {
        return folder.resolve("server.log");
    }

    Path propertiesFile() {
        return folder.resolve("server.properties");
    }

    void writeProperties(Map<String, String> properties) throws IOException {
        Files.createDirectories(folder);
        Properties file = new Properties();
        file.putAll(properties);
        try (var out = Files.newBufferedWriter(propertiesFile())) {
            file.store(out, null);
        }
    }

    boolean isRunning() {
        NodeProcess current = process;
        return current != null && current.isAlive();
    }

    /** Starts the process and returns at once. */
    void launch(List<String> javaCommand) {
        if (isRunning()) {
            throw new IllegalStateException("Node " + id + " is running already");
        }
        List<String> command = new ArrayList<>(javaCommand);
        command.add("kafka.Kafka");
        command.add(propertiesFile().toString());
        logStart = logSize();
        ports.lend();
        process = NodeProcess.start(command, folder, logFile());
    }

    /** The process of a node that runs; {@link IllegalStateException} if it is down. */
    NodeProcess live() {
        NodeProcess current = process;
        if (current == null || !current.isAlive()) {
            throw new IllegalStateException("Node " + id + " is not running");
        }
        return current;
    }

    void awaitExit(Duration grace) {
        NodeProcess current = process;
        if (current != null) {
            current.awaitExit(grace);
            ports.takeBack();
        }
    }

    void kill() {
        live().kill();
        ports.takeBack();
    }

    Duration cpuTime() {
        return live().cpuTime();
    }

    /** Whether this run has come so far that Kafka calls itself started; throws if it has ended instead. */
    boolean hasStarted() {
        if (logOfThisRun().contains(STARTED)) {
            return true;
        }
        NodeProcess current = process;
        if (current != null && !current.isAlive()) {
            throw new NodeEndedException(
                    "Node " + id + " ended with code " + current.exitCode() + " while starting\n" + endOfLog(),
                    logOfThisRun().contains(PORT_LOST));
        }
        return false;
    }

    /** The last lines of the log and where to read the rest. */
    String endOfLog() {
        List<String> lines = logOfThisRun().lines().toList();
        return "--- end of " + logFile() + "\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - REPORTED_LOG_LINES), lines.size()));
    }

    @Override
    public void close() {
        NodeProcess current = process;
        if (current != null) {
            current.killSoon();
            current.awaitExit(Duration.ofSeconds(20));
        }
        ports.close();
    }

    private long logSize() {
        try {
            return Files.exists(logFile()) ? Files.size(logFile()) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + logFile(), e);
        }
    }

    private String logOfThisRun() {
        try (var log = Files.newInputStream(logFile())) {
            log.skipNBytes(logStart);
            return new String(log.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + logFile(), e);
        }
    }
}
