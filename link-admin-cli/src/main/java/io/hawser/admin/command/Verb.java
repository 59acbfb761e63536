/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.LinkAdmin;
import io.hawser.admin.control.ClientSettings;
import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.view.Table;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What all verbs share: the connection to the cluster and the way out. Confined to the command's thread. */
abstract class Verb implements Callable<Integer> {

    @ParentCommand
    private LinkAdmin root = new LinkAdmin();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public final Integer call() {
        checkUsage();
        try (ControlPlane cluster = new ControlPlane(settings())) {
            return run(cluster);
        }
    }

    /** How the destination is reached. */
    final ClientSettings settings() {
        return settings(root.bootstrapServer(), "");
    }

    /** @param commandConfig a properties file; empty for that of the destination's own */
    final ClientSettings settings(String bootstrapServer, String commandConfig) {
        return new ClientSettings(bootstrapServer, commandConfig.isEmpty() ? root.commandConfig() : commandConfig);
    }

    /** The options by which another verb reaches the same cluster, and prints JSON. */
    final List<String> connection() {
        return Stream.of(
                        option("--bootstrap-server", root.bootstrapServer()),
                        option("--command-config", root.commandConfig()),
                        option("--output", LinkAdmin.OutputFormat.json.name()))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<String> option(String name, String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(name + "=" + value);
    }

    /** Refuses what cannot be meant, before any broker is asked. */
    abstract void checkUsage();

    /** @return the exit code */
    abstract int run(ControlPlane cluster);

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** An empty one is nothing to people; scripts get an empty list. */
    final void print(Table table) {
        PrintWriter out = out();
        switch (root.output()) {
            case table -> {
                if (!table.isEmpty()) {
                    out.println(table.text());
                }
            }
            case json -> out.println(table.json());
            case yaml -> out.println(table.yaml());
        }
        out.flush();
    }

    /** @param text for people; scripts get the value */
    final void print(String text, Object value) {
        PrintWriter out = out();
        switch (root.output()) {
            case table -> out.println(text);
            case json -> out.println(Table.json(value));
            case yaml -> out.println(Table.yaml(value));
        }
        out.flush();
    }

    /** @param table for people, nothing if it is empty; scripts get the value */
    final void print(Table table, Object value) {
        if (root.output() == LinkAdmin.OutputFormat.table) {
            print(table);
        } else {
            print("", value);
        }
    }

    /** Tells people how it goes; scripts do not see it. */
    final void say(String line) {
        spec.commandLine().getErr().println(line);
    }

    /** Reads {@code 60s}, {@code 5m}, {@code 1h} or {@code 500ms}. */
    static Duration duration(String text) {
        String trimmed = text.trim();
        try {
            if (trimmed.endsWith("ms")) {
                return Duration.ofMillis(Long.parseLong(trimmed.substring(0, trimmed.length() - 2)));
            }
            return Duration.parse("PT" + trimmed);
        } catch (DateTimeParseException | NumberFormatException e) {
            throw CommandFailure.wrongUsage("'" + text + "' is not a time; write it as 500ms, 60s, 5m or 1h");
        }
    }
}
