/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.reverse;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.link.LinkAdmin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The commands of the README's runbook, word for word but for the clusters' addresses. Confined to the test's thread. */
final class Runbook {

    private static final Path README = Path.of("..", "README.md");
    private static final String PROMPT = "$ link-admin ";
    private static final String ADDRESS = "--bootstrap-server";

    private final List<String> commands;
    private final Set<String> left;
    private final Map<String, LinkAdmin> clusters;

    private Runbook(List<String> commands, Map<String, LinkAdmin> clusters) {
        this.commands = commands;
        this.left = new LinkedHashSet<>(commands);
        this.clusters = clusters;
    }

    /** @param clusters by the address that the README gives them */
    static Runbook read(Map<String, LinkAdmin> clusters) throws IOException {
        List<String> commands = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(README)) {
            if (line.startsWith("## ")) {
                inside = line.equals("## Runbook");
            } else if (inside && line.startsWith(PROMPT)) {
                commands.add(line.substring(PROMPT.length()));
            }
        }
        return new Runbook(List.copyOf(commands), clusters);
    }

    /** Runs the one command that begins like this and goes to that cluster; it must succeed. */
    LinkAdmin.Run run(String beginning, String address) {
        List<String> found = commands.stream()
                .filter(command -> command.startsWith(beginning) && command.endsWith(ADDRESS + " " + address))
                .toList();
        assertThat(found).as("'%s' to %s, in the runbook", beginning, address).hasSize(1);
        String command = found.get(0);
        left.remove(command);
        String words = command.substring(0, command.indexOf(ADDRESS)).trim();
        LinkAdmin cluster = clusters.get(address);
        assertThat(cluster).as(address).isNotNull();
        return cluster.run(words.split(" +")).orFail();
    }

    /** Commands that were not run. */
    Set<String> left() {
        return left;
    }
}
