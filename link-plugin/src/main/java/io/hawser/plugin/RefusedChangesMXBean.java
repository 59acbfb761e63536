/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin;

/**
 * What JMX shows of {@code kafka.hawser:type=LinkAuthorizer,name=RefusedChangesPerSec,role=<broker or controller>} on every node with the
 * plugin. JMX prescribes the names of the methods.
 */
@FunctionalInterface
public interface RefusedChangesMXBean {

    /** Changes of mirror topics that were refused to anybody since the node began. */
    long getCount();
}
