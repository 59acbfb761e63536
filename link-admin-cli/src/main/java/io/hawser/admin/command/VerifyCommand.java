/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.control.VerificationRuns;
import io.hawser.admin.view.VerificationView;
import io.hawser.status.VerificationStatus.State;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code link-admin verify}. */
@Command(
        name = "verify",
        description = {
            "Proves that mirror topics equal their source up to where both have come, or names the first place where not.",
            "The brokers that lead the mirror read the source once and compare it with their own logs. What was not finished",
            "in time goes on there; the same command again waits for it."
        })
public final class VerifyCommand extends Verb {

    @Mixin
    private MirrorSelection selection = new MirrorSelection();

    @Option(names = "--timeout", paramLabel = "<time>", description = "How long to wait (default: 1h).")
    private String timeout = "1h";

    @Option(
            names = "--max-bytes-per-second",
            paramLabel = "<bytes>",
            description = "What each broker reads of the source at most, besides the limits of link and broker.")
    private @Nullable Long maxBytesPerSecond;

    @Option(names = "--restart", description = "Begin anew where a comparison is under way.")
    private boolean restart;

    @Option(names = "--cancel", description = "End comparisons that are under way.")
    private boolean cancel;

    @Override
    void checkUsage() {
        selection.checkUsage();
        duration(timeout);
        if (maxBytesPerSecond != null && maxBytesPerSecond < 1) {
            throw CommandFailure.wrongUsage("--max-bytes-per-second must be 1 or more, not " + maxBytesPerSecond);
        }
        if (cancel && (restart || maxBytesPerSecond != null)) {
            throw CommandFailure.wrongUsage("--cancel goes with no other option of this verb");
        }
    }

    @Override
    int run(ControlPlane cluster) {
        Duration limit = duration(timeout);
        Collection<String> topics = selection.names(cluster.newestDefinitions());
        VerificationRuns runs = new VerificationRuns(cluster);
        if (cancel) {
            List<String> cancelled = runs.cancel(topics);
            print(
                    cancelled.isEmpty() ? "Nothing to cancel" : "Cancelled: " + String.join(", ", cancelled),
                    Map.of("cancelled", cancelled));
            return 0;
        }
        runs.ask(topics, maxBytesPerSecond, restart);
        runs.await(limit);
        List<VerificationView> views = runs.views(topics);
        print(VerificationView.table(views), views);
        return views.stream().mapToInt(VerifyCommand::exitCode).max().orElse(0);
    }

    private static int exitCode(VerificationView view) {
        if (view.state() == State.EQUAL) {
            return 0;
        }
        boolean waitedInVain = view.state() == State.RUNNING && view.holdUp() == null;
        return waitedInVain ? CommandFailure.TIMED_OUT : CommandFailure.FAILED;
    }
}
