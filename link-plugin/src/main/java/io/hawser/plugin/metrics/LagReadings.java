/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.metrics;

import io.hawser.status.LagReport.PartitionLag;
import java.util.List;

/** Lags of one link's partitions on one broker, and what they come to by topic and in all. */
public final class LagReadings {

    private final String link;
    private final Readings readings;

    private LagReadings(String link, Readings readings) {
        this.link = link;
        this.readings = readings;
    }

    /** Of a link that fetches nothing here, as when it is paused, there is no lag to be known. */
    public static void read(String link, List<PartitionLag> lags, Readings readings) {
        LagReadings reader = new LagReadings(link, readings);
        lags.forEach(reader::read);
    }

    private void read(PartitionLag lag) {
        String topic = lag.topic();
        String partition = Integer.toString(lag.partition());
        // It has all that is due: what is held back by its delay is not late.
        Double lagSeconds = lag.heldUntilMs() == null ? Readings.seconds(lag.lagMs()) : Double.valueOf(0);
        Double ageSeconds = Readings.seconds(lag.lastFetchAgeMs());
        // Right after a start it would be reckoned for what may not lag at all.
        Double leftSeconds = lag.lagRecords() == null ? null : Readings.seconds(lag.retentionLeftMs());

        readings.put(Metric.PARTITION_LAG_RECORDS, lag.lagRecords(), topic, partition);
        readings.put(Metric.PARTITION_LAG_BYTES, lag.lagBytes(), topic, partition);
        readings.put(Metric.PARTITION_LAG_SECONDS, lagSeconds, topic, partition);
        readings.put(Metric.PARTITION_FETCH_AGE, ageSeconds, topic, partition);

        readings.add(Metric.TOPIC_LAG_RECORDS, lag.lagRecords(), link, topic);
        readings.add(Metric.TOPIC_LAG_BYTES, lag.lagBytes(), link, topic);
        readings.atLeast(Metric.TOPIC_LAG_SECONDS, lagSeconds, link, topic);
        readings.atLeast(Metric.TOPIC_FETCH_AGE, ageSeconds, link, topic);
        readings.atMost(Metric.TOPIC_RETENTION_LEFT, leftSeconds, link, topic);

        readings.add(Metric.LINK_LAG_RECORDS, lag.lagRecords(), link);
        readings.add(Metric.LINK_LAG_BYTES, lag.lagBytes(), link);
        readings.atLeast(Metric.LINK_LAG_SECONDS, lagSeconds, link);
        readings.atLeast(Metric.LINK_FETCH_AGE, ageSeconds, link);
        readings.atMost(Metric.LINK_RETENTION_LEFT, leftSeconds, link);
    }
}
