/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.view.LinkView;
import io.hawser.admin.view.MirrorText;
import io.hawser.admin.view.MirrorView;
import io.hawser.definition.Definitions;
import io.hawser.status.LinkStatus;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code link-admin describe}. */
@Command(name = "describe", description = "Shows a link, or mirror topics with each partition's state and lag.")
public final class DescribeCommand extends Verb {

    @Mixin
    private MirrorSelection selection = new MirrorSelection();

    @Mixin
    private WatchOption watch = new WatchOption();

    @Override
    void checkUsage() {
        selection.checkUsage();
        watch.checkUsage();
    }

    @Override
    int run(ControlPlane cluster) {
        return watch.run(out(), () -> show(cluster));
    }

    private int show(ControlPlane cluster) {
        Definitions definitions = cluster.definitions();
        StateSnapshot snapshot = cluster.state();
        return selection.isLinkOnly() ? link(snapshot) : mirrors(definitions, snapshot);
    }

    private int link(StateSnapshot snapshot) {
        LinkStatus status = snapshot.value(StateKey.link(selection.link()))
                .orElseThrow(() -> CommandFailure.noSuchLink(selection.link()));
        LinkView view = LinkView.of(status, snapshot, System.currentTimeMillis());
        print(view.text(), view);
        return 0;
    }

    private int mirrors(Definitions definitions, StateSnapshot snapshot) {
        long nowMs = System.currentTimeMillis();
        List<MirrorView> views = new ArrayList<>();
        int exitCode = 0;
        for (String topic : selection.names(definitions)) {
            Optional<MirrorStatus> status = snapshot.value(StateKey.mirror(topic));
            if (status.isPresent()) {
                views.add(MirrorView.of(status.get(), snapshot, nowMs));
            } else {
                say("link-admin: Topic " + topic + " is not a mirror; see 'link-admin list'");
                exitCode = CommandFailure.FAILED;
            }
        }
        if (!views.isEmpty()) {
            String text = views.stream()
                    .map(MirrorText::of)
                    .collect(Collectors.joining(System.lineSeparator() + System.lineSeparator()));
            print(text, views.size() == 1 ? views.get(0) : views);
        }
        return exitCode;
    }
}
