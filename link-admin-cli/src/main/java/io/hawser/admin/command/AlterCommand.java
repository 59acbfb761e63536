/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.control.LinkChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code link-admin alter}. */
@Command(name = "alter", description = "Changes properties of a link, live.")
public final class AlterCommand extends Verb {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Option(names = "--link", required = true, paramLabel = "<link>", description = "The link.")
    private String link = "";

    @Option(names = "--config", paramLabel = "<key=value>", description = "A property to set; repeatable.")
    private Map<String, String> set = new HashMap<>();

    @Option(
            names = "--delete-config",
            paramLabel = "<key>",
            split = ",",
            description = "A property to unset; repeatable.")
    private List<String> unset = new ArrayList<>();

    @Option(names = "--dry-run", description = "Only check; change nothing.")
    private boolean dryRun;

    @Override
    void checkUsage() {
        if (set.isEmpty() && unset.isEmpty()) {
            throw CommandFailure.wrongUsage("Say what to change: '--config <key=value>' or '--delete-config <key>'");
        }
    }

    @Override
    int run(ControlPlane cluster) {
        new LinkChange(cluster, link).change(set, unset, TIMEOUT, dryRun);
        print((dryRun ? "Would change link " : "Changed link ") + link, Map.of("link", link, "dryRun", dryRun));
        return 0;
    }
}
