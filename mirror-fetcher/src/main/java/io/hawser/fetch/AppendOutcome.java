/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.status.FailureCode;

/** What became of an append. Immutable. */
public sealed interface AppendOutcome {

    /** The batches are in the leader's log. */
    record Appended() implements AppendOutcome {}

    /** This broker does not lead the partition under that epoch any more; the assignment is over. */
    record Fenced() implements AppendOutcome {}

    /** Nothing was appended; trying again later may help. */
    record Refused(FailureCode code, String message) implements AppendOutcome {}
}
