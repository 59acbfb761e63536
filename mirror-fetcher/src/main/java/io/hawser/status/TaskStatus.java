/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One of a link's tasks besides its data, as the coordinator last reported it.
 *
 * <p>Immutable.
 *
 * @param task its name, unique in the link
 * @param generation the definitions' generation that the last run took account of
 * @param state what it is doing
 * @param failure why the last run failed or had nothing to do; null when it did not
 * @param sinceMs when the state began, in milliseconds since the epoch
 * @param lastSuccessMs when a run last ended well, in milliseconds since the epoch; null before the first
 * @param counts figures of the last good run, by what they count
 * @param exceptions what the last good run left out, with the reason; the first few hundred of them
 */
public record TaskStatus(
        String link,
        String task,
        long generation,
        State state,
        @Nullable Failure failure,
        long sinceMs,
        @Nullable Long lastSuccessMs,
        Map<String, Long> counts,
        Map<String, String> exceptions) {

    /** The task that lets configs of mirror topics follow. */
    public static final String TOPIC_CONFIGS = "topic-configs";

    /** The task that makes mirrors of topics by itself. */
    public static final String AUTO_CREATE = "auto-create";

    /** The task that lets partitions of mirror topics follow. */
    public static final String PARTITIONS = "partitions";

    /** The task that lets committed offsets follow. */
    public static final String GROUP_OFFSETS = "group-offsets";

    /** The task that lets ACLs follow. */
    public static final String ACLS = "acls";

    /** Among {@link #counts}: what could not be taken over. */
    public static final String LEFT_OUT = "left out";

    /** Among the {@link #counts} of {@link #GROUP_OFFSETS}: groups of the source that the link's filters take. */
    public static final String GROUPS = "groups";

    /** What a task is doing. */
    public enum State {
        /** The link's properties do not ask for it. */
        DISABLED,
        /** The link is paused. */
        PAUSED,
        /** The first run has not ended yet. */
        STARTING,
        ACTIVE,
        /** One of the two clusters has nothing of the kind. */
        SKIPPED,
        /** It is tried again by itself. */
        FAILED
    }

    public TaskStatus {
        counts = Collections.unmodifiableMap(new TreeMap<>(counts));
        exceptions = Collections.unmodifiableMap(new TreeMap<>(exceptions));
    }

    public static TaskStatus fresh(String link, String task, long nowMs) {
        return new TaskStatus(link, task, 0, State.STARTING, null, nowMs, null, Map.of(), Map.of());
    }

    public TaskStatus succeeded(
            long newGeneration, Map<String, Long> newCounts, Map<String, String> newExceptions, long nowMs) {
        return new TaskStatus(
                link,
                task,
                newGeneration,
                State.ACTIVE,
                null,
                state == State.ACTIVE ? sinceMs : nowMs,
                nowMs,
                newCounts,
                newExceptions);
    }

    public TaskStatus skipped(long newGeneration, Failure why, long nowMs) {
        return new TaskStatus(
                link,
                task,
                newGeneration,
                State.SKIPPED,
                failure == null ? why : why.since(failure),
                state == State.SKIPPED ? sinceMs : nowMs,
                lastSuccessMs,
                Map.of(),
                Map.of());
    }

    public TaskStatus failed(long newGeneration, Failure newFailure, long nowMs) {
        return new TaskStatus(
                link,
                task,
                newGeneration,
                State.FAILED,
                failure == null ? newFailure : newFailure.since(failure),
                state == State.FAILED ? sinceMs : nowMs,
                lastSuccessMs,
                counts,
                exceptions);
    }

    /** @param newState DISABLED or PAUSED */
    public TaskStatus resting(long newGeneration, State newState, long nowMs) {
        return new TaskStatus(
                link,
                task,
                newGeneration,
                newState,
                null,
                state == newState ? sinceMs : nowMs,
                lastSuccessMs,
                newState == State.DISABLED ? Map.of() : counts,
                newState == State.DISABLED ? Map.of() : exceptions);
    }
}
