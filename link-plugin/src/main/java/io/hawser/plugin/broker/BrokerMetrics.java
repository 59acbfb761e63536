/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.broker;

import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;

/**
 * What the broker shows by JMX and by its metrics reporters, as it shows its own metrics: {@code kafka.hawser:type=<type>,name=<name>}
 * and the tags, in the order of the map. Thread-safe; nothing here blocks.
 */
public interface BrokerMetrics {

    /** @param value asked by any thread at any time */
    void gauge(String type, String name, Map<String, String> tags, DoubleSupplier value);

    /** @return takes by how much the count has grown */
    LongConsumer counter(String type, String name, Map<String, String> tags);

    /** Shows it no more. Does nothing if it was not shown. */
    void remove(String type, String name, Map<String, String> tags);
}
