/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.reverse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.MirrorEquality;
import io.hawser.systemtests.link.Mirrored;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Nobody goes on writing to the old primary once its mirror is writable. East is the cluster that was written to first. */
class SourceFenceIT {

    private static final int RECORDS = 10;

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
            ClusterSpec.named("source").plugin().shortLived(),
            ClusterSpec.named("destination").shortLived());

    @TempDir
    static Path folder;

    private static LinkAdmin inEast;

    @BeforeAll
    static void administerEast() {
        inEast = new LinkAdmin(CLUSTERS.source(), folder);
    }

    @Test
    void makesTheOldPrimaryReadOnlyUntilItIsReversed() throws Exception {
        Mirrored topic = Mirrored.filled(CLUSTERS, "orders", RECORDS);

        LinkAdmin.Run promoted = CLUSTERS.admin("promote", "--mirror-topic", "orders", "--wait");

        // It is not waited for longer than a second.
        assertThat(promoted.out()).containsAnyOf("the source topic is read-only now", "it was not reached yet");
        Eventually.holds(() -> assertReadOnly(CLUSTERS.source(), "orders"));
        Eventually.holds(() -> assertThat(inEast.run("describe", "--mirror-topic", "orders")
                        .orFail()
                        .out())
                .contains(
                        "PENDING_RESTORE",
                        "PROMOTED_ELSEWHERE",
                        CLUSTERS.destination().clusterId()));

        write(CLUSTERS.destination(), "orders");
        inEast.createLink("west", CLUSTERS.destination()).orFail();
        inEast.run("reverse", "--mirror-topic", "orders", "--link", "west", "--dry-run")
                .orFail();
        assertReadOnly(CLUSTERS.source(), "orders");
        inEast.run("reverse", "--link", "west", "--wait").orFail();
        new MirrorEquality(CLUSTERS.destination(), CLUSTERS.source()).awaitReturned(topic.topic());

        inEast.run("promote", "--mirror-topic", "orders", "--wait").orFail();
        write(CLUSTERS.source(), "orders");
        Eventually.holds(() -> assertReadOnly(CLUSTERS.destination(), "orders"));
    }

    @Test
    void fencesAnOldPrimaryThatComesBackAndObeysWhoOverrulesIt() throws Exception {
        Mirrored.filled(CLUSTERS, "shops", RECORDS);
        CLUSTERS.source().kill(1);

        LinkAdmin.Run failedOver = CLUSTERS.admin("failover", "--mirror-topic", "shops", "--wait");

        assertThat(failedOver.out()).contains("nothing keeps producers from writing to the source topic");
        CLUSTERS.source().start(1);
        Eventually.holds(() -> assertReadOnly(CLUSTERS.source(), "shops"));

        inEast.run("failover", "--mirror-topic", "shops", "--wait").orFail();
        write(CLUSTERS.source(), "shops");
        // Were it made read-only once more, it would be by now together with a later one.
        Mirrored.filled(CLUSTERS, "later", RECORDS);
        CLUSTERS.admin("failover", "--mirror-topic", "later", "--wait");
        Eventually.holds(() -> assertReadOnly(CLUSTERS.source(), "later"));
        write(CLUSTERS.source(), "shops");
    }

    private static void assertReadOnly(ProcessCluster cluster, String topic) {
        assertThatThrownBy(() -> write(cluster, topic)).hasCauseInstanceOf(TopicAuthorizationException.class);
    }

    private static void write(ProcessCluster cluster, String topic) throws Exception {
        Map<String, Object> properties = cluster.adminProperties();
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, "key", "value")).get(30, TimeUnit.SECONDS);
        }
    }
}
