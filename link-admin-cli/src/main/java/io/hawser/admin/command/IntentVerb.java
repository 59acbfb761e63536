/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.control.IntentChange;
import io.hawser.admin.view.Table;
import java.util.Collection;

/** A verb that asks mirror topics for something and answers with a row for each. */
abstract class IntentVerb extends Verb {

    /** @return the exit code of the worst row */
    final int print(Collection<IntentChange.Outcome> outcomes) {
        Table table = new Table("mirrorTopic", "state", "lastMirroredOffsets", "mayBeLost", "code", "message");
        outcomes.forEach(each -> table.row(
                each.topic(), each.state(), each.lastMirroredOffsets(), each.mayBeLost(), each.code(), each.message()));
        print(table);
        return outcomes.stream().mapToInt(IntentChange.Outcome::exitCode).max().orElse(0);
    }
}
