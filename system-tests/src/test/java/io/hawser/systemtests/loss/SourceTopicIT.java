/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import io.hawser.systemtests.records.TopicContents;
import io.hawser.systemtests.records.TopicReader;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The topic goes away at the source, or another one takes its name. */
class SourceTopicIT {

    private static final int MIRRORED = 10;

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.ofBrokers(1, 1);

    /** So soon that no look at the source's metadata finds the name free. */
    @ParameterizedTest
    @ValueSource(ints = {MIRRORED - 6, MIRRORED, MIRRORED + 20})
    void takesNothingOfAnotherTopicOfThatName(int records) throws Exception {
        Mirrored topic = mirror("reborn-with-" + records, 1);

        delete(topic);
        CLUSTERS.source().topics().create(topic.topic(), 1);
        topic.produce(records, "second life");

        topic.awaitDescribed("FAILED", "SOURCE_TOPIC_RECREATED");
        requireFirstLife(topic);
    }

    @Test
    void takesNothingOfATopicThatHasFewerPartitionsThanTheMirror() throws Exception {
        Mirrored topic = mirror("narrower", 3);

        delete(topic);
        CLUSTERS.source().topics().create(topic.topic(), 1);
        topic.produce(MIRRORED + 1, "second life");

        topic.awaitDescribed("FAILED", "SOURCE_TOPIC_RECREATED");
        requireFirstLife(topic);
    }

    @Test
    void keepsWhatIsMirroredOfADeletedTopicAndMakesItWritableOnRequest() throws Exception {
        Mirrored topic = mirror("deleted", 1);

        delete(topic);
        topic.awaitDescribed("FAILED", "SOURCE_TOPIC_DELETED");
        requireFirstLife(topic);
        assertThat(CLUSTERS.admin("failover", "--mirror-topic", "deleted", "--wait")
                        .out())
                .contains("STOPPED");

        requireFirstLife(topic);
    }

    private static Mirrored mirror(String name, int partitions) {
        CLUSTERS.source().topics().create(name, partitions);
        CLUSTERS.mirror(name);
        Mirrored topic = new Mirrored(CLUSTERS, name);
        topic.produce(MIRRORED, "first life");
        topic.awaitEnd(MIRRORED);
        return topic;
    }

    private static void delete(Mirrored topic) throws Exception {
        try (Admin admin = CLUSTERS.source().admin()) {
            admin.deleteTopics(List.of(topic.topic())).all().get(30, TimeUnit.SECONDS);
        }
    }

    private static void requireFirstLife(Mirrored topic) {
        TopicContents contents = new TopicReader(CLUSTERS.destination().adminProperties())
                .read(topic.topic(), IsolationLevel.READ_UNCOMMITTED);
        assertThat(contents.count()).isEqualTo(MIRRORED);
        assertThat(contents.records().map(each -> String.valueOf(each.value())))
                .allMatch(value -> value.startsWith("first life"));
    }
}
