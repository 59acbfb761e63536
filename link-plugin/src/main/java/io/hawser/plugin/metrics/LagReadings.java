/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.metrics;

import io.hawser.status.LagReport.PartitionLag;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/** Lags of one link's partitions on one broker, and what they come to by topic and in all. */
public final class LagReadings {

    private LagReadings() {}

    /** Of a link that fetches nothing here, as when it is paused, there is no lag to be known. */
    public static void read(String link, List<PartitionLag> lags, Readings readings) {
        Map<String, Total> topics = new TreeMap<>();
        Total all = new Total();
        for (PartitionLag lag : lags) {
            PartitionFigures figures = figures(lag);
            // Right after a start it would be reckoned for what may not lag at all.
            double leftSeconds = lag.lagRecords() == null ? Double.NaN : Readings.seconds(lag.retentionLeftMs());
            readings.put(new TopicPartition(lag.topic(), lag.partition()), figures);
            topics.computeIfAbsent(lag.topic(), unknown -> new Total()).take(figures, leftSeconds);
            all.take(figures, leftSeconds);
        }
        topics.forEach((topic, total) -> {
            readings.put(Metric.TOPIC_LAG_RECORDS, total.lagRecords, link, topic);
            readings.put(Metric.TOPIC_LAG_BYTES, total.lagBytes, link, topic);
            readings.put(Metric.TOPIC_LAG_SECONDS, total.lagSeconds, link, topic);
            readings.put(Metric.TOPIC_FETCH_AGE, total.fetchAgeSeconds, link, topic);
            readings.put(Metric.TOPIC_RETENTION_LEFT, total.leftSeconds, link, topic);
        });
        if (!lags.isEmpty()) {
            readings.put(Metric.LINK_LAG_RECORDS, all.lagRecords, link);
            readings.put(Metric.LINK_LAG_BYTES, all.lagBytes, link);
            readings.put(Metric.LINK_LAG_SECONDS, all.lagSeconds, link);
            readings.put(Metric.LINK_FETCH_AGE, all.fetchAgeSeconds, link);
            readings.put(Metric.LINK_RETENTION_LEFT, all.leftSeconds, link);
        }
    }

    private static PartitionFigures figures(PartitionLag lag) {
        return new PartitionFigures(
                Readings.number(lag.lagRecords()),
                Readings.number(lag.lagBytes()),
                // It has all that is due: what is held back by its delay is not late.
                lag.heldUntilMs() == null ? Readings.seconds(lag.lagMs()) : 0,
                Readings.seconds(lag.lastFetchAgeMs()));
    }

    /** Sums of lags, and the worst ages. */
    private static final class Total {
        private double lagRecords = Double.NaN;
        private double lagBytes = Double.NaN;
        private double lagSeconds = Double.NaN;
        private double fetchAgeSeconds = Double.NaN;
        private double leftSeconds = Double.NaN;

        void take(PartitionFigures figures, double newLeftSeconds) {
            lagRecords = Readings.known(lagRecords, figures.lagRecords(), Double::sum);
            lagBytes = Readings.known(lagBytes, figures.lagBytes(), Double::sum);
            lagSeconds = Readings.known(lagSeconds, figures.lagSeconds(), Math::max);
            fetchAgeSeconds = Readings.known(fetchAgeSeconds, figures.fetchAgeSeconds(), Math::max);
            leftSeconds = Readings.known(leftSeconds, newLeftSeconds, Math::min);
        }
    }
}
