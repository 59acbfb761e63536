/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets the thread that made this end its work in order when the process is told to end, by Ctrl-C or SIGTERM: it is interrupted,
 * unless it is tidying up already, and the process waits for {@link #close()}, for a bounded time.
 *
 * <p>Thread-safe. The lock orders the interrupt with the beginning of tidying up.
 */
final class Ending implements AutoCloseable {

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;
    private final long limitMs;
    private @Nullable Thread worker;
    private boolean begun;

    /** @param limitMs how long the process waits at most */
    Ending(long limitMs) {
        this.limitMs = limitMs;
        this.worker = Thread.currentThread();
        this.hook = new Thread(this::begin, "link-admin-ending");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * From here on the thread is not interrupted, and no longer is if it was.
     *
     * @return whether the process ends
     */
    synchronized boolean tidyUp() {
        worker = null;
        boolean interrupted = Thread.interrupted();
        return begun || interrupted;
    }

    /** The process has been told to end. */
    void begin() {
        synchronized (this) {
            begun = true;
            if (worker != null) {
                worker.interrupt();
            }
        }
        try {
            boolean inOrder = closed.await(limitMs, TimeUnit.MILLISECONDS);
            if (!inOrder) {
                System.err.println(
                        "link-admin: ended before it had removed what it made; see 'link-admin drill' for it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends, and waits for nothing any more.
        }
    }
}
