/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin;

import io.hawser.admin.command.AgentCommand;
import io.hawser.admin.command.AlterCommand;
import io.hawser.admin.command.CompletionCommand;
import io.hawser.admin.command.ConfigCommand;
import io.hawser.admin.command.ConsoleCommand;
import io.hawser.admin.command.CreateCommand;
import io.hawser.admin.command.DeleteCommand;
import io.hawser.admin.command.DescribeCommand;
import io.hawser.admin.command.DiscoverCommand;
import io.hawser.admin.command.DrillCommand;
import io.hawser.admin.command.ListCommand;
import io.hawser.admin.command.PauseCommand;
import io.hawser.admin.command.ProbeCommand;
import io.hawser.admin.command.ResumeCommand;
import io.hawser.admin.command.ReverseCommand;
import io.hawser.admin.command.StopCommand;
import io.hawser.admin.command.VerifyCommand;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code link-admin}. */
@Command(
        name = "link-admin",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = LinkAdmin.Version.class,
        description = "Links Kafka clusters: mirrors topics at identical offsets, and promotes them in a disaster.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage", "3:timed out"},
        subcommands = {
            CreateCommand.class,
            ListCommand.class,
            DescribeCommand.class,
            AlterCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            StopCommand.Promote.class,
            StopCommand.Failover.class,
            ReverseCommand.class,
            VerifyCommand.class,
            DiscoverCommand.class,
            ProbeCommand.class,
            AgentCommand.class,
            DrillCommand.class,
            DeleteCommand.class,
            ConsoleCommand.class,
            ConfigCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        })
public final class LinkAdmin implements Runnable {

    @Option(
            names = "--bootstrap-server",
            paramLabel = "<host:port>",
            scope = ScopeType.INHERIT,
            description = "Brokers of the destination cluster, where links are kept.")
    private String bootstrapServer = "";

    @Option(
            names = "--command-config",
            paramLabel = "<file>",
            scope = ScopeType.INHERIT,
            description = "Properties of the Kafka client that this command uses, such as credentials.")
    private String commandConfig = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json|yaml",
            scope = ScopeType.INHERIT,
            description = "How to print (default: table).")
    private OutputFormat output = OutputFormat.table;

    /** The values of {@code -o}, as they are written. */
    public enum OutputFormat {
        table,
        json,
        yaml
    }

    public String bootstrapServer() {
        return bootstrapServer;
    }

    public String commandConfig() {
        return commandConfig;
    }

    public OutputFormat output() {
        return output;
    }

    @Override
    public void run() {
        throw CommandFailure.wrongUsage("Say what to do, such as 'link-admin list'; see 'link-admin --help'");
    }

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command line with its error handling, for {@link #main} and for tests. */
    public static CommandLine commandLine() {
        CommandLine line = new CommandLine(new LinkAdmin());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        // A topic or a property may begin with an at sign.
        line.setExpandAtFiles(false);
        line.setExecutionExceptionHandler(new Errors());
        line.setParameterExceptionHandler((failure, arguments) -> {
            failure.getCommandLine().getErr().println("link-admin: " + failure.getMessage());
            failure.getCommandLine()
                    .getErr()
                    .println("Try '" + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
            return CommandFailure.WRONG_USAGE;
        });
        return line;
    }

    /** Reads the version that the build wrote. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            Properties properties = new Properties();
            try (InputStream in = LinkAdmin.class.getResourceAsStream("/link-admin.properties")) {
                if (in != null) {
                    properties.load(in);
                }
            }
            return new String[] {"link-admin " + properties.getProperty("version", "unknown")};
        }
    }
}
