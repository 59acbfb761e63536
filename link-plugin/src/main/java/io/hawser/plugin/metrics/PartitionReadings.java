/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.metrics;

import io.hawser.status.Failure;
import io.hawser.status.MirrorState;
import io.hawser.status.PartitionStatus;
import org.apache.kafka.common.TopicPartition;

/** What becomes of the partitions that a broker leads, whether or not anything fetches them. */
public final class PartitionReadings {

    private PartitionReadings() {}

    /** One that is to follow its source. To be read after its lag, where there is one. */
    public static void follows(String link, TopicPartition mirror, PartitionStatus status, Readings readings) {
        stands(link, status.state(), readings);
        Failure failure = status.failure();
        if (failure != null) {
            readings.add(Metric.LINK_FAILED_PARTITIONS, 1, link, failure.code().name());
        }
        int unknown = readings.knowsLagOf(mirror) ? 0 : 1;
        readings.add(Metric.TOPIC_UNKNOWN_LAGS, unknown, link, mirror.topic());
        readings.add(Metric.LINK_UNKNOWN_LAGS, unknown, link);
    }

    /** One in that state. */
    public static void stands(String link, MirrorState state, Readings readings) {
        readings.add(Metric.LINK_PARTITIONS, 1, link, state.name());
    }
}
