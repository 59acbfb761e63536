/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.source.SourceFailure;
import io.hawser.status.TaskStatus;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What came of one run of a task. Confined to the task's thread. */
public final class TaskReport {

    private static final int MAX_EXCEPTIONS = 300;

    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<String, String> exceptions = new TreeMap<>();
    private final Map<String, SourceFailure> heldBack = new TreeMap<>();
    private @Nullable SourceFailure skipped;

    /** @param what in the plural, as a reader will see it */
    public void count(String what, long howMany) {
        counts.merge(what, howMany, Long::sum);
    }

    /** Something was left out; all of them are counted, and the first few hundred are named. */
    public void leaveOut(String name, String reason) {
        count(TaskStatus.LEFT_OUT, 1);
        name(name, reason);
    }

    /** Something went another way than usual, though it was not left out. */
    public void name(String name, String what) {
        if (exceptions.size() < MAX_EXCEPTIONS) {
            exceptions.put(name, what);
        }
    }

    /** The mirror topic must not become writable yet, or something would stay behind. */
    public void holdBack(String mirrorTopic, SourceFailure reason) {
        heldBack.putIfAbsent(mirrorTopic, reason);
    }

    Map<String, SourceFailure> heldBack() {
        return heldBack;
    }

    /** There is nothing to be done between these two clusters. */
    public void skip(SourceFailure why) {
        skipped = why;
    }

    @Nullable
    SourceFailure skipped() {
        return skipped;
    }

    Map<String, Long> counts() {
        return counts;
    }

    Map<String, String> exceptions() {
        return exceptions;
    }
}
