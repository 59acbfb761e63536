/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.view.LinkCeiling;
import io.hawser.status.LinkStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code link-admin probe}. */
@Command(
        name = "probe",
        description =
                "Shows the round trip of a link, what it can carry at most with its settings, and what to change.")
public final class ProbeCommand extends Verb {

    @Option(names = "--link", required = true, paramLabel = "<link>", description = "The link.")
    private String link = "";

    @Override
    void checkUsage() {}

    @Override
    int run(ControlPlane cluster) {
        StateSnapshot snapshot = cluster.state();
        LinkStatus status = snapshot.value(StateKey.link(link)).orElseThrow(() -> CommandFailure.noSuchLink(link));
        LinkCeiling ceiling = LinkCeiling.of(status, snapshot);
        print(ceiling.text(), ceiling);
        return 0;
    }
}
