/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.metrics;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What all metrics are at one moment. Confined to the control thread. */
public final class Readings {

    private static final double MS_PER_SECOND = 1_000;

    private final Map<Series, Double> values = new HashMap<>();
    private final Map<TopicPartition, PartitionFigures> partitions = new HashMap<>();

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

    /** All that is shown of one partition. */
    void put(TopicPartition partition, PartitionFigures figures) {
        partitions.put(partition, figures);
    }

    /** NaN for null. */
    static double number(@Nullable Long value) {
        return value == null ? Double.NaN : value;
    }

    /** NaN for null. */
    static double seconds(@Nullable Long ms) {
        return ms == null ? Double.NaN : ms / MS_PER_SECOND;
    }

    /** By the rule if both are known, else the one that is. */
    static double known(double one, double other, DoubleBinaryOperator rule) {
        return Double.isNaN(one) ? other : Double.isNaN(other) ? one : rule.applyAsDouble(one, other);
    }

    /** Whether the partition's lag was put and is known. */
    boolean knowsLagOf(TopicPartition partition) {
        return !Double.isNaN(
                partitions.getOrDefault(partition, PartitionFigures.UNKNOWN).lagRecords());
    }

    /** Adds to what is there. */
    void add(Metric metric, int number, String... tagValues) {
        values.merge(new Series(metric, List.of(tagValues)), (double) number, Double::sum);
    }

    Map<TopicPartition, PartitionFigures> partitions() {
        return partitions;
    }

    Map<Series, Double> values() {
        return values;
    }
}
