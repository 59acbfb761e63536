/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.view.Figure;
import io.hawser.admin.view.MirrorView;
import io.hawser.admin.view.Since;
import io.hawser.admin.view.Table;
import io.hawser.definition.MirrorDefinition;
import io.hawser.status.LinkStatus;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateSnapshot;
import java.util.Comparator;
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
        Table table = links ? links(snapshot) : mirrors(snapshot);
        print(table);
        if (table.isEmpty()) {
            say(links ? "There are no links" : "There are no such mirror topics");
        }
        return 0;
    }

    private static Table links(StateSnapshot snapshot) {
        Table table = new Table("link", "state", "sourceClusterId", "bootstrapServers", "reason");
        snapshot.all(LinkStatus.class).stream()
                .sorted(Comparator.comparing(LinkStatus::link))
                .forEach(status -> table.row(
                        status.link(),
                        status.state(),
                        status.sourceClusterId(),
                        status.definition().configs().get("bootstrap.servers"),
                        status.failure() == null ? null : status.failure().code()));
        return table;
    }

    private Table mirrors(StateSnapshot snapshot) {
        long nowMs = System.currentTimeMillis();
        Table table = new Table("mirrorTopic", "link", "sourceTopic", "state", "partitions", "maxLag", "since");
        snapshot.all(MirrorStatus.class).stream()
                .filter(status -> link.isEmpty() || status.definition().link().equals(link))
                .filter(status -> state == null || status.state() == state)
                .sorted(Comparator.comparing(MirrorStatus::topic))
                .forEach(status -> table.row(
                        status.topic(),
                        MirrorView.ofLink(status.definition(), MirrorDefinition::link),
                        MirrorView.ofLink(status.definition(), MirrorDefinition::sourceTopic),
                        status.state(),
                        status.partitions(),
                        new Figure(MirrorView.of(status, snapshot, nowMs).maxLagRecords()),
                        new Since(status.sinceMs(), nowMs)));
        return table;
    }
}
