/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.control.FailoverPoint;
import io.hawser.admin.control.IntentChange;
import io.hawser.definition.MirrorIntent;
import io.hawser.definition.StopPoint;
import io.hawser.status.MirrorState;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code link-admin promote} and {@code link-admin failover}: the two ways of making mirror topics writable. */
public abstract sealed class StopCommand extends IntentVerb {

    @Mixin
    private MirrorSelection selection = new MirrorSelection();

    @Option(names = "--wait", description = "Wait until each topic is writable.")
    private boolean wait;

    @Option(names = "--timeout", paramLabel = "<time>", description = "How long to wait (default: 60s).")
    private String timeout = "60s";

    @Option(names = "--dry-run", description = "Only say what would happen.")
    private boolean dryRun;

    private StopCommand() {}

    abstract MirrorIntent intent();

    /** {@code link-admin promote}. */
    @Command(
            name = "promote",
            description = {
                "Makes mirror topics writable once it is proven that nothing is left on the source.",
                "What cannot be finished is refused after some seconds, such as a source that is still written to or",
                "not there, open transactions on it, or a group with members here: the topic then follows its source on."
            })
    public static final class Promote extends StopCommand {
        @Override
        MirrorIntent intent() {
            return MirrorIntent.PROMOTE;
        }
    }

    /** {@code link-admin failover}. */
    @Command(
            name = "failover",
            description = {
                "Makes mirror topics writable with what is here, without contacting the source.",
                "Transactions that are open are aborted. A topic that is being reversed stays what it was, a writable one.",
                "With --to-timestamp or --to-offset as of then: what came later, such as a poisoned write, is dropped here. A mirror",
                "with a mirror.delay.ms first takes what is older and on the source only, if that answers within --timeout."
            })
    public static final class Failover extends StopCommand {

        @Mixin
        private PointOption option = new PointOption();

        @Option(
                names = "--force",
                description =
                        "Do not wait for partitions that have no leader: the topic is writable without them, and they"
                                + " are once they have one.")
        private boolean force;

        @Override
        MirrorIntent intent() {
            return force ? MirrorIntent.FORCED_FAILOVER : MirrorIntent.FAILOVER;
        }

        @Override
        void checkUsage() {
            super.checkUsage();
            option.checkUsage(selection());
            if (force && option.point() != null) {
                throw CommandFailure.wrongUsage("--force passes over partitions without a leader, and so cannot go with"
                        + " --to-timestamp or --to-offset: nobody could drop what came later there");
            }
        }

        @Override
        int run(ControlPlane cluster) {
            StopPoint point = option.point();
            return point == null ? super.run(cluster) : runTo(new FailoverPoint(cluster, point), cluster);
        }

        private int runTo(FailoverPoint point, ControlPlane cluster) {
            Map<String, IntentChange.Outcome> asked =
                    point.ask(selection().names(cluster.newestDefinitions()), limit(), isDryRun());
            Collection<IntentChange.Outcome> outcomes =
                    waits() && !isDryRun() ? point.awaitStopped(asked, limit()) : asked.values();
            return print(outcomes, FailoverPoint.PointOutcome.table(point.withDrops(outcomes)));
        }
    }

    final MirrorSelection selection() {
        return selection;
    }

    final Duration limit() {
        return duration(timeout);
    }

    final boolean isDryRun() {
        return dryRun;
    }

    final boolean waits() {
        return wait;
    }

    @Override
    void checkUsage() {
        selection.checkUsage();
        duration(timeout);
    }

    @Override
    int run(ControlPlane cluster) {
        Duration limit = duration(timeout);
        MirrorIntent intent = intent();
        IntentChange change = new IntentChange(cluster, intent);
        Map<String, IntentChange.Outcome> asked = change.ask(selection.names(cluster.newestDefinitions()), dryRun);
        if (dryRun) {
            return printWithLosses(intent.failsOver() ? change.withLosses(asked) : asked.values());
        }
        if (!wait) {
            return printWithLosses(asked.values());
        }
        List<IntentChange.Outcome> outcomes = change.awaitStopped(asked, limit);
        if (intent == MirrorIntent.PROMOTE) {
            List<String> late = outcomes.stream()
                    .filter(each -> each.state() != null && !each.state().equals(MirrorState.STOPPED.name()))
                    .filter(each -> !change.isSealing(each.topic()))
                    .map(IntentChange.Outcome::topic)
                    .toList();
            List<String> takenBack = takeBack(change, late);
            outcomes = outcomes.stream()
                    .map(each -> takenBack.contains(each.topic()) ? each.notPromoted() : each)
                    .toList();
        }
        return printWithLosses(outcomes);
    }

    private int printWithLosses(Collection<IntentChange.Outcome> outcomes) {
        return print(outcomes, IntentChange.Outcome.tableWithLosses(outcomes));
    }

    private List<String> takeBack(IntentChange change, List<String> late) {
        List<String> takenBack = late.isEmpty() ? List.of() : change.takeBack(late);
        List<String> unknown =
                late.stream().filter(topic -> !takenBack.contains(topic)).toList();
        if (!takenBack.isEmpty()) {
            say("link-admin: not promoted, and following the source on: " + String.join(", ", takenBack));
        }
        if (!unknown.isEmpty()) {
            say("link-admin: no broker has taken up the promotion yet, and it was not taken back: "
                    + String.join(", ", unknown)
                    + "; see 'link-admin describe', and 'link-admin resume' to take it back");
        }
        return takenBack;
    }
}
