/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.control.Discovery;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code link-admin discover}. */
@Command(
        name = "discover",
        description = "Looks now for topics of the source that the link's filters make mirrors of by themselves.")
public final class DiscoverCommand extends Verb {

    @Option(names = "--link", required = true, paramLabel = "<link>", description = "The link.")
    private String link = "";

    @Option(names = "--timeout", paramLabel = "<time>", description = "How long to wait (default: 60s).")
    private String timeout = "60s";

    @Override
    void checkUsage() {
        duration(timeout);
    }

    @Override
    int run(ControlPlane cluster) {
        Duration limit = duration(timeout);
        Discovery.Found found = new Discovery(cluster, link).run(limit);
        print(found.table());
        say(found.text());
        return found.task().exceptions().isEmpty() ? 0 : CommandFailure.FAILED;
    }
}
