/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.config.LinkConfig;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which mirrors of a link get how much when there is not enough for all: in its turn one of high priority gets four times as
 * much as others, one of low priority a fourth. So nobody waits for ever.
 *
 * <p>Thread-safe; they can be changed while fetchers run.
 */
public final class Priorities {

    /** Less would be a part of a batch, which is of no use. */
    private static final int LEAST_BYTES = 64 * 1024;

    private volatile Classes classes;

    /** How much of what there is, of 16. */
    enum Priority {
        HIGH(16),
        NORMAL(4),
        LOW(1);

        private final int parts;

        Priority(int parts) {
            this.parts = parts;
        }

        /**
         * How much a partition gets in its turn.
         *
         * @param bytes what one gets without any priorities
         * @param limitBytes what there is for all in one turn
         */
        int turnBytes(int bytes, int limitBytes) {
            long most = Math.min(limitBytes, (long) bytes * HIGH.parts / NORMAL.parts);
            return (int) Math.max(Math.min(LEAST_BYTES, most), most * parts / HIGH.parts);
        }
    }

    /** Immutable; another one after each change, so that who has asked it once can tell whether to ask again. */
    record Classes(List<Pattern> high, List<Pattern> low) {

        static final Classes NONE = new Classes(List.of(), List.of());

        boolean isEmpty() {
            return high.isEmpty() && low.isEmpty();
        }

        Priority of(String mirrorTopic) {
            return matches(high, mirrorTopic)
                    ? Priority.HIGH
                    : matches(low, mirrorTopic) ? Priority.LOW : Priority.NORMAL;
        }

        private static boolean matches(List<Pattern> patterns, String topic) {
            return patterns.stream().anyMatch(pattern -> pattern.matcher(topic).matches());
        }
    }

    Priorities(Classes classes) {
        this.classes = classes;
    }

    static Priorities of(LinkConfig config) {
        return new Priorities(new Classes(config.highPriority(), config.lowPriority()));
    }

    void change(LinkConfig config) {
        classes = new Classes(config.highPriority(), config.lowPriority());
    }

    Classes now() {
        return classes;
    }
}
