/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.control.IntentChange;
import io.hawser.admin.control.LinkChange;
import io.hawser.config.LinkConfig;
import io.hawser.definition.MirrorIntent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code link-admin resume}. */
@Command(
        name = "resume",
        description =
                "Makes mirror topics, or all of a link, follow their source again; takes back a promotion that waits.")
public final class ResumeCommand extends IntentVerb {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Mixin
    private MirrorSelection selection = new MirrorSelection();

    @Override
    int run(ControlPlane cluster) {
        selection.requireSomething();
        if (selection.isLinkOnly()) {
            new LinkChange(cluster, selection.link())
                    .change(Map.of(LinkConfig.PAUSED, "false"), List.of(), TIMEOUT, false);
            print("Resumed link " + selection.link(), Map.of("link", selection.link(), "paused", false));
            return 0;
        }
        return print(new IntentChange(cluster, MirrorIntent.MIRROR)
                .ask(selection.names(cluster.definitions()), false)
                .values());
    }
}
