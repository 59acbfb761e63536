/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.definition.MirrorDefinition;
import io.hawser.plugin.state.StateTopic;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.PartitionStatus;
import io.hawser.status.StateKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's reports about links and mirror topics: what stands in the state topic, overlaid with what was written and
 * not read back yet.
 *
 * <p>Thread-safe; no call blocks. The lock orders the changes of one key with their writes, which are only queued under it.
 */
public final class StatusBook {

    private final StateTopic state;
    private final int epoch;
    private final Object lock = new Object();
    private final Map<String, Object> written = new HashMap<>();

    /** @param epoch leader epoch of the state topic under which this broker coordinates */
    StatusBook(StateTopic state, int epoch) {
        this.state = state;
        this.epoch = epoch;
    }

    public <V> Optional<V> value(StateKey<V> key) {
        synchronized (lock) {
            return Optional.ofNullable(current(key));
        }
    }

    /** All values of one type, in no order. */
    public <V> Collection<V> all(Class<V> type) {
        synchronized (lock) {
            Map<String, V> all = new HashMap<>(state.snapshot().byKey(type));
            written.forEach((key, value) -> {
                if (type.isInstance(value)) {
                    all.put(key, type.cast(value));
                }
            });
            return all.values();
        }
    }

    /** A partition as its leader reports it, of the mirror topic that there is now. */
    Optional<PartitionStatus> partition(MirrorDefinition mirror, int number) {
        Optional<MirrorStatus> topic = value(StateKey.mirror(mirror.topic()));
        return state.snapshot()
                .value(StateKey.partition(mirror.topic(), number))
                .filter(status -> topic.filter(known -> known.incarnation().equals(status.incarnation()))
                        .isPresent());
    }

    /** Whether a partition of the mirror does not go on for that reason. */
    boolean hasFailed(MirrorDefinition mirror, MirrorStatus status, FailureCode code) {
        return status.state() == MirrorState.FAILED
                && IntStream.range(0, status.partitions())
                        .mapToObj(number -> partition(mirror, number))
                        .flatMap(Optional::stream)
                        .map(PartitionStatus::failure)
                        .anyMatch(failure -> failure != null && failure.code() == code);
    }

    /** Writes again what the topic did not take, or a coordinator that was deposed has overwritten since. */
    void restore() {
        synchronized (lock) {
            for (String key : state.toWriteAgain()) {
                StateKey.parse(key).filter(StateKey::isOfCoordinator).ifPresent(this::writeAgain);
            }
        }
    }

    private <V> void writeAgain(StateKey<V> key) {
        V value = current(key);
        if (value == null) {
            state.delete(key.text(), epoch);
        } else {
            state.write(key, value, epoch);
        }
    }

    /** Changes a report; the change sees null where there is none, and nothing is written when nothing changes. */
    <V> void change(StateKey<V> key, Function<@Nullable V, @Nullable V> change) {
        synchronized (lock) {
            V before = current(key);
            V after = change.apply(before);
            if (after != null && !after.equals(before)) {
                written.put(key.text(), after);
                state.write(key, after, epoch);
            }
        }
    }

    /** Writes a report; completes when the state topic has it. */
    public <V> CompletionStage<Void> write(StateKey<V> key, V value) {
        synchronized (lock) {
            written.put(key.text(), value);
            return state.write(key, value, epoch);
        }
    }

    public void delete(StateKey<?> key) {
        synchronized (lock) {
            written.remove(key.text());
            state.delete(key.text(), epoch);
        }
    }

    private <V> @Nullable V current(StateKey<V> key) {
        Object value = written.get(key.text());
        return value != null
                ? key.type().cast(value)
                : state.snapshot().value(key).orElse(null);
    }
}
