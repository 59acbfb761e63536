/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.broker.kafka43;

import com.yammer.metrics.core.Gauge;
import com.yammer.metrics.core.Metric;
import io.hawser.plugin.broker.UnsupportedBrokerException;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import kafka.server.BrokerServer;
import org.apache.kafka.server.metrics.KafkaYammerMetrics;
import org.jspecify.annotations.Nullable;

/**
 * Finds the broker server of this process: the gauge {@code BrokerState} of the metrics registry is a closure over it.
 *
 * <p>Immutable. One broker per process, as Kafka runs it; several would be confused, since the registry is global.
 */
final class BrokerServerLookup {

    private static final String GAUGE = "kafka.server:type=KafkaServer,name=BrokerState";

    private BrokerServerLookup() {}

    static BrokerServer find() throws UnsupportedBrokerException {
        Object gauge = KafkaYammerMetrics.defaultRegistry().allMetrics().entrySet().stream()
                .filter(entry -> entry.getKey().getMBeanName().equals(GAUGE))
                .map(Map.Entry::getValue)
                .filter(BrokerServerLookup::isGauge)
                .findFirst()
                .orElseThrow(() -> new UnsupportedBrokerException("there is no gauge " + GAUGE));
        return captured(gauge, 3)
                .orElseThrow(
                        () -> new UnsupportedBrokerException("the gauge " + GAUGE + " does not lead to the broker"));
    }

    private static boolean isGauge(Metric metric) {
        return metric instanceof Gauge;
    }

    /** Follows what closures hold: the gauge holds a function, the function holds the server. */
    private static Optional<BrokerServer> captured(Object closure, int depth) {
        if (closure instanceof BrokerServer server) {
            return Optional.of(server);
        }
        if (depth == 0) {
            return Optional.empty();
        }
        return Arrays.stream(closure.getClass().getDeclaredFields())
                .map(field -> read(field, closure))
                .filter(Objects::nonNull)
                .map(held -> captured(held, depth - 1))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static @Nullable Object read(Field field, Object holder) {
        try {
            field.setAccessible(true);
            return field.get(holder);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }
}
