/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brings the machine's memory into the state in which a broker's is that has run for a day: all that no process uses holds pages of
 * files, so who writes takes over pages that the machine has. Otherwise the contender that comes after a deletion takes free
 * memory, which a virtual machine may have given back to its host: to write there was seen to take six times as long.
 *
 * <p>Reads through a file of nothing but holes, which takes no room on the disk. Does nothing where the system does not tell how
 * much memory is free, as on systems other than Linux. Confined to the benchmark's thread.
 */
final class FullPageCache implements AutoCloseable {

    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final Pattern FREE = Pattern.compile("^MemFree:\\s+(\\d+) kB$", Pattern.MULTILINE);
    private static final Pattern TOTAL = Pattern.compile("^MemTotal:\\s+(\\d+) kB$", Pattern.MULTILINE);

    private final FileChannel holes;
    private final long size;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 20);
    /** What is ahead of it was read longest ago, or never, and so is not in memory. */
    private long position;

    FullPageCache(Path folder) throws IOException {
        this.holes = FileChannel.open(
                folder.resolve("holes"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.SPARSE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
        this.size = 2 * bytes(TOTAL);
        if (size > 0) {
            holes.write(ByteBuffer.allocate(1), size - 1);
        }
    }

    /** Uses up what is free now. */
    void fill() throws IOException {
        for (long left = bytes(FREE); left > 0; ) {
            int read = holes.read(chunk.clear(), position);
            position = read < 0 ? 0 : position + read;
            left -= Math.max(0, read);
        }
    }

    @Override
    public void close() throws IOException {
        holes.close();
    }

    private static long bytes(Pattern figure) throws IOException {
        if (!Files.isReadable(MEMORY)) {
            return 0;
        }
        Matcher found = figure.matcher(Files.readString(MEMORY));
        return found.find() ? Long.parseLong(found.group(1)) << 10 : 0;
    }
}
