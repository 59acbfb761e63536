/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.view.LinkView;
import io.hawser.admin.view.MirrorView;
import io.hawser.admin.view.Table;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateSnapshot;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code link-admin list}. */
@Command(name = "list", description = "Lists mirror topics, or links.")
public final class ListCommand extends Verb {

    @Option(names = "--link", paramLabel = "<link>", description = "Only mirror topics of this link.")
    private String link = "";

    @Option(
            names = "--state",
            paramLabel = "<state>",
            description = "Only mirror topics in this state: ${COMPLETION-CANDIDATES}.")
    private @Nullable MirrorState state;

    @Option(names = "--links", description = "List links instead of mirror topics.")
    private boolean links;

    @Mixin
    private WatchOption watch = new WatchOption();

    @Override
    void checkUsage() {
        watch.checkUsage();
    }

    @Override
    int run(ControlPlane cluster) {
        return watch.run(out(), () -> show(cluster));
    }

    private int show(ControlPlane cluster) {
        StateSnapshot snapshot = cluster.state();
        Table table = links
                ? LinkView.table(snapshot)
                : MirrorView.table(
                        snapshot.all(MirrorStatus.class).stream().filter(this::isWanted),
                        snapshot,
                        System.currentTimeMillis());
        print(table);
        if (table.isEmpty()) {
            say(links ? "There are no links" : "There are no such mirror topics");
        }
        return 0;
    }

    private boolean isWanted(MirrorStatus status) {
        return (link.isEmpty() || status.definition().link().equals(link))
                && (state == null || status.state() == state);
    }
}
