/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.config.LinkConfig;
import picocli.CommandLine.Option;

/** How {@code link-admin} itself reaches the cluster that a link leads to. Confined to the command's thread. */
final class OtherCluster {

    @Option(
            names = "--source-bootstrap-server",
            paramLabel = "<host:port>",
            description = "Brokers of the other cluster (default: the link's bootstrap.servers).")
    private String bootstrapServer = "";

    @Option(
            names = "--source-command-config",
            paramLabel = "<file>",
            description = "Client properties for the other cluster (default: as --command-config).")
    private String commandConfig = "";

    String commandConfig() {
        return commandConfig;
    }

    /** @throws CommandFailure if they are not told, and the link keeps them where only brokers see them */
    String bootstrapServers(String link, LinkConfig config) {
        String servers = bootstrapServer.isEmpty() ? String.join(",", config.bootstrapServers()) : bootstrapServer;
        if (servers.isEmpty() || servers.contains("${")) {
            throw CommandFailure.wrongUsage("bootstrap.servers of link " + link
                    + (servers.isEmpty()
                            ? " is not known, since the source is the one that connects"
                            : " is a reference that only brokers resolve")
                    + "; name the other cluster's brokers with"
                    + " '--source-bootstrap-server <host:port>'");
        }
        return servers;
    }
}
