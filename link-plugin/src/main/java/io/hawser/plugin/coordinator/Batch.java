/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.common.KafkaException;

/**
 * What is asked for one by one and done together: as much as has come by the time the worker is free.
 *
 * <p>Thread-safe.
 */
final class Batch<Q, A> {

    /** Bounds how long the last one waits for the first, and what is in memory for all. */
    private static final int MAX_SIZE = 250;

    private final Executor worker;
    private final Work<Q, A> work;
    private final Map<Q, CompletableFuture<A>> waiting = new LinkedHashMap<>();

    /** Does all of it; what it leaves open, or throws for, has failed. */
    interface Work<Q, A> {
        void run(Map<Q, CompletableFuture<A>> asked);
    }

    /** @param worker runs one thing after the other */
    Batch(Executor worker, Work<Q, A> work) {
        this.worker = worker;
        this.work = work;
    }

    /** Never blocks. What is waiting already is not asked for twice. */
    CompletableFuture<A> ask(Q question) {
        synchronized (waiting) {
            if (waiting.isEmpty()) {
                worker.execute(this::run);
            }
            return waiting.computeIfAbsent(question, asked -> new CompletableFuture<>());
        }
    }

    private void run() {
        Map<Q, CompletableFuture<A>> asked = next();
        Throwable failure = new KafkaException("not done");
        try {
            work.run(asked);
        } catch (Throwable e) {
            failure = e;
        }
        for (CompletableFuture<A> each : asked.values()) {
            each.completeExceptionally(failure);
        }
    }

    private Map<Q, CompletableFuture<A>> next() {
        Map<Q, CompletableFuture<A>> asked = new LinkedHashMap<>();
        synchronized (waiting) {
            Iterator<Map.Entry<Q, CompletableFuture<A>>> entries =
                    waiting.entrySet().iterator();
            while (entries.hasNext() && asked.size() < MAX_SIZE) {
                Map.Entry<Q, CompletableFuture<A>> entry = entries.next();
                asked.put(entry.getKey(), entry.getValue());
                entries.remove();
            }
            if (!waiting.isEmpty()) {
                worker.execute(this::run);
            }
        }
        return asked;
    }
}
