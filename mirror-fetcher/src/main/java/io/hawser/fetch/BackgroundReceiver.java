/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.source.SourceChannel;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the source while the fetcher's thread appends, so that neither the socket nor the file waits for the other.
 *
 * <p>Law: the channel is used by one thread at a time. It is lent for as long as a piece of work takes, and whoever lends it
 * goes on only after it has been given back. Giving it back allocates nothing, so that it succeeds when the heap is full.
 *
 * <p>To be called by the channel's own thread alone. The second thread is made when it is needed first, and ends when it has
 * not been for 30 s. Where none can be made, work is done without.
 */
final class BackgroundReceiver implements AutoCloseable {

    private static final long IDLE_LIMIT_S = 30;
    private static final long POLL_LIMIT_MS = 1_000;

    private final SourceChannel channel;
    private final ThreadPoolExecutor executor;
    /** One task for all loans: at most one is under way. */
    private final Runnable receiving = this::receive;

    private final Loan loan = this::takeBack;

    private final Semaphore givenBack = new Semaphore(0);
    private volatile boolean lent;
    private volatile BooleanSupplier answered = () -> true;
    private volatile @Nullable Throwable trouble;

    /** The channel is with the other thread until this is closed. */
    private interface Loan extends AutoCloseable {
        /** Throws what the other thread has run into. */
        @Override
        void close();
    }

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
     * Does a piece of work while the channel is polled. Throws what the work threw, else what polling threw.
     *
     * @param work does not use the channel
     * @param enough whether there is nothing to receive any more; asked by the second thread, after each poll
     */
    void receiveDuring(Runnable work, BooleanSupplier enough) {
        if (lend(enough)) {
            try (loan) {
                work.run();
            }
        } else {
            work.run();
        }
    }

    private boolean lend(BooleanSupplier enough) {
        answered = enough;
        trouble = null;
        lent = true;
        try {
            executor.execute(receiving);
            return true;
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            lent = false;
            // It may wait in vain for a thread that could not be made.
            executor.remove(receiving);
            return false;
        }
    }

    private void takeBack() {
        lent = false;
        try {
            channel.wakeup();
        } finally {
            givenBack.acquireUninterruptibly();
        }
        if (trouble instanceof Error error) {
            throw error;
        } else if (trouble instanceof RuntimeException error) {
            throw error;
        }
    }

    private void receive() {
        try {
            while (lent && !answered.getAsBoolean()) {
                channel.poll(POLL_LIMIT_MS);
            }
        } catch (Throwable e) {
            trouble = e;
        } finally {
            givenBack.release();
        }
    }

    /** Lets the second thread end. Does not touch the channel. */
    @Override
    public void close() {
        executor.shutdown();
    }
}
