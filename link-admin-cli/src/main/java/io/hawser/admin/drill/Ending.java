/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets the thread that made this end its work in order when the process is told to end, by Ctrl-C or SIGTERM: it is interrupted,
 * and the process waits for {@link #close()}, for a bounded time.
 *
 * <p>Thread-safe.
 */
final class Ending implements AutoCloseable {

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean begun;

    /** @param limitMs how long the process waits at most */
    Ending(long limitMs) {
        Thread worker = Thread.currentThread();
        this.hook = new Thread(() -> end(worker, limitMs), "link-admin-ending");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Whether the process ends. */
    boolean begun() {
        return begun;
    }

    private void end(Thread worker, long limitMs) {
        begun = true;
        worker.interrupt();
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
        if (!begun) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The process has just begun to end, and waits for nothing any more.
                begun = true;
            }
        }
    }
}
