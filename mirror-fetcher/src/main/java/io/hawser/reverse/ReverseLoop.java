/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that drives the connections of a process before they are Kafka's. Nothing on it may block.
 *
 * <p>Thread-safe: what is said to be for the loop's thread is not.
 */
public final class ReverseLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReverseLoop.class);
    private static final long TICK_MS = 50;
    private static final long CLOSE_LIMIT_MS = 3_000;

    private final Time time;
    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<Runnable> ticks = new ArrayList<>();
    private final Thread thread;
    private volatile boolean running = true;

    /** Told when a channel can go on. Called on the loop's thread. */
    interface Ready {
        void ready();
    }

    /** @throws KafkaException if the operating system has no selector left */
    public ReverseLoop(String threadName, Time time) {
        this.time = time;
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new KafkaException("no selector", e);
        }
        this.thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Has it run on the loop's thread, soon. What is given after {@link #close} is not run. */
    void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Has it run again and again, some 20 times a second. For the loop's thread. */
    void eachTick(Runnable tick) {
        ticks.add(tick);
    }

    /** For the loop's thread. */
    void noMoreTicks(Runnable tick) {
        ticks.remove(tick);
    }

    /** For the loop's thread. */
    SelectionKey register(SelectableChannel channel, int operations, Ready ready) throws IOException {
        return channel.register(selector, operations, ready);
    }

    long nowMs() {
        return time.hiResClockMs();
    }

    /** Ends the thread within a bounded time. What is registered is not closed. Idempotent. */
    @Override
    public void close() {
        running = false;
        selector.wakeup();
        try {
            thread.join(CLOSE_LIMIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long tickedMs = nowMs();
        try {
            while (running) {
                selector.select(key -> ready(key), TICK_MS);
                runTasks();
                if (nowMs() - tickedMs >= TICK_MS) {
                    tickedMs = nowMs();
                    List.copyOf(ticks).forEach(ReverseLoop::guarded);
                }
            }
            runTasks();
        } catch (IOException | ClosedSelectorException e) {
            LOG.error("Source-initiated links end in this process", e);
        } finally {
            try {
                selector.close();
            } catch (IOException e) {
                LOG.debug("Selector not closed", e);
            }
        }
    }

    private void runTasks() {
        Runnable task = tasks.poll();
        while (task != null) {
            guarded(task);
            task = tasks.poll();
        }
    }

    private static void ready(SelectionKey key) {
        guarded(() -> ((Ready) key.attachment()).ready());
    }

    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (CancelledKeyException e) {
            LOG.debug("A connection was closed meanwhile", e);
        } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
            LOG.error("Unexpected; other connections go on", e);
        }
    }
}
