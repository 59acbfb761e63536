/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.metrics;

import io.hawser.plugin.broker.BrokerMetrics;
import io.hawser.plugin.metrics.Readings.Series;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the last readings: what is new is registered, what is gone is removed.
 *
 * <p>Confined to the control thread; reporters read from threads of their own.
 *
 * <p>Failure semantics: if the broker's registry fails, that is logged once and nothing more is shown; links go on. Gauges of which no
 * reading has come for {@value #STALE_MS} ms are NaN, so that a thread that hangs does not look like a link without lag.
 */
public final class MetricBoard implements AutoCloseable {

    static final long STALE_MS = 60_000;
    private static final Logger LOG = LoggerFactory.getLogger(MetricBoard.class);

    private final BrokerMetrics broker;
    private final LongSupplier clockMs;
    private final Map<Series, Gauge> gauges = new HashMap<>();
    private final Map<Series, Counter> counters = new HashMap<>();
    private final Map<TopicPartition, PartitionGauges> partitions = new HashMap<>();
    private volatile long shownMs;
    private boolean broken;

    /** @param clockMs in milliseconds since any time; never goes back */
    public MetricBoard(BrokerMetrics broker, LongSupplier clockMs) {
        this.broker = broker;
        this.clockMs = clockMs;
    }

    /** Shows these and no others. */
    public void show(Readings readings) {
        if (broken) {
            return;
        }
        try {
            shownMs = clockMs.getAsLong();
            readings.values().forEach(this::show);
            readings.partitions().forEach(this::show);
            if (gauges.size() + counters.size() > readings.values().size()) {
                retain(readings.values());
            }
            if (partitions.size() > readings.partitions().size()) {
                partitions.keySet().removeIf(partition -> isGone(partition, readings.partitions()));
            }
        } catch (RuntimeException | LinkageError e) {
            broken = true;
            LOG.error("Metrics of links are not shown from now on; links go on", e);
        }
    }

    @Override
    public void close() {
        show(new Readings());
    }

    private void show(Series series, double value) {
        if (series.metric().kind() == Metric.Kind.COUNTER) {
            counters.computeIfAbsent(series, this::newCounter).grewTo((long) value);
        } else {
            gauges.computeIfAbsent(series, this::newGauge).value = value;
        }
    }

    private void show(TopicPartition partition, PartitionFigures figures) {
        partitions.computeIfAbsent(partition, this::newGauges).figures = figures;
    }

    private void retain(Map<Series, Double> wanted) {
        gauges.keySet().removeIf(series -> isGone(series, wanted));
        counters.keySet().removeIf(series -> isGone(series, wanted));
    }

    private boolean isGone(Series series, Map<Series, Double> wanted) {
        boolean gone = !wanted.containsKey(series);
        if (gone) {
            broker.remove(series.metric().type(), series.metric().text(), series.tags());
        }
        return gone;
    }

    private boolean isGone(TopicPartition partition, Map<TopicPartition, PartitionFigures> wanted) {
        boolean gone = !wanted.containsKey(partition);
        if (gone) {
            PartitionFigures.METRICS
                    .keySet()
                    .forEach(metric -> broker.remove(metric.type(), metric.text(), tags(metric, partition)));
        }
        return gone;
    }

    private PartitionGauges newGauges(TopicPartition partition) {
        PartitionGauges gauges = new PartitionGauges();
        PartitionFigures.METRICS.forEach((metric, figure) ->
                broker.gauge(metric.type(), metric.text(), tags(metric, partition), () -> gauges.current(figure)));
        return gauges;
    }

    private static Map<String, String> tags(Metric metric, TopicPartition partition) {
        return new Series(metric, List.of(partition.topic(), Integer.toString(partition.partition()))).tags();
    }

    private boolean isStale() {
        return clockMs.getAsLong() - shownMs > STALE_MS;
    }

    private Gauge newGauge(Series series) {
        Gauge gauge = new Gauge();
        broker.gauge(series.metric().type(), series.metric().text(), series.tags(), gauge::current);
        return gauge;
    }

    private Counter newCounter(Series series) {
        return new Counter(
                broker.counter(series.metric().type(), series.metric().text(), series.tags()));
    }

    /** Its value is written by the control thread alone. */
    private final class Gauge {
        /** Read before it is written for the first time, it is not known. */
        private volatile double value = Double.NaN;

        double current() {
            return isStale() ? Double.NaN : value;
        }
    }

    /** As {@link Gauge}, for all that is shown of one partition. */
    private final class PartitionGauges {
        private volatile PartitionFigures figures = PartitionFigures.UNKNOWN;

        double current(ToDoubleFunction<PartitionFigures> figure) {
            return isStale() ? Double.NaN : figure.applyAsDouble(figures);
        }
    }

    private static final class Counter {
        private final LongConsumer growth;
        private long before;

        Counter(LongConsumer growth) {
            this.growth = growth;
        }

        /** What is counted may have begun anew at 0. */
        void grewTo(long now) {
            growth.accept(now >= before ? now - before : now);
            before = now;
        }
    }
}
