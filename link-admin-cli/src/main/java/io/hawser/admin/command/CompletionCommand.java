/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code link-admin completion}. Asks no broker. */
@Command(
        name = "completion",
        description = {
            "Prints a script by which bash and zsh complete verbs and options.",
            "For this shell: source <(link-admin completion). For good: add that line to ~/.bashrc or ~/.zshrc."
        })
public final class CompletionCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine()
                .getOut()
                .print(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
        spec.commandLine().getOut().flush();
    }
}
