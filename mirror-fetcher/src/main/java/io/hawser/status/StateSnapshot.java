/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the state topic says, the last value of each key.
 *
 * <p>Thread-safe; one thread applies records in the topic's order, any may read.
 */
public final class StateSnapshot {

    private final Map<String, Object> values = new ConcurrentHashMap<>();

    /**
     * Applies one record of the topic. A value that cannot be read is treated as one that is not there.
     *
     * @param value null for a tombstone
     * @return the key, when it is of a kind known here
     */
    public Optional<StateKey<?>> apply(String key, byte @Nullable [] value) {
        Optional<StateKey<?>> parsed = StateKey.parse(key);
        parsed.ifPresent(stateKey -> {
            Object read =
                    value == null ? null : StateCodec.read(stateKey, value).orElse(null);
            if (read == null) {
                values.remove(key);
            } else if (!supersededBy(values.get(key), read)) {
                values.put(key, read);
            }
        });
        return parsed;
    }

    public <V> Optional<V> value(StateKey<V> key) {
        return Optional.ofNullable(key.type().cast(values.get(key.text())));
    }

    /** All values of one type, in no order. */
    public <V> Collection<V> all(Class<V> type) {
        return values.values().stream().filter(type::isInstance).map(type::cast).toList();
    }

    public void clear() {
        values.clear();
    }

    /** A deposed partition leader may still write; what it says does not count. */
    private static boolean supersededBy(@Nullable Object current, Object read) {
        return current instanceof PartitionStatus known
                && read instanceof PartitionStatus late
                && known.mirrorId().equals(late.mirrorId())
                && late.leaderEpoch() < known.leaderEpoch();
    }
}
