/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.reverse;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/** Looks up host names on a thread of its own, since the operating system may take seconds. Thread-safe. */
final class Names implements AutoCloseable {

    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread named = new Thread(work, "hawser-reverse-names");
        named.setDaemon(true);
        return named;
    });

    CompletableFuture<InetSocketAddress> resolve(Address address) {
        return CompletableFuture.supplyAsync(
                () -> {
                    InetSocketAddress resolved = new InetSocketAddress(address.host(), address.port());
                    if (resolved.isUnresolved()) {
                        throw new java.util.concurrent.CompletionException(new UnknownHostException(address.host()));
                    }
                    return resolved;
                },
                thread);
    }

    /** @return from 0 up to the bound, exclusive */
    long random(long bound) {
        return ThreadLocalRandom.current().nextLong(bound);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
