/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.runtime;

import io.hawser.config.LinkConfig;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries whether a link's source answers to other addresses or credentials, until it does, while those before stay in use.
 *
 * <p>Thread-safe: a thread of its own asks.
 */
final class SourceProof implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SourceProof.class);
    private static final long AGAIN_MS = 2_000;

    private final String link;
    private final LinkConfig config;
    private final String sourceClusterId;
    private final Supplier<SourceClient> clients;
    private final Runnable proven;
    private final Thread thread;
    private volatile boolean succeeded;
    private volatile boolean running = true;
    private String lastReason = "";

    /**
     * @param sourceClusterId the cluster that has to answer
     * @param clients makes one of the config
     * @param proven told once, by this one's thread
     */
    SourceProof(
            String link, LinkConfig config, String sourceClusterId, Supplier<SourceClient> clients, Runnable proven) {
        this.link = link;
        this.config = config;
        this.sourceClusterId = sourceClusterId;
        this.clients = clients;
        this.proven = proven;
        this.thread = new Thread(this::run, "hawser-" + link + "-proof");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** What is tried. */
    LinkConfig config() {
        return config;
    }

    boolean hasSucceeded() {
        return succeeded;
    }

    /** Asks the thread to end; does not wait, since it may be waiting for the source. */
    @Override
    public void close() {
        running = false;
        thread.interrupt();
    }

    private void run() {
        try (SourceClient client = clients.get()) {
            while (running) {
                if (answers(client)) {
                    succeeded = true;
                    proven.run();
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(AGAIN_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean answers(SourceClient client) {
        try {
            String found = client.cluster(Set.of()).clusterId();
            if (sourceClusterId.equals(found)) {
                return true;
            }
            failed("cluster " + found + " answers, and not " + sourceClusterId);
        } catch (SourceException e) {
            failed(e.failure().code() + ": " + e.failure().message());
        } catch (KafkaException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            failed(e.toString());
        }
        return false;
    }

    private void failed(String reason) {
        if (running && !reason.equals(lastReason)) {
            lastReason = reason;
            LOG.warn(
                    "[{}] goes on with the addresses and credentials that it had; the new ones failed: {}",
                    link,
                    reason);
        }
    }
}
