/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows by JMX whether links run on this broker. Made of the JDK alone: it has to work where Kafka is not as expected.
 *
 * <p>Thread-safe.
 *
 * <p>Failure semantics: an MBean server that refuses is logged, and that is all.
 */
final class LinksRunning implements LinksRunningMXBean {

    static final String NAME = "kafka.hawser:type=LinkAuthorizer,name=LinksRunning";

    private static final Logger LOG = LoggerFactory.getLogger(LinksRunning.class);

    private volatile String reason = "they are about to start";

    void show() {
        try {
            ObjectName name = name();
            hide();
            ManagementFactory.getPlatformMBeanServer().registerMBean(this, name);
        } catch (JMException | RuntimeException e) {
            LOG.warn("JMX does not show {}: {}", NAME, e.toString());
        }
    }

    void hide() {
        try {
            ObjectName name = name();
            if (ManagementFactory.getPlatformMBeanServer().isRegistered(name)) {
                ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
            }
        } catch (JMException | RuntimeException e) {
            LOG.warn("JMX still shows {}: {}", NAME, e.toString());
        }
    }

    void running() {
        reason = "";
    }

    void notRunning(Throwable cause) {
        reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    @Override
    public int getValue() {
        return reason.isEmpty() ? 1 : 0;
    }

    @Override
    public String getReason() {
        return reason;
    }

    private static ObjectName name() throws MalformedObjectNameException {
        return new ObjectName(NAME);
    }
}
