/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The ports of one node, by listener name. Confined to the thread of the cluster, but for the endpoints. */
final class NodePorts implements AutoCloseable {

    private final String host;
    private final Map<String, PortLease> leases;

    private NodePorts(String host, Map<String, PortLease> leases) {
        this.host = host;
        this.leases = leases;
    }

    static NodePorts acquire(String host, List<String> listenerNames) {
        Map<String, PortLease> leases = new LinkedHashMap<>();
        listenerNames.forEach(name -> leases.put(name, PortLease.acquire()));
        return new NodePorts(host, Map.copyOf(leases));
    }

    boolean has(String listenerName) {
        return leases.containsKey(listenerName);
    }

    /** The listener's {@code host:port}; throws {@link IllegalArgumentException} if the node has no such listener. */
    String endpoint(String listenerName) {
        PortLease lease = leases.get(listenerName);
        if (lease == null) {
            throw new IllegalArgumentException("No listener '" + listenerName + "', only " + leases.keySet());
        }
        return host + ":" + lease.port();
    }

    /** All that the node listens on. */
    List<Integer> numbers() {
        return leases.values().stream().map(PortLease::port).toList();
    }

    void lend() {
        leases.values().forEach(PortLease::lend);
    }

    void takeBack() {
        leases.values().forEach(PortLease::takeBack);
    }

    @Override
    public void close() {
        leases.values().forEach(PortLease::close);
    }
}
