/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the state topic says, the last value of each key.
 *
 * <p>Thread-safe; one thread applies records in the topic's order, any may read.
 */
public final class StateSnapshot {

    /** Of a record that no coordinator wrote. */
    public static final int NO_COORDINATOR = -1;

    /** Reports that come all the time and upon which nobody acts. */
    private static final Set<Class<?>> MEANWHILE =
            Set.of(LagReport.class, TaskStatus.class, GroupStatus.class, AclStatus.class, VerificationStatus.class);

    /** By type, and by the text of their keys. */
    private final Map<Class<?>, Map<String, Object>> values = new ConcurrentHashMap<>();

    private final Set<String> overwritten = ConcurrentHashMap.newKeySet();
    private int coordinatorEpoch = NO_COORDINATOR;
    private final AtomicLong version = new AtomicLong();

    /** As {@link #apply(String, byte[], int)}, for a record that no coordinator wrote. */
    public Optional<StateKey<?>> apply(String key, byte @Nullable [] value) {
        return apply(key, value, NO_COORDINATOR);
    }

    /**
     * Applies one record of the topic. A value that cannot be read is treated as one that is not there. A record of a
     * coordinator or partition leader that was deposed before does not count; its key is remembered, since compaction will
     * keep that record and remove the right one.
     *
     * @param value null for a tombstone
     * @param writtenUnder leader epoch of the topic under which a coordinator wrote it, or {@link #NO_COORDINATOR}
     * @return the key, when it is of a kind known here
     */
    public Optional<StateKey<?>> apply(String key, byte @Nullable [] value, int writtenUnder) {
        Optional<StateKey<?>> parsed = put(key, value, writtenUnder);
        if (parsed.isEmpty() || !MEANWHILE.contains(parsed.get().type())) {
            version.incrementAndGet();
        }
        return parsed;
    }

    private Optional<StateKey<?>> put(String key, byte @Nullable [] value, int writtenUnder) {
        if (writtenUnder != NO_COORDINATOR && writtenUnder < coordinatorEpoch) {
            overwritten.add(key);
            return StateKey.parse(key);
        }
        coordinatorEpoch = Math.max(coordinatorEpoch, writtenUnder);
        overwritten.remove(key);
        Optional<StateKey<?>> parsed = StateKey.parse(key);
        parsed.ifPresent(stateKey -> {
            Object read =
                    value == null ? null : StateCodec.read(stateKey, value).orElse(null);
            Map<String, Object> known = values.computeIfAbsent(stateKey.type(), type -> new ConcurrentHashMap<>());
            if (read == null) {
                known.remove(key);
            } else if (supersededBy(known.get(key), read)) {
                overwritten.add(key);
            } else {
                known.put(key, read);
            }
        });
        return parsed;
    }

    /**
     * Grows after each record but lags and reports of tasks, which come all the time and change nothing: who has seen all of one
     * version has nothing to do before there is another.
     */
    public long version() {
        return version.get();
    }

    public <V> Optional<V> value(StateKey<V> key) {
        return Optional.ofNullable(key.type().cast(of(key.type()).get(key.text())));
    }

    /** All values of one type, in no order. */
    public <V> Collection<V> all(Class<V> type) {
        return of(type).values().stream().map(type::cast).toList();
    }

    /** All values of one type, by the text of their keys. */
    public <V> Map<String, V> byKey(Class<V> type) {
        return of(type).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> type.cast(entry.getValue())));
    }

    /** Keys whose last record in the topic does not count; who is in charge of them writes them again. */
    public Set<String> overwritten() {
        return Set.copyOf(overwritten);
    }

    private Map<String, Object> of(Class<?> type) {
        return values.getOrDefault(type, Map.of());
    }

    /** A deposed partition leader may still write; what it says does not count. */
    private static boolean supersededBy(@Nullable Object current, Object read) {
        if (current instanceof VerificationStatus known && read instanceof VerificationStatus late) {
            return known.incarnation().equals(late.incarnation()) && late.leaderEpoch() < known.leaderEpoch();
        }
        return current instanceof PartitionStatus known
                && read instanceof PartitionStatus late
                && known.incarnation().equals(late.incarnation())
                && late.leaderEpoch() < known.leaderEpoch();
    }
}
