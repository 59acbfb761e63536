/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.control.IntentChange;
import io.hawser.admin.control.LinkChange;
import io.hawser.admin.view.Table;
import io.hawser.config.LinkConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A verb that asks mirror topics for something and answers with a row for each. */
abstract class IntentVerb extends Verb {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Makes all that goes over a link stand still, or go on. */
    final int setPaused(LinkChange link, boolean paused, boolean dryRun) {
        Map<String, String> config = Map.of(LinkConfig.PAUSED, String.valueOf(paused));
        if (dryRun) {
            link.check(config, List.of());
            print(
                    (paused ? "Would pause link " : "Would resume link ") + link.name(),
                    Map.of("link", link.name(), "dryRun", true));
            return 0;
        }
        link.change(config, List.of(), TIMEOUT, false);
        print((paused ? "Paused link " : "Resumed link ") + link.name(), Map.of("link", link.name(), "paused", paused));
        return 0;
    }

    final int print(Collection<IntentChange.Outcome> outcomes) {
        return print(outcomes, IntentChange.Outcome.table(outcomes));
    }

    /** @return the exit code of the worst row */
    final int print(Collection<IntentChange.Outcome> outcomes, Table table) {
        print(table);
        return outcomes.stream().mapToInt(IntentChange.Outcome::exitCode).max().orElse(0);
    }
}
