/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.security;

import io.hawser.systemtests.cluster.ProcessBeans;
import java.io.IOException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;

/** All that JMX shows of a process of this machine. */
final class BrokerBeans {

    private BrokerBeans() {}

    /** Every attribute of every bean, as text; what cannot be read is left out. */
    static String text(long processId) {
        return ProcessBeans.ask(processId, BrokerBeans::text);
    }

    private static String text(MBeanServerConnection beans) throws IOException, JMException {
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
    }

    /** None of a bean that has gone since its name was asked for. */
    private static MBeanAttributeInfo[] attributes(MBeanServerConnection beans, ObjectName bean)
            throws IOException, JMException {
        try {
            return beans.getMBeanInfo(bean).getAttributes();
        } catch (InstanceNotFoundException e) {
            return new MBeanAttributeInfo[0];
        }
    }

    private static String value(MBeanServerConnection beans, ObjectName bean, MBeanAttributeInfo attribute)
            throws IOException, JMException {
        try {
            return String.valueOf(beans.getAttribute(bean, attribute.getName()));
        } catch (JMException | RuntimeException e) {
            return "";
        }
    }
}
