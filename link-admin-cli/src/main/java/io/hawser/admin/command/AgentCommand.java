/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.agent.Agent;
import io.hawser.admin.control.ClientSettings;
import io.hawser.admin.control.ControlPlane;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code link-admin agent}: the source's half of a link, for a source that takes no plugin. */
@Command(
        name = "agent",
        description = {
            "Runs next to a source that takes no plugin, and connects it to the destination of a link.",
            "--bootstrap-server names the source's brokers here; what the destination asks comes to that listener."
        })
public final class AgentCommand extends Verb {

    @Option(
            names = "--link",
            required = true,
            paramLabel = "<link>",
            description = "The link's name on the destination.")
    private String link = "";

    @Option(
            names = "--config-file",
            paramLabel = "<file>",
            description =
                    "Properties of the link's source half: bootstrap.servers, which are reverse listeners of the destination,"
                            + " reverse.secret, and security.protocol=SSL with ssl.* where these want TLS.")
    private String configFile = "";

    @Option(names = "--config", paramLabel = "<key=value>", description = "One of these properties, over the file.")
    private Map<String, String> configs = new HashMap<>();

    @Override
    void checkUsage() {}

    @Override
    int run(ControlPlane unused) {
        Map<String, String> properties = new HashMap<>();
        if (!configFile.isEmpty()) {
            ClientSettings.load(configFile, "--config-file")
                    .forEach((key, value) -> properties.put(key.toString(), value.toString()));
        }
        properties.putAll(configs);
        try (Agent agent = new Agent(link, properties, line -> say("[" + link + "] " + line));
                Admin source = settings().admin()) {
            agent.run(source);
        } catch (ConfigException e) {
            throw CommandFailure.failed("Link " + link + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }
}
