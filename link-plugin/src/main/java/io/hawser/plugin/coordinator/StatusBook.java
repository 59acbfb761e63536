/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.plugin.state.StateTopic;
import io.hawser.status.StateKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's reports about links and mirror topics: what stands in the state topic, overlaid with what was written and
 * not read back yet.
 *
 * <p>Thread-safe; no call blocks. The lock orders the changes of one key with their writes, which are only queued under it.
 */
final class StatusBook {

    private final StateTopic state;
    private final Object lock = new Object();
    private final Map<String, Object> written = new HashMap<>();

    StatusBook(StateTopic state) {
        this.state = state;
    }

    <V> Optional<V> value(StateKey<V> key) {
        synchronized (lock) {
            return Optional.ofNullable(current(key));
        }
    }

    /** Changes a report; the change sees null where there is none, and nothing is written when nothing changes. */
    <V> void change(StateKey<V> key, Function<@Nullable V, @Nullable V> change) {
        synchronized (lock) {
            V before = current(key);
            V after = change.apply(before);
            if (after != null && !after.equals(before)) {
                written.put(key.text(), after);
                state.write(key, after);
            }
        }
    }

    void delete(StateKey<?> key) {
        synchronized (lock) {
            written.remove(key.text());
            state.delete(key.text());
        }
    }

    private <V> @Nullable V current(StateKey<V> key) {
        Object value = written.get(key.text());
        return value != null
                ? key.type().cast(value)
                : state.snapshot().value(key).orElse(null);
    }
}
