/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a drill found out about one link, as {@code drill} shows it; the names are those of the JSON. Immutable.
 *
 * @param canary the failover that was rehearsed; null if none was begun
 */
public record DrillView(
        String link,
        Verdict verdict,
        List<Check> checks,
        @Nullable Canary canary) {

    /** All checks together. */
    public enum Verdict {
        READY,
        /** Something could not be looked at; nothing that could is in the way. */
        NOT_PROVEN,
        NOT_READY
    }

    /** What came of one check. */
    public enum State {
        OK,
        /** A failover works; what the message says is not as it should be. */
        WARN,
        FAIL,
        /** It could not be looked at; never taken for well. */
        UNKNOWN,
        /** The caller did not want to know. */
        SKIPPED
    }

    /**
     * One finding.
     *
     * @param check what was looked at; of one check there are several findings where it found several things
     * @param code for scripts; null of what is well
     * @param message what, where, and what to do
     */
    public record Check(String check, State state, @Nullable String code, String message) {

        public static Check ok(String check, String message) {
            return new Check(check, State.OK, null, message);
        }

        public static Check warn(String check, String code, String message) {
            return new Check(check, State.WARN, code, message);
        }

        public static Check fail(String check, String code, String message) {
            return new Check(check, State.FAIL, code, message);
        }

        public static Check unknown(String check, String code, String message) {
            return new Check(check, State.UNKNOWN, code, message);
        }

        public static Check skipped(String check) {
            return new Check(check, State.SKIPPED, null, "left out by --skip");
        }
    }

    /**
     * A failover of a topic that the drill has made itself.
     *
     * @param recordsAcknowledged by the source before the failover began
     * @param recordsLost of these, which the mirror did not have when the failover began; null if it did not come to that
     * @param rpoMs from the acknowledgement of the first that was lost to the beginning of the failover; 0 if none was
     * @param rtoMs from the beginning of the failover until each partition had acknowledged a record here; null if it did not
     * @param steps in their order, with the time that each took
     * @param leftBehind what could not be removed, with the command that does; empty as a rule
     */
    public record Canary(
            String topic,
            int partitions,
            @Nullable Long recordsAcknowledged,
            @Nullable Long recordsLost,
            @Nullable Long rpoMs,
            @Nullable Long rtoMs,
            List<Step> steps,
            List<String> leftBehind) {
        public Canary {
            steps = List.copyOf(steps);
            leftBehind = List.copyOf(leftBehind);
        }
    }

    /** What was done with a canary. */
    public record Step(String step, long tookMs) {}

    /** With the verdict that the checks lead to. */
    public static DrillView of(String link, List<Check> checks, @Nullable Canary canary) {
        return new DrillView(link, verdict(checks), List.copyOf(checks), canary);
    }

    private static Verdict verdict(List<Check> checks) {
        if (checks.stream().anyMatch(check -> check.state() == State.FAIL)) {
            return Verdict.NOT_READY;
        }
        return checks.stream().anyMatch(check -> check.state() == State.UNKNOWN) ? Verdict.NOT_PROVEN : Verdict.READY;
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        MirrorText.line(text, "Link", link);
        long warnings =
                checks.stream().filter(check -> check.state() == State.WARN).count();
        MirrorText.line(
                text,
                "Verdict",
                verdict.name() + (warnings == 0 ? "" : warnings == 1 ? ", 1 warning" : ", " + warnings + " warnings"));
        Canary drilled = canary;
        if (drilled != null) {
            MirrorText.line(text, "Canary", drilled.topic() + ", partitions: " + drilled.partitions());
            MirrorText.line(
                    text,
                    "Steps",
                    drilled.steps().stream()
                            .map(step -> step.step() + " " + Durations.text(step.tookMs()))
                            .collect(Collectors.joining(", ")));
        }
        Table table = new Table("check", "state", "code", "message");
        checks.forEach(check -> table.row(check.check(), check.state(), check.code(), check.message()));
        text.append(System.lineSeparator()).append(table.text());
        return text.toString();
    }
}
