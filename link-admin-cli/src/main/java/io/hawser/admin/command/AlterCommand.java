/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.control.LinkChange;
import io.hawser.admin.control.MirrorOverrides;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code link-admin alter}. */
@Command(
        name = "alter",
        description = "Changes properties of a link, or configs of mirror topics over those of their source, live.")
public final class AlterCommand extends Verb {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Mixin
    private MirrorSelection selection = new MirrorSelection();

    @Option(names = "--config", paramLabel = "<key=value>", description = "A property or config to set; repeatable.")
    private Map<String, String> set = new HashMap<>();

    @Option(
            names = "--delete-config",
            paramLabel = "<key>",
            split = ",",
            description = "A property or config to unset; repeatable.")
    private List<String> unset = new ArrayList<>();

    @Option(names = "--dry-run", description = "Only check; change nothing.")
    private boolean dryRun;

    @Option(
            names = "--no-validate",
            description = "Change the link's addresses or credentials even if its source does not answer to them.")
    private boolean noValidate;

    @Override
    void checkUsage() {
        selection.checkUsage();
        if (set.isEmpty() && unset.isEmpty()) {
            throw CommandFailure.wrongUsage("Say what to change: '--config <key=value>' or '--delete-config <key>'");
        }
    }

    @Override
    int run(ControlPlane cluster) {
        return selection.isLinkOnly() ? link(cluster) : mirrors(cluster);
    }

    private int link(ControlPlane cluster) {
        String link = selection.link();
        LinkChange change = new LinkChange(cluster, link);
        if (dryRun) {
            change.check(set, unset);
        } else {
            change.change(set, unset, TIMEOUT, !noValidate);
        }
        print((dryRun ? "Would change link " : "Changed link ") + link, Map.of("link", link, "dryRun", dryRun));
        return 0;
    }

    private int mirrors(ControlPlane cluster) {
        List<MirrorOverrides.Outcome> outcomes = new MirrorOverrides(cluster, set, unset)
                .change(selection.names(cluster.newestDefinitions()), TIMEOUT, dryRun);
        print(MirrorOverrides.Outcome.table(outcomes, dryRun));
        return outcomes.stream().allMatch(MirrorOverrides.Outcome::changed) ? 0 : CommandFailure.FAILED;
    }
}
