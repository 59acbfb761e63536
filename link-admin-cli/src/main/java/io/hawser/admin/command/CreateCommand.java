/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.control.ClientSettings;
import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.control.LinkCreation;
import io.hawser.admin.control.MirrorCreation;
import io.hawser.config.LinkConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code link-admin create}: a link, or mirror topics over one. */
@Command(
        name = "create",
        description = {
            "Creates a link, or mirror topics over a link.",
            "A link is kept only if its source answers; a mirror topic only if its source topic is there.",
            "Where the source connects, both clusters get a half of the link, in any order."
        })
public final class CreateCommand extends Verb {

    @Option(names = "--link", required = true, paramLabel = "<link>", description = "The link's name.")
    private String link = "";

    @Option(
            names = "--mirror-topic",
            paramLabel = "<topic>",
            split = ",",
            description = "Mirror topics to create; repeat the option or separate by commas.")
    private List<String> mirrorTopics = new ArrayList<>();

    @Option(
            names = "--source-topic",
            paramLabel = "<topic>",
            description = "The topic's name on the source, where it differs.")
    private String sourceTopic = "";

    @Option(
            names = "--config-file",
            paramLabel = "<file>",
            description = "Properties of the link: bootstrap.servers of the source, security, fetch sizes.")
    private String configFile = "";

    @Option(
            names = "--config",
            paramLabel = "<key=value>",
            description = "One property of the link, or one config of the mirror topic, over the file or the source.")
    private Map<String, String> configs = new HashMap<>();

    @Option(
            names = "--mode",
            paramLabel = "<destination|source>",
            description =
                    "On which side of the link this cluster is (default: destination). The source has a half of a link only"
                            + " where it is the one that connects.")
    private String mode = "";

    @Option(
            names = "--inbound",
            description = "The source's brokers connect to this cluster, which needs hawser.reverse.listeners.")
    private boolean inbound;

    @Option(
            names = "--replication-factor",
            paramLabel = "<n>",
            description = "Of the mirror topic (default: the destination's own default).")
    private short replicationFactor = -1;

    @Option(names = "--dry-run", description = "Only check; change nothing.")
    private boolean dryRun;

    @Option(names = "--no-validate", description = "Keep the link even if its source does not answer.")
    private boolean noValidate;

    @Option(names = "--wait", description = "Wait until each mirror topic has caught up with its source.")
    private boolean wait;

    @Option(names = "--timeout", paramLabel = "<time>", description = "How long to wait (default: 60s).")
    private String timeout = "60s";

    @Override
    void checkUsage() {
        duration(timeout);
        if (!mirrorTopics.isEmpty() && !configFile.isEmpty()) {
            throw CommandFailure.wrongUsage("--config-file is for links; a mirror topic takes --config <key=value>");
        }
        if (!mode.isEmpty() && !mode.equalsIgnoreCase("source") && !mode.equalsIgnoreCase("destination")) {
            throw CommandFailure.wrongUsage("--mode is destination or source, not " + mode);
        }
        if (inbound && mode.equalsIgnoreCase("source")) {
            throw CommandFailure.wrongUsage(
                    "--inbound goes with --mode destination: the source is the one that connects");
        }
        if (!mirrorTopics.isEmpty() && (inbound || !mode.isEmpty())) {
            throw CommandFailure.wrongUsage("--mode and --inbound are for links");
        }
        if (!sourceTopic.isEmpty() && mirrorTopics.size() > 1) {
            throw CommandFailure.wrongUsage("--source-topic goes with one --mirror-topic");
        }
    }

    @Override
    int run(ControlPlane cluster) {
        Duration limit = duration(timeout);
        if (mirrorTopics.isEmpty()) {
            createLink(cluster, limit);
            return 0;
        }
        return createMirrors(cluster, limit);
    }

    private void createLink(ControlPlane cluster, Duration limit) {
        Map<String, String> properties = new HashMap<>();
        if (!configFile.isEmpty()) {
            ClientSettings.load(configFile, "--config-file")
                    .forEach((key, value) -> properties.put(key.toString(), value.toString()));
        }
        properties.putAll(configs);
        if (!mode.isEmpty()) {
            properties.put(LinkConfig.LINK_MODE, mode);
        }
        if (inbound) {
            properties.put(LinkConfig.CONNECTION_MODE, "inbound");
        }
        LinkCreation creation = new LinkCreation(cluster, link, properties);
        if (dryRun) {
            creation.check();
            print(
                    "Link " + link + " would be created; the source was not contacted",
                    Map.of("link", link, "dryRun", true));
            return;
        }
        LinkCreation.Created created = creation.create(limit, !noValidate);
        print(created.text(), created.answer());
    }

    private int createMirrors(ControlPlane cluster, Duration limit) {
        MirrorCreation creation = new MirrorCreation(cluster, link, replicationFactor, configs);
        List<MirrorCreation.Outcome> outcomes = creation.create(mirrorTopics, sourceTopic, limit, wait, dryRun);
        print(MirrorCreation.Outcome.table(outcomes));
        return outcomes.stream()
                .mapToInt(MirrorCreation.Outcome::exitCode)
                .max()
                .orElse(0);
    }
}
