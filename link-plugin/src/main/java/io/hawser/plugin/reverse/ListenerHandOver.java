/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.reverse;

import io.hawser.plugin.broker.HostBroker;
import io.hawser.reverse.Address;
import io.hawser.reverse.HandOver;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives what was dialled for a link to one of the broker's own Kafka listeners. Thread-safe. */
final class ListenerHandOver implements HandOver {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerHandOver.class);

    private final String link;
    private final String listener;
    private final HostBroker broker;
    private final Executor thread;

    /** @param thread on which the broker's limits for new connections may be waited for */
    ListenerHandOver(String link, String listener, HostBroker broker, Executor thread) {
        this.link = link;
        this.listener = listener;
        this.broker = broker;
        this.thread = thread;
    }

    @Override
    public Optional<Address> listener() {
        return broker.listener(listener);
    }

    @Override
    public void serve(SocketChannel channel) {
        try {
            thread.execute(() -> {
                try {
                    broker.serve(channel, listener);
                } catch (IOException | RuntimeException e) {
                    LOG.warn("[{}] a connection of the destination is not served: {}", link, e.getMessage());
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("[{}] too many at once", link);
            close(channel);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("Not closed", e);
        }
    }
}
