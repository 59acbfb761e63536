/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.hawser.plugin.broker.BrokerMetrics;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class MetricBoardTest {

    private final Registry registry = new Registry();
    private long nowMs = 1_000;
    private final MetricBoard board = new MetricBoard(registry, () -> nowMs);

    @Test
    void showsWhatWasReadLastAndRemovesWhatIsGone() {
        board.show(lag("east", 5));
        board.show(lag("east", 7));
        assertThat(registry.shown()).containsExactly(Map.entry("Link LagRecords {link=east}", 7.0));

        board.show(lag("west", 1));
        assertThat(registry.shown()).containsExactly(Map.entry("Link LagRecords {link=west}", 1.0));

        board.close();
        assertThat(registry.shown()).isEmpty();
    }

    @Test
    void showsEachFigureOfAPartitionAndRemovesWhatIsGone() {
        board.show(partition("orders", 3, new PartitionFigures(1, 2, 3, 4)));
        board.show(partition("orders", 3, new PartitionFigures(5, 6, 7, Double.NaN)));
        assertThat(registry.shown())
                .isEqualTo(Map.of(
                        "MirrorPartition LagRecords {topic=orders, partition=3}", 5.0,
                        "MirrorPartition LagBytes {topic=orders, partition=3}", 6.0,
                        "MirrorPartition LagSeconds {topic=orders, partition=3}", 7.0,
                        "MirrorPartition FetchAgeSeconds {topic=orders, partition=3}", Double.NaN));

        nowMs += MetricBoard.STALE_MS + 1;
        assertThat(registry.shown().values()).containsOnly(Double.NaN);

        board.show(partition("bills", 0, PartitionFigures.UNKNOWN));
        assertThat(registry.shown().keySet()).hasSize(4).allMatch(each -> each.contains("topic=bills"));
        board.close();
        assertThat(registry.shown()).isEmpty();
    }

    @Test
    void goesOnCountingWhenWhatIsCountedBeginsAnew() {
        board.show(bytes(100));
        board.show(bytes(150));
        board.show(bytes(30));

        assertThat(registry.counts).containsExactly(Map.entry("Link BytesInPerSec {link=east}", 180L));
        board.close();
        assertThat(registry.counts).isEmpty();
    }

    @Test
    void knowsNothingWhenNobodyHasReadForLong() {
        board.show(lag("east", 0));
        nowMs += MetricBoard.STALE_MS;
        assertThat(registry.shown()).containsValue(0.0);

        nowMs++;

        assertThat(registry.shown())
                .containsOnlyKeys("Link LagRecords {link=east}")
                .containsValue(Double.NaN);
    }

    @Test
    void leavesItAtOneFailureOfTheBrokersRegistry() {
        registry.failure = new NoClassDefFoundError("org/apache/kafka/server/metrics/KafkaMetricsGroup");
        assertThatCode(() -> board.show(lag("east", 5))).doesNotThrowAnyException();
        registry.failure = null;

        board.show(lag("east", 5));

        assertThat(registry.shown()).isEmpty();
    }

    private static Readings lag(String link, long records) {
        Readings readings = new Readings();
        readings.put(Metric.LINK_LAG_RECORDS, records, link);
        return readings;
    }

    private static Readings partition(String topic, int number, PartitionFigures figures) {
        Readings readings = new Readings();
        readings.put(new TopicPartition(topic, number), figures);
        return readings;
    }

    private static Readings bytes(long all) {
        Readings readings = new Readings();
        readings.put(Metric.LINK_BYTES_IN, all, "east");
        return readings;
    }

    private static final class Registry implements BrokerMetrics {
        private final Map<String, DoubleSupplier> gauges = new TreeMap<>();
        private final Map<String, Long> counts = new TreeMap<>();
        private Error failure;

        @Override
        public void gauge(String type, String name, Map<String, String> tags, DoubleSupplier value) {
            if (failure != null) {
                throw failure;
            }
            assertThat(gauges.put(type + " " + name + " " + tags, value)).isNull();
        }

        @Override
        public LongConsumer counter(String type, String name, Map<String, String> tags) {
            String key = type + " " + name + " " + tags;
            counts.put(key, 0L);
            return growth -> counts.merge(key, growth, Long::sum);
        }

        @Override
        public void remove(String type, String name, Map<String, String> tags) {
            gauges.remove(type + " " + name + " " + tags);
            counts.remove(type + " " + name + " " + tags);
        }

        Map<String, Double> shown() {
            Map<String, Double> shown = new TreeMap<>();
            gauges.forEach((key, value) -> shown.put(key, value.getAsDouble()));
            return shown;
        }
    }
}
