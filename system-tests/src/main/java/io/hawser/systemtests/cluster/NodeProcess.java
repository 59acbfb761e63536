/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * One run of a node: a child process that this JVM started, and the signals it may be sent. Signals go to this child
 * alone, by its handle; children that still live when this JVM ends are killed by a shutdown hook.
 *
 * <p>Confined to the thread of the cluster, but for {@link #isAlive} and {@link #cpuTime}.
 */
final class NodeProcess {

    private static final Duration GONE_TIMEOUT = Duration.ofSeconds(20);
    private static final Set<Process> LIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> LIVE.forEach(Process::destroyForcibly), "kill-test-clusters"));
    }

    private final Process process;
    private boolean paused;

    private NodeProcess(Process process) {
        this.process = process;
    }

    /** Starts the command; what it prints is added to the log file. */
    static NodeProcess start(List<String> command, Path workingDirectory, Path logFile) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(workingDirectory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()))
                    .start();
            LIVE.add(process);
            return new NodeProcess(process);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + command.get(0), e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitCode() {
        return process.exitValue();
    }

    long processId() {
        return process.pid();
    }

    Duration cpuTime() {
        return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    void pause() {
        signal("-STOP");
        paused = true;
    }

    void resume() {
        signal("-CONT");
        paused = false;
    }

    /** Asks the node to end; the answer is {@link #awaitExit}. A paused node is resumed first. */
    void terminate() {
        if (paused) {
            resume();
        }
        process.destroy();
    }

    /** Waits for the end of the process, and kills it when the time is over. */
    void awaitExit(Duration grace) {
        if (!exitsWithin(grace)) {
            kill();
        }
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() {
        process.destroyForcibly();
        if (!exitsWithin(GONE_TIMEOUT)) {
            throw new IllegalStateException("Process " + process.pid() + " outlived SIGKILL by " + GONE_TIMEOUT);
        }
    }

    /** SIGKILL without waiting. */
    void killSoon() {
        process.destroyForcibly();
    }

    private boolean exitsWithin(Duration time) {
        try {
            boolean exited = process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
            if (exited) {
                LIVE.remove(process);
            }
            return exited;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for process " + process.pid() + " to end", e);
        }
    }

    private void signal(String option) {
        try {
            Process kill = new ProcessBuilder("kill", option, String.valueOf(process.pid()))
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(kill.getInputStream().readAllBytes(), Charset.defaultCharset());
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("kill " + option + " " + process.pid() + " failed: " + answer.strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot send " + option + " to process " + process.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while sending " + option + " to " + process.pid(), e);
        }
    }
}
