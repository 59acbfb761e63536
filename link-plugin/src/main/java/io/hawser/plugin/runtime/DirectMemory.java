/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.runtime;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much memory outside the heap the broker's JVM has for us. Thread-safe: no state. */
final class DirectMemory {

    private static final Logger LOG = LoggerFactory.getLogger(DirectMemory.class);

    /** The broker needs some itself, for each thread that does I/O. */
    private static final int SHARE = 2;

    private DirectMemory() {}

    /** What is wanted, or as much of it as leaves the broker its half; says so when it is less. */
    static long atMost(long wantedBytes) {
        long oursBytes = limitBytes() / SHARE;
        if (wantedBytes <= oursBytes) {
            return wantedBytes;
        }
        LOG.warn(
                "Fetched batches get {} bytes of memory, not {}: the JVM allows no more outside the heap. Raise"
                        + " -XX:MaxDirectMemorySize or lower hawser.buffer.memory",
                oursBytes,
                wantedBytes);
        return oursBytes;
    }

    private static long limitBytes() {
        long heapBytes = Runtime.getRuntime().maxMemory();
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (jvm == null) {
            return heapBytes;
        }
        try {
            long limit = Long.parseLong(jvm.getVMOption("MaxDirectMemorySize").getValue());
            // 0 stands for as much as the heap may have.
            return limit > 0 ? limit : heapBytes;
        } catch (IllegalArgumentException e) {
            return heapBytes;
        }
    }
}
