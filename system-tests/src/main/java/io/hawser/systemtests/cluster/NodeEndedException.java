/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

/** A node's process ended while it should have started; the message carries the end of its log. */
public final class NodeEndedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final boolean portLost;

    NodeEndedException(String message, boolean portLost) {
        super(message);
        this.portLost = portLost;
    }

    /** Whether the cause was that another process held one of the node's ports. */
    boolean portLost() {
        return portLost;
    }
}
