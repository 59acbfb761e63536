/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin;

/**
 * What JMX shows of {@code kafka.hawser:type=LinkAuthorizer,name=LinksRunning} on every broker with the plugin, whether or
 * not links run there. JMX prescribes the names of the methods.
 */
public interface LinksRunningMXBean {

    /** 1 while links run on this broker, 0 while they do not. */
    int getValue();

    /** Why links do not run, in one line; empty while they do. */
    String getReason();
}
