/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The reference of {@code link-admin} is what {@code --help} prints. */
class CommandReferenceTest {

    private static final Path REFERENCE = Path.of("..", "docs", "link-admin.md");
    private static final Path MADE = Path.of("target", "link-admin.md");
    private static final int WIDTH = 100;

    @Test
    void isUpToDate() throws IOException {
        String reference = reference();
        Files.writeString(MADE, reference);

        assertThat(Files.readString(REFERENCE))
                .as("docs/link-admin.md; the one that is up to date is link-admin-cli/" + MADE)
                .isEqualTo(reference);
    }

    @Test
    void everyOptionSaysWhatItIs() {
        commands()
                .forEach((name, command) -> assertThat(command.getCommandSpec().options())
                        .allSatisfy(option -> assertThat(option.description())
                                .as(name + " " + option.longestName())
                                .isNotEmpty()));
    }

    private static String reference() {
        List<String> lines = new ArrayList<>();
        lines.add("# link-admin");
        lines.add("");
        lines.add("What `link-admin <verb> --help` prints. The README tells when to use which.");
        commands().forEach((name, command) -> {
            lines.add("");
            lines.add("## " + name);
            lines.add("");
            lines.add("```");
            lines.add(command.getUsageMessage(Ansi.OFF).stripTrailing());
            lines.add("```");
        });
        lines.add("");
        return String.join("\n", lines);
    }

    private static Map<String, CommandLine> commands() {
        CommandLine root = LinkAdmin.commandLine();
        Map<String, CommandLine> all = new LinkedHashMap<>();
        all.put(root.getCommandName(), root);
        add(root, all);
        all.values().forEach(each -> each.setUsageHelpWidth(WIDTH));
        return all;
    }

    private static void add(CommandLine parent, Map<String, CommandLine> all) {
        parent.getSubcommands().values().stream()
                .filter(each -> !each.getCommandName().equals("help"))
                .forEach(each -> {
                    all.put(each.getCommandSpec().qualifiedName(), each);
                    add(each, all);
                });
    }
}
