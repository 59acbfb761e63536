/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.TestCluster;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import io.hawser.systemtests.records.TopicReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two fresh clusters with one broker each count producer ids from 0 on. Producers that write one record each meet their
 * namesakes: the same id, the same epoch, the same sequence number, which a broker takes for a record that it has already.
 */
class FreshProducersIT {

    private static final int PRODUCERS = 12;

    @RegisterExtension
    final LinkedClusters clusters = LinkedClusters.ofBrokers(1, 1);

    @ParameterizedTest
    @ValueSource(strings = {"promote", "failover"})
    void losesNoRecordThatWasAcknowledgedAfterTheTopicBecameWritable(String verb) throws Exception {
        String topic = "after-" + verb;
        clusters.source().topics().create(topic, 1);
        writeByFreshProducers(clusters.source(), topic, "old");
        clusters.mirror(topic);
        new Mirrored(clusters, topic).awaitEnd(PRODUCERS);
        clusters.admin(verb, "--mirror-topic", topic, "--wait");

        List<String> acknowledged = writeByFreshProducers(clusters.destination(), topic, "new");
        clusters.destination().restart(1);
        acknowledged.addAll(writeByFreshProducers(clusters.destination(), topic, "newer"));

        List<String> values = new TopicReader(clusters.destination().adminProperties())
                .read(topic, IsolationLevel.READ_COMMITTED)
                .records()
                .map(each -> String.valueOf(each.value()))
                .toList();
        assertThat(values).hasSize(3 * PRODUCERS).containsAll(acknowledged);
    }

    private static List<String> writeByFreshProducers(TestCluster cluster, String topic, String kind) throws Exception {
        List<String> acknowledged = new ArrayList<>();
        for (int number = 0; number < PRODUCERS; number++) {
            String value = kind + "-" + number;
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    cluster.adminProperties(), new ByteArraySerializer(), new ByteArraySerializer())) {
                producer.send(new ProducerRecord<>(topic, 0, null, value.getBytes(StandardCharsets.UTF_8)))
                        .get(30, TimeUnit.SECONDS);
            }
            acknowledged.add(value);
        }
        return acknowledged;
    }
}
