/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks;

import com.sun.management.ThreadMXBean;
import io.hawser.systemtests.cluster.ProcessBeans;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;

/**
 * What another JVM on this machine tells of itself. Each call connects anew, so it is for the beginning and the end of a
 * measurement. Immutable.
 */
public record JvmFigures(long processId) {

    /** Bytes that all live threads have allocated so far. */
    public long allocatedBytes() {
        return ask(jvm -> {
            ThreadMXBean threads = threads(jvm);
            return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                    .filter(bytes -> bytes > 0)
                    .sum();
        });
    }

    /** Bytes of the heap that are in use after a full collection. */
    public long liveHeapBytes() {
        return ask(jvm -> {
            MemoryMXBean memory = ManagementFactory.newPlatformMXBeanProxy(
                    jvm, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
            memory.gc();
            return memory.getHeapMemoryUsage().getUsed();
        });
    }

    /** CPU time of all live threads whose name begins so. */
    public long cpuNanosOfThreads(String prefix) {
        return ask(jvm -> {
            ThreadMXBean threads = threads(jvm);
            return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                    .filter(thread -> thread != null && thread.getThreadName().startsWith(prefix))
                    .mapToLong(ThreadInfo::getThreadId)
                    .map(threads::getThreadCpuTime)
                    .filter(nanos -> nanos > 0)
                    .sum();
        });
    }

    /** A number that the JVM shows by JMX. */
    public long attribute(String bean, String attribute) {
        return ask(jvm -> ((Number) jvm.getAttribute(new ObjectName(bean), attribute)).longValue());
    }

    private long ask(ProcessBeans.Question<Long> question) {
        return ProcessBeans.ask(processId, question);
    }

    private static ThreadMXBean threads(MBeanServerConnection jvm) throws IOException {
        return ManagementFactory.newPlatformMXBeanProxy(jvm, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
    }
}
