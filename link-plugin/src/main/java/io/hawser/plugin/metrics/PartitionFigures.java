/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.metrics;

import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What is shown of each mirror partition that is fetched here, all at once: there may be ten thousands of them. NaN is what is not
 * known.
 */
record PartitionFigures(double lagRecords, double lagBytes, double lagSeconds, double fetchAgeSeconds) {

    static final Map<Metric, ToDoubleFunction<PartitionFigures>> METRICS = Map.of(
            Metric.PARTITION_LAG_RECORDS, PartitionFigures::lagRecords,
            Metric.PARTITION_LAG_BYTES, PartitionFigures::lagBytes,
            Metric.PARTITION_LAG_SECONDS, PartitionFigures::lagSeconds,
            Metric.PARTITION_FETCH_AGE, PartitionFigures::fetchAgeSeconds);

    static final PartitionFigures UNKNOWN = new PartitionFigures(Double.NaN, Double.NaN, Double.NaN, Double.NaN);
}
