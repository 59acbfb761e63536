/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import io.hawser.admin.view.DrillView.Check;
import io.hawser.admin.view.DrillView.State;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one check finds: the same thing about many topics or brokers is one line. Confined to one thread. */
final class Findings {

    private static final int SHOWN = 3;

    private final String check;
    private final Map<Finding, Set<String>> subjects = new LinkedHashMap<>();

    Findings(String check) {
        this.check = check;
    }

    private record Finding(State state, String code, String text) {}

    /**
     * @param subject a topic, a broker
     * @param text goes on behind the subjects
     */
    void add(State state, String code, String subject, String text) {
        subjects.computeIfAbsent(new Finding(state, code, text), finding -> new LinkedHashSet<>())
                .add(subject);
    }

    void fail(String code, String subject, String text) {
        add(State.FAIL, code, subject, text);
    }

    void warn(String code, String subject, String text) {
        add(State.WARN, code, subject, text);
    }

    void unknown(String code, String subject, String text) {
        add(State.UNKNOWN, code, subject, text);
    }

    /** @param ifNone what was proven if there are no findings */
    List<Check> checks(String ifNone) {
        return subjects.isEmpty()
                ? List.of(Check.ok(check, ifNone))
                : subjects.entrySet().stream()
                        .map(entry -> new Check(
                                check,
                                entry.getKey().state(),
                                entry.getKey().code(),
                                some(List.copyOf(entry.getValue())) + ": "
                                        + entry.getKey().text()))
                        .toList();
    }

    static String brokers(List<String> ids) {
        return (ids.size() == 1 ? "broker " : "brokers ") + some(ids);
    }

    static String some(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
        return names.size() > SHOWN ? first + " and " + (names.size() - SHOWN) + " more" : first;
    }
}
