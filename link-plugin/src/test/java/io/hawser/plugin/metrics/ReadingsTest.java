/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.definition.Definitions;
import io.hawser.definition.LinkDefinition;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.plugin.metrics.Readings.Series;
import io.hawser.status.LagReport.PartitionLag;
import io.hawser.status.MirrorStatus;
import io.hawser.status.PartitionStatus;
import io.hawser.status.StateCodec;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import io.hawser.status.TaskStatus;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.assertj.core.api.AbstractDoubleAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadingsTest {

    private static final long NOW_MS = 1_700_000_000_000L;

    private final Readings readings = new Readings();
    private final StateSnapshot state = new StateSnapshot();

    @Test
    void addsLagsUpAndTakesTheWorstAge() {
        LagReadings.read(
                "east",
                List.of(lag("orders", 0, 20L, 3_000L, 100L, null), lag("orders", 1, 0L, 0L, 400L, 7_200_000L)),
                readings);

        is(Metric.LINK_LAG_RECORDS, "east").isEqualTo(20);
        is(Metric.LINK_LAG_SECONDS, "east").isEqualTo(3);
        is(Metric.LINK_FETCH_AGE, "east").isEqualTo(0.4);
        is(Metric.LINK_RETENTION_LEFT, "east").isEqualTo(7_200);
        is(Metric.TOPIC_LAG_RECORDS, "east", "orders").isEqualTo(20);
        assertThat(readings.partitions())
                .isEqualTo(Map.of(
                        new TopicPartition("orders", 0), new PartitionFigures(20, 20, 3, 0.1),
                        new TopicPartition("orders", 1), new PartitionFigures(0, 0, 0, 0.4)));
    }

    @Test
    void neverTakesAnUnknownLagForNone() {
        LagReadings.read(
                "east",
                List.of(lag("orders", 0, null, null, null, null), lag("orders", 1, 4L, 1_000L, 400L, null)),
                readings);

        assertThat(readings.partitions()).containsEntry(new TopicPartition("orders", 0), PartitionFigures.UNKNOWN);
        is(Metric.LINK_LAG_RECORDS, "east").isEqualTo(4);
        for (int partition = 0; partition < 3; partition++) {
            PartitionReadings.follows(
                    "east",
                    new TopicPartition("orders", partition),
                    PartitionStatus.fresh(Uuid.ZERO_UUID, 1, 1),
                    readings);
        }
        is(Metric.LINK_UNKNOWN_LAGS, "east")
                .as("one of them is not fetched at all")
                .isEqualTo(2);
        is(Metric.TOPIC_UNKNOWN_LAGS, "east", "orders").isEqualTo(2);
        is(Metric.LINK_PARTITIONS, "east", "ACTIVE").isEqualTo(3);
    }

    @Test
    void knowsNoLagWhereNoneIsKnownOrNothingIsFetched() {
        LagReadings.read("east", List.of(lag("orders", 0, null, null, null, null)), readings);
        LagReadings.read("paused", List.of(), readings);

        is(Metric.LINK_LAG_RECORDS, "east").isNaN();
        assertThat(readings.values()).doesNotContainKey(new Series(Metric.LINK_LAG_RECORDS, List.of("paused")));
    }

    @Test
    void countsMirrorTopicsByState() {
        mirror("orders", "east");
        mirror("bills", "east");
        mirror("old", "gone");

        StateReadings.ofCluster(state, withLink("east"), NOW_MS, readings);

        assertThat(readings.values().entrySet())
                .filteredOn(each -> each.getKey().metric() == Metric.LINK_MIRROR_TOPICS)
                .singleElement()
                .satisfies(each -> assertThat(each.getValue()).isEqualTo(2));
    }

    @Test
    void tellsHowOldTheLastGoodRunOfATaskIsAndWhatPartOfTheGroupsItBrought() {
        TaskStatus good = TaskStatus.fresh("east", TaskStatus.GROUP_OFFSETS, NOW_MS)
                .succeeded(3, Map.of(TaskStatus.GROUPS, 4L, TaskStatus.LEFT_OUT, 1L), Map.of("a", "b"), NOW_MS - 5_000);
        state.apply(StateKey.task("east", good.task()).text(), StateCodec.write(good));
        TaskStatus resting =
                TaskStatus.fresh("east", TaskStatus.ACLS, NOW_MS).resting(3, TaskStatus.State.DISABLED, NOW_MS);
        state.apply(StateKey.task("east", resting.task()).text(), StateCodec.write(resting));

        StateReadings.ofCluster(state, withLink("east"), NOW_MS, readings);

        is(Metric.TASK_SUCCESS_AGE, "east", TaskStatus.GROUP_OFFSETS).isEqualTo(5);
        is(Metric.TASK_FAILED, "east", TaskStatus.GROUP_OFFSETS).isZero();
        is(Metric.GROUPS_COVERED, "east").isEqualTo(0.75);
        assertThat(readings.values())
                .doesNotContainKey(new Series(Metric.TASK_SUCCESS_AGE, List.of("east", TaskStatus.ACLS)));
    }

    @Test
    void refusesTagsThatAMetricDoesNotHave() {
        assertThatThrownBy(() -> readings.put(Metric.LINK_STATE, 1, "east"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("LINK_STATE");
    }

    private AbstractDoubleAssert<?> is(Metric metric, String... tags) {
        return assertThat(readings.values().get(new Series(metric, List.of(tags))));
    }

    private void mirror(String topic, String link) {
        MirrorStatus status = MirrorStatus.fresh(
                new MirrorDefinition(
                        topic, Uuid.randomUuid(), link, topic, MirrorIntent.MIRROR, (short) -1, Map.of(), null),
                1,
                NOW_MS);
        state.apply(StateKey.mirror(topic).text(), StateCodec.write(status));
    }

    private static Definitions withLink(String name) {
        return new Definitions(
                0L,
                new TreeMap<>(Map.of(name, new LinkDefinition(name, Uuid.randomUuid(), Map.of()))),
                new TreeMap<>());
    }

    private static PartitionLag lag(
            String topic,
            int partition,
            @Nullable Long records,
            @Nullable Long lagMs,
            @Nullable Long ageMs,
            @Nullable Long retentionLeftMs) {
        return new PartitionLag(
                topic, partition, 1, 100L, 90, 90, records, records, lagMs, ageMs, 1, retentionLeftMs, null, null);
    }
}
