/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.broker.kafka43;

import io.hawser.fetch.MirrorAssignment;
import io.hawser.fetch.MirrorLog;
import io.hawser.fetch.MirrorReader;
import io.hawser.plugin.broker.BrokerMetrics;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.plugin.broker.HostBroker;
import io.hawser.plugin.broker.UnsupportedBrokerException;
import io.hawser.reverse.Address;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import kafka.server.BrokerServer;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.loader.LoaderManifest;
import org.apache.kafka.image.loader.MetadataLoader;
import org.apache.kafka.image.publisher.MetadataPublisher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A broker of Kafka 4.3. Thread-safe. */
public final class Kafka43Broker implements HostBroker {

    private static final Logger LOG = LoggerFactory.getLogger(Kafka43Broker.class);

    private final BrokerServer server;
    private final String version;
    private final Kafka43MirrorLog log;
    private final Kafka43MirrorReader reader;
    private final Kafka43Sockets sockets;
    private final Kafka43Metrics metrics = new Kafka43Metrics();
    private volatile @Nullable Publisher publisher;

    private Kafka43Broker(BrokerServer server, String version) {
        this.server = server;
        this.version = version;
        this.log = new Kafka43MirrorLog(server.replicaManager());
        this.reader = new Kafka43MirrorReader(log);
        this.sockets = new Kafka43Sockets(server);
    }

    /**
     * @throws UnsupportedBrokerException if what mirroring needs is not there
     */
    public static Kafka43Broker find(int nodeId, String version) throws UnsupportedBrokerException {
        BrokerServer server = BrokerServerLookup.find();
        if (server.config().nodeId() != nodeId) {
            throw new UnsupportedBrokerException(
                    "the broker found in this process is " + server.config().nodeId() + ", not " + nodeId);
        }
        if (server.replicaManager() == null || server.sharedServer().loader() == null) {
            throw new UnsupportedBrokerException("the broker has no replica manager or metadata loader yet");
        }
        Kafka43MirrorLog.selfTest();
        Kafka43MirrorReader.selfTest();
        Kafka43Sockets.selfTest();
        return new Kafka43Broker(server, version);
    }

    @Override
    public int nodeId() {
        return server.config().nodeId();
    }

    @Override
    public String clusterId() {
        return server.clusterId();
    }

    @Override
    public String kafkaVersion() {
        return version;
    }

    @Override
    public MirrorLog mirrorLog() {
        return log;
    }

    @Override
    public MirrorReader mirrorReader() {
        return reader;
    }

    @Override
    public BrokerMetrics metrics() {
        return metrics;
    }

    @Override
    public void listen(Consumer<ClusterView> listener) {
        Publisher fresh = new Publisher(nodeId(), listener);
        publisher = fresh;
        server.sharedServer().loader().installPublishers(List.of(fresh)).whenComplete((done, error) -> {
            if (error != null) {
                LOG.error("Links do not run on this broker: it gives no metadata", error);
            }
        });
    }

    @Override
    public boolean abortOpenTransactions(MirrorAssignment assignment, long before) {
        return log.abortOpenTransactions(assignment, before);
    }

    @Override
    public boolean truncate(MirrorAssignment assignment, long offset, List<Integer> replicas) {
        return log.truncate(assignment, offset, replicas);
    }

    @Override
    public Optional<EpochEnd> endOfEpoch(MirrorAssignment assignment, int epoch) {
        return log.endOfEpoch(assignment, epoch);
    }

    @Override
    public Optional<Address> listener(String name) {
        return sockets.address(name);
    }

    @Override
    public void serve(SocketChannel channel, String listener) throws IOException {
        sockets.serve(channel, listener);
    }

    @Override
    public void release() {
        Publisher installed = publisher;
        MetadataLoader loader = server.sharedServer().loader();
        if (installed != null && loader != null) {
            installed.release();
            loader.removeAndClosePublisher(installed);
        }
    }

    /** Whatever the listener throws stays here: an exception would count against Kafka's own metadata handling. */
    private static final class Publisher implements MetadataPublisher {
        private final int nodeId;
        private volatile @Nullable Consumer<ClusterView> listener;

        Publisher(int nodeId, Consumer<ClusterView> listener) {
            this.nodeId = nodeId;
            this.listener = listener;
        }

        void release() {
            listener = null;
        }

        @Override
        public String name() {
            return "HawserPublisher id=" + nodeId;
        }

        @Override
        public void onMetadataUpdate(MetadataDelta delta, MetadataImage newImage, LoaderManifest manifest) {
            Consumer<ClusterView> told = listener;
            if (told == null || !changesView(delta)) {
                return;
            }
            try {
                told.accept(new ImageClusterView(newImage));
            } catch (RuntimeException e) {
                LOG.error("Unexpected while taking up metadata", e);
            }
        }

        /** An idle controller writes a record that changes nothing twice a second (metadata.max.idle.interval.ms). */
        private static boolean changesView(MetadataDelta delta) {
            return delta.topicsDelta() != null || delta.clusterDelta() != null || delta.configsDelta() != null;
        }
    }
}
