/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.broker.kafka43;

import com.yammer.metrics.core.Meter;
import io.hawser.plugin.broker.BrokerMetrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import org.apache.kafka.server.metrics.KafkaMetricsGroup;

/** The registry of the broker's own metrics, so that whatever reports those reports ours. Thread-safe. */
final class Kafka43Metrics implements BrokerMetrics {

    private static final String DOMAIN = "kafka.hawser";

    private final Map<String, KafkaMetricsGroup> groups = new ConcurrentHashMap<>();

    @Override
    public void gauge(String type, String name, Map<String, String> tags, DoubleSupplier value) {
        var unused = group(type).newGauge(name, value::getAsDouble, tags);
    }

    @Override
    public LongConsumer counter(String type, String name, Map<String, String> tags) {
        Meter meter = group(type).newMeter(name, name, TimeUnit.SECONDS, tags);
        return meter::mark;
    }

    @Override
    public void remove(String type, String name, Map<String, String> tags) {
        group(type).removeMetric(name, tags);
    }

    private KafkaMetricsGroup group(String type) {
        return groups.computeIfAbsent(type, each -> new KafkaMetricsGroup(DOMAIN, each));
    }
}
