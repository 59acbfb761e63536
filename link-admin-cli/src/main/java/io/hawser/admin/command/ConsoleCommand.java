/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.LinkAdmin;
import io.hawser.admin.console.ConsoleServer;
import io.hawser.admin.control.ControlPlane;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code link-admin console}. */
@Command(
        name = "console",
        description = {
            "Shows links and mirror topics on a page on this machine, with their lags.",
            "It has buttons for pause, resume, promote, failover and reverse. Its address is printed, with a key that lets in"
                    + " whoever has it; ends with Ctrl-C."
        })
public final class ConsoleCommand extends Verb {

    private static final int LARGEST_PORT = 65_535;

    @Option(
            names = "--port",
            paramLabel = "<port>",
            description = "Port on 127.0.0.1; 0 for any that is free (default: 8780).")
    private int port = 8780;

    @Override
    void checkUsage() {
        if (port < 0 || port > LARGEST_PORT) {
            throw CommandFailure.wrongUsage("--port: " + port + " is not between 0 and " + LARGEST_PORT);
        }
    }

    @Override
    int run(ControlPlane cluster) {
        cluster.state();
        try (ConsoleServer console = ConsoleServer.start(port, settings().bootstrapServers(), this::runVerb)) {
            print(console.address(), console.address());
            console.watch(cluster::state);
        }
        return 0;
    }

    /** Within this process, with the same connection. */
    private ConsoleServer.Ran runVerb(List<String> arguments) {
        StringWriter out = new StringWriter();
        StringWriter told = new StringWriter();
        CommandLine line = LinkAdmin.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(told, true));
        int exitCode = line.execute(
                Stream.concat(arguments.stream(), connection().stream()).toArray(String[]::new));
        return new ConsoleServer.Ran(exitCode, out.toString(), told.toString());
    }
}
