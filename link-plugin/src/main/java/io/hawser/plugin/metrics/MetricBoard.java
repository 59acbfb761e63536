/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.metrics;

import io.hawser.plugin.broker.BrokerMetrics;
import io.hawser.plugin.metrics.Readings.Series;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
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
            retain(readings.values());
            readings.values().forEach(this::show);
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
            return clockMs.getAsLong() - shownMs > STALE_MS ? Double.NaN : value;
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
