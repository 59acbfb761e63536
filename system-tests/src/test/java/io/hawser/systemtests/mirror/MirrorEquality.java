/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.TestCluster;
import io.hawser.systemtests.records.SegmentComparison;
import io.hawser.systemtests.records.TopicContents;
import io.hawser.systemtests.records.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.IsolationLevel;
import org.awaitility.Awaitility;

/** Proves that a mirror topic is what its source is: to clients, and on every replica's disk. */
final class MirrorEquality {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final TestCluster source;
    private final TestCluster destination;

    MirrorEquality(TestCluster source, TestCluster destination) {
        this.source = source;
        this.destination = destination;
    }

    /** Waits until both sides are equal; nothing may be written meanwhile. Every replica must be there. */
    void await(String topic, int partitions) {
        for (int partition = 0; partition < partitions; partition++) {
            awaitSegments(topic, partition);
        }
        for (IsolationLevel isolation : IsolationLevel.values()) {
            TopicContents expected = new TopicReader(source.adminProperties()).read(topic, isolation);
            TopicContents actual = new TopicReader(destination.adminProperties()).read(topic, isolation);
            assertThat(actual.count()).as("%s records of %s", isolation, topic).isEqualTo(expected.count());
            assertThat(actual).as("%s contents of %s", isolation, topic).isEqualTo(expected);
        }
    }

    private void awaitSegments(String topic, int partition) {
        SegmentComparison comparison =
                SegmentComparison.ofMirror(topic, partition, directories(source), directories(destination));
        Awaitility.await("equal segments of " + topic + "-" + partition)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    SegmentComparison.Result result = comparison.compare();
                    assertThat(result.differences()).isEmpty();
                    assertThat(result.batches()).isPositive();
                });
    }

    private static List<Path> directories(TestCluster cluster) {
        return cluster.nodeIds().stream().map(cluster::dataDirectory).toList();
    }
}
