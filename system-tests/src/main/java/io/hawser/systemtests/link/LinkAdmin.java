/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.link;

import io.hawser.systemtests.cluster.BuiltArtifacts;
import io.hawser.systemtests.cluster.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs the built {@code link-admin} against one cluster: within this JVM, which is quick, or as a process of its own, as users
 * do. Immutable.
 *
 * <p>Failure semantics: a process that takes longer than two minutes is ended and is an {@link IllegalStateException}; an exit
 * code other than 0 is a result like any other.
 */
public final class LinkAdmin {

    private static final long LIMIT_S = 120;
    private static final BuiltCommandLine BUILT = new BuiltCommandLine(BuiltArtifacts.linkAdmin());

    private final String bootstrapServers;
    private final Path folder;
    private final Map<String, String> environment;

    /** @param folder for the files that a process leaves behind */
    public LinkAdmin(TestCluster cluster, Path folder) {
        this(cluster.bootstrapServers(), folder);
    }

    public LinkAdmin(String bootstrapServers, Path folder) {
        this(bootstrapServers, folder, Map.of());
    }

    private LinkAdmin(String bootstrapServers, Path folder, Map<String, String> environment) {
        this.bootstrapServers = bootstrapServers;
        this.folder = folder;
        this.environment = environment;
    }

    /** The same, whose processes print for a reader with so many columns. */
    public LinkAdmin printingFor(int columns) {
        return new LinkAdmin(bootstrapServers, folder, Map.of("COLUMNS", String.valueOf(columns)));
    }

    /** What one run printed, and how it ended. */
    public record Run(int exitCode, String out, String err) {

        /** @throws IllegalStateException with all that was printed, if the exit code is not 0 */
        public Run orFail() {
            if (exitCode != 0) {
                throw new IllegalStateException("link-admin ended with " + exitCode + "\n" + out + err);
            }
            return this;
        }
    }

    /** Creates a link to a cluster that needs no credentials; configs are given as {@code key=value}. */
    public Run createLink(String link, TestCluster source, String... configs) {
        List<String> arguments = new ArrayList<>(List.of("create", "--link", link));
        arguments.addAll(List.of("--config", "bootstrap.servers=" + source.bootstrapServers()));
        List.of(configs).forEach(config -> arguments.addAll(List.of("--config", config)));
        return run(arguments.toArray(String[]::new));
    }

    /** Runs a verb within this JVM; the destination's address is added. */
    public Run run(String... arguments) {
        return BUILT.run(withDestination(arguments));
    }

    /** Runs a verb as a process of its own; the destination's address is added. */
    public Run runProcess(String... arguments) {
        return runToEnd(List.of(), arguments);
    }

    /** As {@link #runProcess}, on a terminal, so that what is drawn there is in what it printed. */
    public Run runOnTerminal(String... arguments) {
        return runToEnd(
                List.of("env", "TERM=xterm", "script", "--quiet", "--return", "/dev/null", "--command"), arguments);
    }

    /** @param terminal command that takes the whole command line as its last argument; empty for none */
    private Run runToEnd(List<String> terminal, String... arguments) {
        try {
            Files.createDirectories(folder);
            Path out = Files.createTempFile(folder, "link-admin", ".out");
            Path err = Files.createTempFile(folder, "link-admin", ".err");
            Process process = start(terminal, out, err, arguments);
            if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        "link-admin did not end within " + LIMIT_S + " s: " + List.of(arguments));
            }
            return new Run(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while link-admin ran", e);
        }
    }

    /** Starts a verb as a process of its own, which the caller ends; what it prints lies in the folder. */
    public Process start(String... arguments) throws IOException {
        Files.createDirectories(folder);
        return start(Files.createTempFile(folder, "link-admin", ".out"), arguments);
    }

    /** As {@link #start(String...)}, which prints to this file. */
    public Process start(Path out, String... arguments) throws IOException {
        Files.createDirectories(folder);
        return start(List.of(), out, Files.createTempFile(folder, "link-admin", ".err"), arguments);
    }

    private Process start(List<String> terminal, Path out, Path err, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(terminal);
        List<String> linkAdmin =
                new ArrayList<>(List.of(BuiltArtifacts.linkAdmin().toString()));
        linkAdmin.addAll(withDestination(arguments));
        command.addAll(terminal.isEmpty() ? linkAdmin : List.of(String.join(" ", linkAdmin)));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private List<String> withDestination(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--bootstrap-server");
        all.add(bootstrapServers);
        return all;
    }
}
