/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin;

import io.hawser.plugin.guard.DefinitionsFeed;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.server.authorizer.AuthorizerServerInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts and ends the runtime such that the broker neither fails nor waits for long because of it.
 *
 * <p>Thread-safe.
 *
 * <p>Failure semantics: whatever the runtime throws is logged once and shown by JMX. If its start takes longer than the bound, the broker
 * goes on and the runtime gets ready behind its back; if its end does, it is left to its daemon threads.
 */
final class RuntimeHost {

    private static final Logger LOG = LoggerFactory.getLogger(RuntimeHost.class);

    private final RuntimeFactory factory;
    private final Duration bound;
    private final LinksRunning shown = new LinksRunning();
    private @Nullable CompletableFuture<RunningLinks> runtime;

    /** @param bound how long the broker's own thread waits, for the start and for the end */
    RuntimeHost(RuntimeFactory factory, Duration bound) {
        this.factory = factory;
        this.bound = bound;
    }

    void start(Map<String, ?> configs, AuthorizerServerInfo info, DefinitionsFeed feed) {
        CompletableFuture<RunningLinks> started = new CompletableFuture<>();
        synchronized (this) {
            runtime = started;
        }
        shown.show();
        daemon("hawser-start", () -> {
            try {
                started.complete(factory.start(configs, info, feed));
                shown.running();
            } catch (Throwable e) {
                LOG.error("Links do not run on this broker; mirror topics stay read-only", e);
                shown.notRunning(e);
                started.completeExceptionally(e);
            }
        });
        await(started, "start");
    }

    /** Hands changed settings to the runtime, now or as soon as it is there. Does not wait. */
    void reconfigure(Map<String, ?> configs) {
        CompletableFuture<RunningLinks> started;
        synchronized (this) {
            started = runtime;
        }
        if (started != null && !started.isCompletedExceptionally()) {
            started.thenAccept(running -> running.reconfigure(configs)).exceptionally(failure -> {
                LOG.warn("Changed settings could not be taken over", failure);
                return null;
            });
        }
    }

    /** Idempotent. */
    void close() {
        CompletableFuture<RunningLinks> started;
        synchronized (this) {
            started = runtime;
            runtime = null;
        }
        shown.hide();
        if (started == null || started.isCompletedExceptionally()) {
            return;
        }
        CompletableFuture<Void> ended = new CompletableFuture<>();
        // Also when the start is late: the runtime is ended as soon as it is there.
        started.whenComplete((running, failure) -> {
            if (running != null) {
                daemon("hawser-stop", () -> end(running, ended));
            } else {
                ended.complete(null);
            }
        });
        await(ended, "end");
    }

    private static void end(RunningLinks running, CompletableFuture<Void> ended) {
        try {
            running.close();
        } catch (Throwable e) {
            LOG.warn("Links did not end in good order", e);
        } finally {
            ended.complete(null);
        }
    }

    private void await(CompletableFuture<?> future, String what) {
        try {
            future.get(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            LOG.debug("The failed {} of links has been logged", what);
        } catch (TimeoutException e) {
            LOG.warn(
                    "The {} of links takes longer than {} ms; the broker does not wait for it", what, bound.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
