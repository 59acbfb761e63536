/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.view.LinkTemplate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code link-admin config}. Asks no broker. */
@Command(name = "config", description = "Tells of the properties of links.", subcommands = ConfigCommand.Template.class)
public final class ConfigCommand implements Runnable {

    @Override
    public void run() {
        throw CommandFailure.wrongUsage("Say what to tell: 'link-admin config template'");
    }

    /** {@code link-admin config template}. */
    @Command(
            name = "template",
            description = {
                "Prints a file for 'create --link <link> --config-file <file>': every property, what it does, and its default.",
                "All but bootstrap.servers is commented out."
            })
    static final class Template implements Runnable {

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            spec.commandLine().getOut().print(LinkTemplate.text());
            spec.commandLine().getOut().flush();
        }
    }
}
