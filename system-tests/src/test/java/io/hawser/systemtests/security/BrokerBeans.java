/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.security;

import com.sun.tools.attach.VirtualMachine;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** All that JMX shows of a process of this machine. */
final class BrokerBeans {

    private BrokerBeans() {}

    /** Every attribute of every bean, as text; what cannot be read is left out. */
    @SuppressWarnings("BanJNDI") // The test's own broker answers.
    static String text(long processId) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(String.valueOf(processId));
        try (JMXConnector connector =
                JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()))) {
            MBeanServerConnection beans = connector.getMBeanServerConnection();
            StringBuilder text = new StringBuilder();
            for (ObjectName bean : beans.queryNames(null, null)) {
                text.append(bean).append('\n');
                for (MBeanAttributeInfo attribute : attributes(beans, bean)) {
                    text.append(attribute.getName())
                            .append('=')
                            .append(value(beans, bean, attribute))
                            .append('\n');
                }
            }
            return text.toString();
        } finally {
            machine.detach();
        }
    }

    /** None of a bean that has gone since its name was asked for. */
    private static MBeanAttributeInfo[] attributes(MBeanServerConnection beans, ObjectName bean) throws Exception {
        try {
            return beans.getMBeanInfo(bean).getAttributes();
        } catch (InstanceNotFoundException e) {
            return new MBeanAttributeInfo[0];
        }
    }

    private static String value(MBeanServerConnection beans, ObjectName bean, MBeanAttributeInfo attribute)
            throws Exception {
        try {
            return String.valueOf(beans.getAttribute(bean, attribute.getName()));
        } catch (JMException | RuntimeException e) {
            return "";
        }
    }
}
