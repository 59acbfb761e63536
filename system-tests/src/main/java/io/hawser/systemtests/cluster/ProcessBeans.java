/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What another JVM of this machine shows by JMX. Each question connects anew. */
public final class ProcessBeans {

    private ProcessBeans() {}

    /**
     * One question to a JVM.
     *
     * @param <T> type of the answer
     */
    public interface Question<T> {
        T ask(MBeanServerConnection jvm) throws IOException, JMException;
    }

    /**
     * Asks a JVM.
     *
     * @throws IllegalStateException it does not show that
     * @throws UncheckedIOException it does not answer
     */
    @SuppressWarnings("BanJNDI") // The peer is a process that the caller has started itself.
    public static <T> T ask(long processId, Question<T> question) {
        try (JMXConnector jmx = JMXConnectorFactory.connect(new JMXServiceURL(address(processId)))) {
            return question.ask(jmx.getMBeanServerConnection());
        } catch (JMException e) {
            throw new IllegalStateException("Process " + processId + " does not show that", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Process " + processId + " does not tell about itself", e);
        }
    }

    private static String address(long processId) throws IOException {
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
