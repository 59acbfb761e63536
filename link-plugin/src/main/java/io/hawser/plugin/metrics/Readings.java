/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.metrics;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/** What all metrics are at one moment. Confined to the control thread. */
public final class Readings {

    private static final double MS_PER_SECOND = 1_000;

    private final Map<Series, Double> values = new HashMap<>();

    /**
     * One metric of one link, topic or whatever it is of.
     *
     * @param tagValues in the order of the metric's tags
     */
    record Series(Metric metric, List<String> tagValues) {

        Series {
            if (tagValues.size() != metric.tags().size()) {
                throw new IllegalArgumentException(metric + " has the tags " + metric.tags() + ", not " + tagValues);
            }
        }

        Map<String, String> tags() {
            Map<String, String> tags = new LinkedHashMap<>();
            for (int i = 0; i < tagValues.size(); i++) {
                tags.put(metric.tags().get(i).text(), tagValues.get(i));
            }
            return tags;
        }
    }

    /** @param value of a counter the whole count; null when not known */
    public void put(Metric metric, @Nullable Number value, String... tagValues) {
        values.put(new Series(metric, List.of(tagValues)), value == null ? Double.NaN : value.doubleValue());
    }

    static @Nullable Double seconds(@Nullable Long ms) {
        return ms == null ? null : ms / MS_PER_SECOND;
    }

    /** Whether it was put and is known. */
    boolean knows(Metric metric, String... tagValues) {
        Double value = values.get(new Series(metric, List.of(tagValues)));
        return value != null && !value.isNaN();
    }

    /** Adds to what is there; what is not known leaves it as it is. */
    void add(Metric metric, @Nullable Number value, String... tagValues) {
        merge(metric, value, Double::sum, tagValues);
    }

    /** The larger one counts; what is not known leaves it as it is. */
    void atLeast(Metric metric, @Nullable Number value, String... tagValues) {
        merge(metric, value, Math::max, tagValues);
    }

    /** The smaller one counts; what is not known leaves it as it is. */
    void atMost(Metric metric, @Nullable Number value, String... tagValues) {
        merge(metric, value, Math::min, tagValues);
    }

    Map<Series, Double> values() {
        return values;
    }

    private void merge(Metric metric, @Nullable Number value, DoubleBinaryOperator rule, String... tagValues) {
        double fresh = value == null ? Double.NaN : value.doubleValue();
        values.merge(
                new Series(metric, List.of(tagValues)),
                fresh,
                (before, other) -> before.isNaN() ? other : other.isNaN() ? before : rule.applyAsDouble(before, other));
    }
}
