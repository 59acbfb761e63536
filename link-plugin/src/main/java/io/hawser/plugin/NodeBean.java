/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows something by JMX on a node of any kind. Made of the JDK alone: it has to work on controllers, and where Kafka is not as
 * expected.
 *
 * <p>Thread-safe.
 *
 * <p>Failure semantics: an MBean server that refuses is logged, and that is all.
 */
final class NodeBean {

    private static final Logger LOG = LoggerFactory.getLogger(NodeBean.class);

    private final String name;
    private final Object bean;

    /** @param bean of a class with an interface as JMX prescribes it */
    NodeBean(String name, Object bean) {
        this.name = name;
        this.bean = bean;
    }

    /** In place of what was shown by that name before. */
    void show() {
        try {
            hide();
            server().registerMBean(bean, new ObjectName(name));
        } catch (JMException | RuntimeException e) {
            LOG.warn("JMX does not show {}: {}", name, e.toString());
        }
    }

    void hide() {
        try {
            ObjectName shown = new ObjectName(name);
            if (server().isRegistered(shown)) {
                server().unregisterMBean(shown);
            }
        } catch (JMException | RuntimeException e) {
            LOG.warn("JMX still shows {}: {}", name, e.toString());
        }
    }

    private static MBeanServer server() {
        return ManagementFactory.getPlatformMBeanServer();
    }
}
