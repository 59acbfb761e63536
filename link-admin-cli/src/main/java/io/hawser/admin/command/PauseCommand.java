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

/** {@code link-admin pause}. */
@Command(name = "pause", description = "Makes mirror topics, or all of a link, stand still; they stay read-only.")
public final class PauseCommand extends IntentVerb {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Mixin
    private MirrorSelection selection = new MirrorSelection();

    @Override
    void checkUsage() {
        selection.checkUsage();
    }

    @Override
    int run(ControlPlane cluster) {
        if (selection.isLinkOnly()) {
            new LinkChange(cluster, selection.link())
                    .change(Map.of(LinkConfig.PAUSED, "true"), List.of(), TIMEOUT, false);
            print("Paused link " + selection.link(), Map.of("link", selection.link(), "paused", true));
            return 0;
        }
        return print(new IntentChange(cluster, MirrorIntent.PAUSE)
                .ask(selection.names(cluster.newestDefinitions()), false)
                .values());
    }
}
