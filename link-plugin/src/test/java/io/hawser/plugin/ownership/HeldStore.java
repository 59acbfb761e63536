/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.ownership;

import io.hawser.plugin.state.StateStore;
import io.hawser.status.StateCodec;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keeps and reads nothing before the test says so. */
final class HeldStore implements StateStore {

    private final StateSnapshot snapshot = new StateSnapshot();
    private final List<Runnable> unread = new ArrayList<>();
    private final List<CompletableFuture<Void>> readings = new ArrayList<>();
    private final List<CompletableFuture<Void>> writes = new ArrayList<>();

    /** What another broker has written, which this one has not read yet. */
    <V> void writtenElsewhere(StateKey<V> key, V value) {
        unread.add(() -> snapshot.apply(key.text(), StateCodec.write(value)));
    }

    void readAll() {
        unread.forEach(Runnable::run);
        unread.clear();
        readings.forEach(reading -> reading.complete(null));
        readings.clear();
    }

    void keepAll() {
        writes.forEach(write -> write.complete(null));
        writes.clear();
    }

    void refuseAll() {
        writes.forEach(write -> write.completeExceptionally(new IllegalStateException("no room")));
        writes.clear();
    }

    @Override
    public StateSnapshot snapshot() {
        return snapshot;
    }

    @Override
    public CompletionStage<Void> upToDate() {
        CompletableFuture<Void> reading = new CompletableFuture<>();
        readings.add(reading);
        return reading;
    }

    @Override
    public <V> CompletionStage<Void> write(StateKey<V> key, V value) {
        CompletableFuture<Void> write = new CompletableFuture<>();
        writes.add(write);
        return write;
    }

    @Override
    public Set<String> toWriteAgain() {
        return Set.of();
    }
}
