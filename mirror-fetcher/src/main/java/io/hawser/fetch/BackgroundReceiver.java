/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.source.SourceChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Reads from the source while the fetcher's thread appends, so that neither the socket nor the file waits for the other.
 *
 * <p>Law: the channel is used by one thread at a time. It is lent for as long as a piece of work takes, and whoever lends it
 * goes on only after it has been given back.
 *
 * <p>To be called by the channel's own thread alone. The second thread is made when it is needed first, and ends when it has
 * not been for 30 s.
 */
final class BackgroundReceiver implements AutoCloseable {

    private static final long IDLE_LIMIT_S = 30;
    private static final long POLL_LIMIT_MS = 1_000;

    private final SourceChannel channel;
    private final ThreadPoolExecutor executor;
    private volatile boolean lent;

    BackgroundReceiver(String name, SourceChannel channel) {
        this.channel = channel;
        this.executor =
                new ThreadPoolExecutor(1, 1, IDLE_LIMIT_S, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, name);
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
    }

    /**
     * Does a piece of work while the channel is polled.
     *
     * @param work does not use the channel
     * @param answered whether there is nothing to receive any more; asked by the second thread, after each poll
     * @throws java.util.concurrent.CompletionException what polling threw
     */
    void receiveDuring(Runnable work, BooleanSupplier answered) {
        lent = true;
        CompletableFuture<Void> receiving = CompletableFuture.runAsync(() -> receive(answered), executor);
        try {
            work.run();
        } finally {
            lent = false;
            channel.wakeup();
            receiving.join();
        }
    }

    private void receive(BooleanSupplier answered) {
        while (lent && !answered.getAsBoolean()) {
            channel.poll(POLL_LIMIT_MS);
        }
    }

    /** Lets the second thread end. Does not touch the channel. */
    @Override
    public void close() {
        executor.shutdown();
    }
}
