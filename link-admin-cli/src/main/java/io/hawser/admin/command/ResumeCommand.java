/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.control.IntentChange;
import io.hawser.admin.control.LinkChange;
import io.hawser.config.DivergencePolicy;
import io.hawser.definition.MirrorIntent;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code link-admin resume}. */
@Command(
        name = "resume",
        description =
                "Makes mirror topics, or all of a link, follow their source again; takes back a promotion that waits.")
public final class ResumeCommand extends IntentVerb {

    @Mixin
    private MirrorSelection selection = new MirrorSelection();

    @Option(
            names = "--accept-gap",
            description = "Go on behind records that the source deleted before they were mirrored, this once.")
    private boolean acceptGap;

    @Option(
            names = "--accept-divergence",
            paramLabel = "truncate|recreate",
            description = "Where the source has lost records that are mirrored, this once: drop them here as well, or"
                    + " delete the mirror topic and mirror it anew.")
    private @Nullable Remedy acceptDivergence;

    /** The values of {@code --accept-divergence}, as they are written. */
    enum Remedy {
        truncate(DivergencePolicy.TRUNCATE),
        recreate(DivergencePolicy.RECREATE);

        private final DivergencePolicy policy;

        Remedy(DivergencePolicy policy) {
            this.policy = policy;
        }
    }

    @Option(names = "--dry-run", description = "Only say what would happen.")
    private boolean dryRun;

    @Override
    void checkUsage() {
        selection.checkUsage();
        if (selection.isLinkOnly() && accepts()) {
            throw CommandFailure.wrongUsage("A loss is accepted topic by topic: name them with --mirror-topic");
        }
    }

    private boolean accepts() {
        return acceptGap || acceptDivergence != null;
    }

    @Override
    int run(ControlPlane cluster) {
        if (selection.isLinkOnly()) {
            return setPaused(new LinkChange(cluster, selection.link()), false, dryRun);
        }
        IntentChange change = accepts()
                ? IntentChange.followAgain(
                        cluster, acceptGap, acceptDivergence == null ? null : acceptDivergence.policy)
                : new IntentChange(cluster, MirrorIntent.MIRROR);
        return print(
                change.ask(selection.names(cluster.newestDefinitions()), dryRun).values());
    }
}
