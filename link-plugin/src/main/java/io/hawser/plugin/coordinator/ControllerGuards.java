/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.definition.PluginSetting;
import io.hawser.plugin.local.LocalControllers;
import io.hawser.status.GuardStatus;
import io.hawser.status.StateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Looks which controllers run the plugin: on one that does not, nothing keeps anybody from deleting a mirror topic while it is
 * the active one.
 *
 * <p>Thread-safe: a thread of its own asks, once a minute and whenever controllers come or go.
 */
final class ControllerGuards implements AutoCloseable {

    private static final long LOOK_MS = 2_000;
    private static final long AGAIN_MS = 60_000;

    private final CoordinatorContext context;
    private final StatusBook book;
    private final LocalControllers controllers;
    private final Thread thread = new Thread(this::run, "hawser-controllers");
    private volatile boolean running = true;

    ControllerGuards(CoordinatorContext context, StatusBook book) {
        this.context = context;
        this.book = book;
        this.controllers = context.controllers();
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Asks the thread to end; does not wait, since it may be waiting for a controller. */
    @Override
    public void close() {
        running = false;
        thread.interrupt();
    }

    private void run() {
        try {
            SortedMap<Integer, List<Endpoint>> asked = null;
            long askedMs = 0;
            while (running) {
                SortedMap<Integer, List<Endpoint>> there =
                        context.cluster().get().controllers();
                long nowMs = context.time().milliseconds();
                if (!there.isEmpty() && (!there.equals(asked) || nowMs - askedMs >= AGAIN_MS)) {
                    GuardStatus found = look(there, nowMs);
                    book.change(StateKey.GUARD, found::since);
                    asked = there;
                    askedMs = nowMs;
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private GuardStatus look(SortedMap<Integer, List<Endpoint>> there, long nowMs) throws InterruptedException {
        List<Integer> guarded = new ArrayList<>();
        List<Integer> unguarded = new ArrayList<>();
        List<Integer> unknown = new ArrayList<>();
        String reason = null;
        for (int controller : there.keySet()) {
            try {
                String authorizer = controllers.authorizer(controller, there.getOrDefault(controller, List.of()));
                (authorizer.equals(PluginSetting.PLUGIN) ? guarded : unguarded).add(controller);
            } catch (AuthorizationException e) {
                unknown.add(controller);
                reason = "the brokers' own principal needs DESCRIBE_CONFIGS on the cluster";
            } catch (KafkaException e) {
                unknown.add(controller);
                reason = String.valueOf(e.getMessage());
            } catch (RuntimeException e) {
                unknown.add(controller);
                reason = e.toString();
            }
        }
        return new GuardStatus(guarded, unguarded, unknown, reason, nowMs);
    }
}
