/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.network;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A link that names its rack, to a source whose second broker is in that rack; all partitions are led by the first one. */
class NearestReplicaIT {

    private static final int FAR = 1;
    private static final int NEAR = 2;
    private static final int BATCHES = 40_000;

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
                    ClusterSpec.named("source")
                            .brokers(2)
                            .dedicatedController()
                            .shortLived()
                            .nodeProperty(FAR, "broker.rack", "east")
                            .nodeProperty(NEAR, "broker.rack", "west")
                            .nodeProperty(NEAR, "replica.fetch.max.bytes", "1")
                            .nodeProperty(NEAR, "replica.fetch.response.max.bytes", "1")
                            .property("replica.lag.time.max.ms", "2000")
                            .property(
                                    "replica.selector.class",
                                    "org.apache.kafka.common.replica.RackAwareReplicaSelector"),
                    ClusterSpec.named("destination").shortLived())
            .link(LinkedClusters.LINK, "client.rack=west", "request.timeout.ms=120000");

    @BeforeEach
    void bothAreThere() {
        if (!CLUSTERS.source().isRunning(NEAR)) {
            CLUSTERS.source().start(NEAR);
        }
    }

    @Test
    void fetchesFromTheReplicaAndFromTheLeaderOnceThatIsGone() {
        Mirrored topic = fetchedFromTheReplica("killed");
        topic.awaitLag(0);

        CLUSTERS.source().kill(NEAR);
        topic.produce(100, "by way of the leader");
        topic.awaitEnd(200);
        topic.awaitSourceBroker(FAR);
        topic.awaitLag(0);
        topic.awaitDescribed("ACTIVE");

        CLUSTERS.source().start(NEAR);
        CLUSTERS.source().topics().awaitInSync(topic.topic());
        topic.awaitEqual();
    }

    /** Though there is nothing to be had: whether there is, only a broker that answers can tell. */
    @Test
    void goesToTheLeaderWhenTheReplicaIsSilent() {
        Mirrored topic = fetchedFromTheReplica("silent");

        CLUSTERS.source().pause(NEAR);
        try {
            topic.awaitSourceBroker(FAR);
            topic.produce(100, "by way of the leader");
            topic.awaitEnd(200);
        } finally {
            CLUSTERS.source().resume(NEAR);
        }
        CLUSTERS.source().topics().awaitInSync(topic.topic());
        topic.awaitEqual();
    }

    /**
     * It is alive and answers, but gets one batch at a time from its leader, which is too little to stay in sync, and then next
     * to nothing.
     */
    @Test
    void goesToTheLeaderWhenTheReplicaLags() throws Exception {
        Mirrored topic = fetchedFromTheReplica("lagging");
        throttleReplication(topic);

        writeBatches(topic.topic());

        topic.awaitEnd(100 + BATCHES);
        topic.awaitSourceBroker(FAR);
        topic.awaitLag(0);
    }

    /** Of one record each, faster than the replica gets them. */
    private static void writeBatches(String topic) {
        Map<String, Object> properties = new HashMap<>(CLUSTERS.source().adminProperties());
        properties.put(ProducerConfig.ACKS_CONFIG, "1");
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 0);
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < BATCHES; i++) {
                producer.send(new ProducerRecord<>(topic, 0, null, new byte[100]));
            }
        }
    }

    private static Mirrored fetchedFromTheReplica(String name) {
        CLUSTERS.source().topics().createOn(name, List.of(FAR, NEAR), Map.of());
        CLUSTERS.mirror(name);
        Mirrored topic = new Mirrored(CLUSTERS, name);
        topic.produce(100, "by way of the replica");
        topic.awaitEnd(100);
        topic.awaitSourceBroker(NEAR);
        return topic;
    }

    private static void throttleReplication(Mirrored topic) throws Exception {
        try (Admin admin = CLUSTERS.source().admin()) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.BROKER, String.valueOf(NEAR)),
                            List.of(set("follower.replication.throttled.rate", "1")),
                            new ConfigResource(ConfigResource.Type.TOPIC, topic.topic()),
                            List.of(set("follower.replication.throttled.replicas", "*"))))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }
}
