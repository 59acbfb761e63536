/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin;

import java.util.Map;

/** What runs links inside a broker. Thread-safe. */
@FunctionalInterface
public interface RunningLinks extends AutoCloseable {

    /**
     * Takes over those of the broker's settings that may change while it runs. Called on the metadata loader's thread, so it must not
     * block.
     */
    default void reconfigure(Map<String, ?> configs) {}

    /** Ends all that was started. */
    @Override
    void close() throws Exception;
}
