/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.drill.Drill;
import io.hawser.admin.drill.Readiness;
import io.hawser.admin.view.DrillView.Verdict;
import io.hawser.config.LinkConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code link-admin drill}. */
@Command(
        name = "drill",
        description = {
            "Tells whether a failover of a link would work now, and with --canary rehearses one.",
            "The canary is a topic that it makes itself on both sides, writes to on the source, fails over, and removes. Exits with 0"
                    + " only if all was proven to be ready and the targets were met."
        })
public final class DrillCommand extends Verb {

    @Option(names = "--link", required = true, paramLabel = "<link>", description = "The link.")
    private String link = "";

    @Option(names = "--canary", description = "Rehearse a failover, and measure RPO and RTO.")
    private boolean canary;

    @Option(
            names = "--rpo",
            paramLabel = "<time>",
            description = "How much may be lost; no mirror may lag by more, nor the canary lose more.")
    private @Nullable String rpo;

    @Option(
            names = "--rto",
            paramLabel = "<time>",
            description = "With --canary, how long it may take until the canary takes writes here.")
    private @Nullable String rto;

    @Option(names = "--skip", paramLabel = "<check>", split = ",", description = "Checks to leave out.")
    private List<String> skipped = new ArrayList<>();

    @Option(
            names = "--timeout",
            paramLabel = "<time>",
            description = "How long to wait for the canary, its removal apart (default: 2m).")
    private String timeout = "2m";

    @Mixin
    private OtherCluster source = new OtherCluster();

    @Override
    void checkUsage() {
        Duration limit = duration(timeout);
        Duration target = optional(rto);
        optional(rpo);
        if (target != null && !canary) {
            throw CommandFailure.wrongUsage("--rto goes with --canary: only a rehearsal measures it");
        }
        if (target != null && target.compareTo(limit) > 0) {
            throw CommandFailure.wrongUsage("--rto " + rto + " is longer than --timeout " + timeout);
        }
        List<String> unknown = new ArrayList<>(skipped);
        unknown.removeAll(Readiness.CHECKS);
        if (!unknown.isEmpty()) {
            throw CommandFailure.wrongUsage("--skip: there is no check " + String.join(", ", unknown)
                    + "; these there are: " + String.join(", ", Readiness.CHECKS));
        }
    }

    @Override
    int run(ControlPlane cluster) {
        LinkConfig config = cluster.definitions()
                .link(link)
                .map(definition -> LinkConfig.unresolved(definition.configs()))
                .orElseThrow(() -> CommandFailure.noSuchLink(link));
        try (Drill drill = new Drill(
                cluster,
                link,
                settings(),
                () -> settings(source.bootstrapServers(link, config), source.commandConfig()))) {
            Drill.Result result =
                    drill.run(optional(rpo), optional(rto), new HashSet<>(skipped), canary ? duration(timeout) : null);
            print(result.view().text(), result.view());
            boolean ready = result.view().verdict() == Verdict.READY;
            return Math.max(result.exitCode(), ready ? 0 : CommandFailure.FAILED);
        }
    }

    private static @Nullable Duration optional(@Nullable String time) {
        return time == null ? null : duration(time);
    }
}
