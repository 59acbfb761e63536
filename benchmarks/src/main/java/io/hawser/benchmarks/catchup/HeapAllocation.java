/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.LongSupplier;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Bytes that all live threads of another JVM on this machine have allocated so far. Each call connects anew, so it is for the
 * beginning and the end of a measurement. Immutable.
 */
record HeapAllocation(long processId) implements LongSupplier {

    @Override
    @SuppressWarnings("BanJNDI") // the peer is a process that the benchmark has started itself
    public long getAsLong() {
        try (JMXConnector jmx = JMXConnectorFactory.connect(new JMXServiceURL(address()))) {
            ThreadMXBean threads = ManagementFactory.newPlatformMXBeanProxy(
                    jmx.getMBeanServerConnection(), ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
            return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                    .filter(bytes -> bytes > 0)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException("Process " + processId + " does not tell what it allocates", e);
        }
    }

    private String address() throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(String.valueOf(processId));
            try {
                return machine.startLocalManagementAgent();
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException(e);
        }
    }
}
