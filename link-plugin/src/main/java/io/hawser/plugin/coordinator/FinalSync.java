/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.config.LinkConfig;
import io.hawser.source.SourceFailure;
import io.hawser.status.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last runs of a link's tasks before its mirrors become writable: configs, offsets of groups, ACLs.
 *
 * <p>Thread-safe, as far as the threads of the tasks are.
 */
final class FinalSync {

    private final List<TaskThread> tasks;

    /** @param tasks all of the link; those that end no promotion are left out */
    FinalSync(List<TaskThread> tasks) {
        this.tasks =
                tasks.stream().filter(thread -> thread.task().endsPromotions()).toList();
    }

    /**
     * @param done whether all that is enabled has run
     * @param failure what stands in the way; null if nothing is known to
     */
    record Result(boolean done, @Nullable Failure failure) {}

    /** Asks for runs that begin at a time or later, and tells what came of them for a mirror topic. Never blocks. */
    Result of(String topic, LinkConfig config, long sinceMs, long nowMs) {
        boolean done = true;
        Failure failure = null;
        for (TaskThread thread : tasks) {
            if (thread.task().isEnabled(config)) {
                TaskThread.Ended ended = thread.demand(sinceMs);
                Failure found = ended == null ? null : failure(thread, ended, topic, nowMs);
                done &= ended != null && found == null;
                failure = failure == null ? found : failure;
            }
        }
        return new Result(done, failure);
    }

    private static @Nullable Failure failure(TaskThread thread, TaskThread.Ended ended, String topic, long nowMs) {
        SourceFailure failure = ended.failure();
        if (failure == null && ended.report() != null) {
            failure = ended.report().heldBack().get(topic);
        }
        return failure == null
                ? null
                : new Failure(
                        failure.code(), "the last run of " + thread.task().name() + ": " + failure.message(), nowMs);
    }
}
