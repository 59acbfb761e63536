/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.control.IntentChange;
import io.hawser.admin.control.LinkChange;
import io.hawser.definition.MirrorIntent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code link-admin pause}. */
@Command(name = "pause", description = "Makes mirror topics, or all of a link, stand still; they stay read-only.")
public final class PauseCommand extends IntentVerb {

    @Mixin
    private MirrorSelection selection = new MirrorSelection();

    @Option(names = "--dry-run", description = "Only say what would happen.")
    private boolean dryRun;

    @Override
    void checkUsage() {
        selection.checkUsage();
    }

    @Override
    int run(ControlPlane cluster) {
        if (selection.isLinkOnly()) {
            return setPaused(new LinkChange(cluster, selection.link()), true, dryRun);
        }
        return print(new IntentChange(cluster, MirrorIntent.PAUSE)
                .ask(selection.names(cluster.newestDefinitions()), dryRun)
                .values());
    }
}
