/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.cluster;

import io.hawser.systemtests.network.NetworkNamespace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster shall be like. Immutable.
 *
 * @param name unique among the clusters of one test; names the folder
 * @param brokers 1 to 3, with the ids 1, 2, 3
 * @param dedicatedController false: every broker is a controller too; true: node 100 is the only controller
 * @param heapMb heap of each process
 * @param timings how soon a lost node is noticed
 * @param listeners listeners of each broker; the first is the bootstrap and the inter-broker listener
 * @param properties server properties of every node, stronger than all that is computed
 * @param nodeProperties server properties of single nodes, by node id, stronger than {@code properties}
 * @param libs jars put beside Kafka's own, as a user drops a plugin into {@code libs/}
 * @param jvmOptions further options of each process, such as {@code -Dname=value}
 * @param formatOptions further options of {@code kafka-storage format}, such as {@code --add-scram}
 * @param adminProperties what the administrator's client needs beyond {@code bootstrap.servers}
 * @param network where its processes run; null for this machine's own network, on the loopback interface
 */
public record ClusterSpec(
        String name,
        int brokers,
        boolean dedicatedController,
        int heapMb,
        Timings timings,
        List<Listener> listeners,
        Map<String, String> properties,
        Map<Integer, Map<String, String>> nodeProperties,
        List<Path> libs,
        List<String> jvmOptions,
        List<String> formatOptions,
        Map<String, Object> adminProperties,
        @Nullable NetworkNamespace network) {

    /** Id of the dedicated controller, where there is one. */
    public static final int DEDICATED_CONTROLLER_ID = 100;

    /** Names the port on which a broker lets the brokers of sources connect, where it does. */
    public static final String REVERSE_LISTENER = "REVERSE";

    static final String REVERSE_LISTENERS = "hawser.reverse.listeners";

    private static final int MAX_BROKERS = 3;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*");

    public ClusterSpec {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("Cluster name '" + name + "' does not match " + NAME);
        }
        if (brokers < 1 || brokers > MAX_BROKERS) {
            throw new IllegalArgumentException("A test cluster has 1 to " + MAX_BROKERS + " brokers, not " + brokers);
        }
        if (listeners.isEmpty()) {
            throw new IllegalArgumentException("Cluster " + name + " needs a listener");
        }
        Objects.requireNonNull(timings, "timings");
        listeners = List.copyOf(listeners);
        properties = Map.copyOf(properties);
        nodeProperties = Map.copyOf(nodeProperties);
        libs = List.copyOf(libs);
        jvmOptions = List.copyOf(jvmOptions);
        formatOptions = List.copyOf(formatOptions);
        adminProperties = Map.copyOf(adminProperties);
    }

    /** Where its nodes listen. */
    String host() {
        return network == null ? "localhost" : network.address();
    }

    /** What a command has to begin with to run where the nodes do. */
    List<String> commandPrefix() {
        return network == null ? List.of() : network.prefix();
    }

    /** One broker, which is its own controller, listening in plain text, with quick timings. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** Collects a {@link ClusterSpec}. Confined to one thread. */
    public static final class Builder {
        private final String name;
        private int brokers = 1;
        private boolean dedicatedController;
        private int heapMb = 384;
        private Timings timings = Timings.QUICK;
        private List<Listener> listeners = List.of(Listener.PLAINTEXT);
        private final Map<String, String> properties = new LinkedHashMap<>();
        private final Map<Integer, Map<String, String>> nodeProperties = new HashMap<>();
        private final List<Path> libs = new ArrayList<>();
        private final List<String> jvmOptions = new ArrayList<>();
        private final List<String> formatOptions = new ArrayList<>();
        private final Map<String, Object> adminProperties = new HashMap<>();
        private @Nullable NetworkNamespace network;

        private Builder(String name) {
            this.name = name;
        }

        public Builder brokers(int count) {
            brokers = count;
            return this;
        }

        /** The controller is a node of its own: killing a broker never costs the quorum its leader. */
        public Builder dedicatedController() {
            dedicatedController = true;
            return this;
        }

        public Builder heapMb(int megabytes) {
            heapMb = megabytes;
            return this;
        }

        public Builder timings(Timings value) {
            timings = value;
            return this;
        }

        public Builder listeners(Listener... inOrder) {
            listeners = List.of(inOrder);
            return this;
        }

        public Builder property(String key, String value) {
            properties.put(key, value);
            return this;
        }

        public Builder properties(Map<String, String> more) {
            properties.putAll(more);
            return this;
        }

        public Builder nodeProperty(int nodeId, String key, String value) {
            nodeProperties.merge(nodeId, Map.of(key, value), Builder::union);
            return this;
        }

        public Builder lib(Path jar) {
            libs.add(jar);
            return this;
        }

        /** Installs the built plugin as the manual says: one jar, one line. */
        public Builder plugin() {
            return lib(BuiltArtifacts.pluginJar()).property("authorizer.class.name", "io.hawser.plugin.LinkAuthorizer");
        }

        /** Lets the brokers of sources connect, to a port of each broker's own. */
        public Builder reverseListener() {
            return property(REVERSE_LISTENERS, REVERSE_LISTENER);
        }

        public Builder jvmOption(String option) {
            jvmOptions.add(option);
            return this;
        }

        /** Compiles by C1 alone: the nodes start sooner and run slower, which suits a test of a few seconds. */
        public Builder shortLived() {
            return jvmOption("-XX:TieredStopAtLevel=1");
        }

        public Builder formatOptions(String... options) {
            formatOptions.addAll(List.of(options));
            return this;
        }

        public Builder adminProperties(Map<String, Object> more) {
            adminProperties.putAll(more);
            return this;
        }

        /** Its processes run in a network of their own. */
        public Builder within(NetworkNamespace its) {
            network = its;
            return this;
        }

        public ClusterSpec build() {
            return new ClusterSpec(
                    name,
                    brokers,
                    dedicatedController,
                    heapMb,
                    timings,
                    listeners,
                    properties,
                    nodeProperties,
                    libs,
                    jvmOptions,
                    formatOptions,
                    adminProperties,
                    network);
        }

        private static Map<String, String> union(Map<String, String> some, Map<String, String> more) {
            Map<String, String> all = new LinkedHashMap<>(some);
            all.putAll(more);
            return all;
        }
    }
}
