/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/**
 * A Kafka cluster that a test may treat badly. Nodes keep their ids, ports and data over stop, kill and restart.
 *
 * <p>Confined to the caller's thread, but for the accessors, which any thread may call.
 *
 * <p>Failure semantics: an unknown node is an {@link IllegalArgumentException}; an operation that does not fit the
 * node's state (kill of a node that is down) an {@link IllegalStateException}; one that this kind of cluster cannot do
 * at all an {@link UnsupportedOperationException}. A node that does not come up is an {@link IllegalStateException}
 * that carries the end of its log.
 */
public interface TestCluster extends AutoCloseable {

    /** The name given in the spec, unique among the clusters of one test. */
    String name();

    /** The first listener of every broker, up or down, as {@code host:port} separated by commas. */
    String bootstrapServers();

    String clusterId();

    /** Ids of the brokers, ascending: 1, 2, 3. A dedicated controller is not among them. */
    List<Integer> nodeIds();

    /** Ids of the nodes with the controller role, ascending: the brokers, or the dedicated controller alone. */
    List<Integer> controllerIds();

    /** Whether the node's process lives. A paused one does. */
    boolean isRunning(int nodeId);

    /** Starts every node that is down and waits until all of them serve. */
    void start();

    /** Starts one node that is down and waits until it serves; the rest of the quorum must be up. */
    void start(int nodeId);

    /** Stops every node in good order (SIGTERM), by force those that do not end in time. */
    void stop();

    /** Stops one node in good order (SIGTERM, controlled shutdown), by force if it does not end in time. */
    void stop(int nodeId);

    /** SIGKILL: the node has no chance to flush or to say goodbye. Returns when the process is gone. */
    void kill(int nodeId);

    /** SIGSTOP: the node keeps its sockets, but answers nothing. */
    void pause(int nodeId);

    /** SIGCONT: the node goes on where it was paused. Does not wait for it to be back in the cluster. */
    void resume(int nodeId);

    /** Stops the node in good order and starts it again; returns when it serves. */
    void restart(int nodeId);

    /** Waits until all nodes that run serve and are known to each other as live. */
    void awaitReady();

    /** Where the node keeps its partitions: {@code <topic>-<partition>/*.log} lie directly below. */
    Path dataDirectory(int nodeId);

    /** All that the node has written to its log since the cluster was made. */
    Path logFile(int nodeId);

    /** CPU time, user and system, that the node's running process has used since its start. */
    Duration cpuTime(int nodeId);

    /** What a client needs in order to connect as an administrator; the map is the caller's to change. */
    Map<String, Object> adminProperties();

    /** A new admin client with {@link #adminProperties()}; the caller closes it. */
    default Admin admin() {
        return Admin.create(adminProperties());
    }

    /** The cluster's topics, seen by clients with {@link #adminProperties()}. */
    default Topics topics() {
        return new Topics(adminProperties());
    }

    /** Ends every process at once, by force, and leaves files where they are. Idempotent, never throws. */
    @Override
    void close();
}
