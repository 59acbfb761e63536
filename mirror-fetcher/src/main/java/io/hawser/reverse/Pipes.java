/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves what the destination starts by a connection of its own to a broker's listener: for processes that are no broker.
 *
 * <p>Thread-safe: each pipe belongs to one of a few threads.
 */
public final class Pipes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pipes.class);
    private static final long CLOSE_LIMIT_MS = 2_000;

    /** At once; they take 128 MiB outside the heap. */
    static final int MOST_PIPES = 512;

    private final List<Mover> movers;
    private final Names names = new Names();
    private final AtomicInteger next = new AtomicInteger();
    private final LongAdder piped = new LongAdder();
    private final AtomicInteger open = new AtomicInteger();

    /** @param threads that move bytes, at least 1 */
    public Pipes(int threads) {
        this.movers = IntStream.range(0, threads).mapToObj(Mover::new).toList();
        movers.forEach(mover -> mover.thread.start());
    }

    /** Gives what is started to a listener. */
    public HandOver to(Address listener) {
        return new HandOver() {
            @Override
            public Optional<Address> listener() {
                return Optional.of(listener);
            }

            @Override
            public void serve(SocketChannel channel) {
                if (open.incrementAndGet() > MOST_PIPES) {
                    open.decrementAndGet();
                    LOG.warn("{} connections are served already; another is closed", MOST_PIPES);
                    Connection.closeSocket(channel);
                    return;
                }
                piped.increment();
                Mover mover = movers.get(Math.floorMod(next.getAndIncrement(), movers.size()));
                names.resolve(listener).whenComplete((address, error) -> {
                    if (error == null) {
                        mover.add(channel, address);
                    } else {
                        LOG.warn("The name of {} does not resolve", listener);
                        open.decrementAndGet();
                        Connection.closeSocket(channel);
                    }
                });
            }
        };
    }

    /** Connections that were served so far. */
    public long piped() {
        return piped.sum();
    }

    /** Breaks all pipes. Idempotent. */
    @Override
    public void close() {
        names.close();
        movers.forEach(Mover::close);
    }

    private final class Mover {
        private final Selector selector;
        private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        private final Thread thread;
        private volatile boolean running = true;

        Mover(int index) {
            try {
                this.selector = Selector.open();
            } catch (IOException e) {
                throw new KafkaException("no selector", e);
            }
            this.thread = new Thread(this::run, "hawser-pipe-" + index);
            thread.setDaemon(true);
        }

        void add(SocketChannel channel, InetSocketAddress address) {
            tasks.add(() -> begin(channel, address));
            selector.wakeup();
        }

        void close() {
            running = false;
            selector.wakeup();
            try {
                thread.join(CLOSE_LIMIT_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void begin(SocketChannel channel, InetSocketAddress address) {
            SocketChannel broker = null;
            try {
                broker = SocketChannel.open();
                broker.configureBlocking(false);
                broker.connect(address);
                new Pipe(channel, broker, selector, open::decrementAndGet);
            } catch (IOException | RuntimeException e) {
                LOG.warn("{} does not take a connection: {}", address, e.getMessage());
                open.decrementAndGet();
                Connection.closeSocket(channel);
                if (broker != null) {
                    Connection.closeSocket(broker);
                }
            }
        }

        private void run() {
            try {
                while (running) {
                    selector.select(this::ready);
                    Runnable task = tasks.poll();
                    while (task != null) {
                        task.run();
                        task = tasks.poll();
                    }
                }
            } catch (IOException e) {
                LOG.error("No more bytes are moved by this thread", e);
            } finally {
                selector.keys().forEach(key -> ((Pipe) key.attachment()).close());
            }
        }

        private void ready(SelectionKey key) {
            Pipe pipe = (Pipe) key.attachment();
            try {
                pipe.ready();
            } catch (CancelledKeyException e) {
                pipe.close();
            }
        }
    }
}
