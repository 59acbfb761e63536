/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.view.Table;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorState;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What came of the wish to reverse one topic. Immutable. */
public record ReversalOutcome(
        String topic,
        @Nullable String state,
        @Nullable Drops drops,
        @Nullable String savedTo,
        @Nullable FailureCode failure,
        @Nullable String code,
        @Nullable String message,
        int exitCode) {

    public static ReversalOutcome of(String topic, String state) {
        return new ReversalOutcome(topic, state, null, null, null, null, null, 0);
    }

    /** A row for each. */
    public static Table table(Collection<ReversalOutcome> outcomes) {
        Table table = new Table("mirrorTopic", "state", "drops", "savedTo", "code", "message");
        outcomes.forEach(each -> table.row(each.topic, each.state, each.drops, each.savedTo, each.code, each.message));
        return table;
    }

    static ReversalOutcome refused(String topic, @Nullable String state, String code, String message) {
        return new ReversalOutcome(topic, state, null, null, null, code, message, CommandFailure.FAILED);
    }

    static ReversalOutcome failed(String topic, @Nullable String state, @Nullable Failure failure, int exitCode) {
        return failure == null
                ? new ReversalOutcome(
                        topic, state, null, null, null, "TIMED_OUT", "not done in time; it goes on", exitCode)
                : new ReversalOutcome(
                        topic,
                        state,
                        null,
                        null,
                        failure.code(),
                        failure.code().name(),
                        failure.message() + ". " + failure.code().remedy(),
                        exitCode);
    }

    /** Whether it can be reversed as things are. */
    public boolean isReady() {
        return code == null && drops != null;
    }

    /** Whether it could be, were the topic writable on the other cluster. */
    public boolean waitsForPromotion() {
        return failure == FailureCode.SOURCE_READ_ONLY;
    }

    public boolean isMirror() {
        return MirrorState.ACTIVE.name().equals(state);
    }

    public ReversalOutcome asked() {
        return new ReversalOutcome(topic, "ASKED_TO_REVERSE", drops, savedTo, failure, code, message, exitCode);
    }

    public ReversalOutcome saying(String newMessage) {
        return new ReversalOutcome(topic, state, drops, savedTo, failure, code, newMessage, exitCode);
    }

    ReversalOutcome dropping(@Nullable Drops newDrops, @Nullable String newSavedTo) {
        return new ReversalOutcome(topic, state, newDrops, newSavedTo, failure, code, message, exitCode);
    }
}
