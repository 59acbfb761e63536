/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The wire itself: the same segment files by sendfile through a socket of the loopback interface into a file. */
final class RawPipe implements Contender {

    private static final int CHUNK = 1 << 20;

    private final Path sourceData;
    private final Path copy;

    RawPipe(Path sourceData, Path copy) {
        this.sourceData = sourceData;
        this.copy = copy;
    }

    @Override
    public String name() {
        return "raw pipe";
    }

    @Override
    public Measurement run(DataSet data) throws IOException, InterruptedException {
        List<Path> segments = data.segments(sourceData);
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            long startNs = System.nanoTime();
            long cpuNs = cpuNanos();
            CompletableFuture<Long> received = CompletableFuture.supplyAsync(() -> receive(server));
            try (SocketChannel socket = SocketChannel.open(server.getLocalAddress())) {
                for (Path segment : segments) {
                    send(segment, socket);
                }
            }
            long bytes = received.get();
            return new Measurement(bytes, System.nanoTime() - startNs, cpuNanos() - cpuNs, -1);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private static void send(Path segment, SocketChannel socket) throws IOException {
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.READ)) {
            long size = file.size();
            for (long sent = 0; sent < size; ) {
                sent += file.transferTo(sent, size - sent, socket);
            }
        }
    }

    private long receive(ServerSocketChannel server) {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        try (SocketChannel socket = server.accept();
                FileChannel file = FileChannel.open(
                        copy,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            long bytes = 0;
            while (socket.read(chunk) >= 0) {
                chunk.flip();
                while (chunk.hasRemaining()) {
                    bytes += file.write(chunk);
                }
                chunk.clear();
            }
            return bytes;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }
}
