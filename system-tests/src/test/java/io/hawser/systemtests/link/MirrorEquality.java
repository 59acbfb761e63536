/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.TestCluster;
import io.hawser.systemtests.records.MirrorComparison;
import io.hawser.systemtests.records.ReplicatedTopic;
import io.hawser.systemtests.records.TopicContents;
import io.hawser.systemtests.records.TopicReader;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.awaitility.Awaitility;

/** Proves that a mirror topic is what its source is: to clients, and on every replica. */
public final class MirrorEquality {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final TestCluster source;
    private final TestCluster destination;

    public MirrorEquality(TestCluster source, TestCluster destination) {
        this.source = source;
        this.destination = destination;
    }

    /** Waits until both sides are equal; nothing may be written meanwhile. Every replica must be there. */
    public void await(String topic, int partitions) {
        MirrorComparison.Result result = awaitReplicas(topic);
        assertThat(result.ranges()).hasSize(partitions);
        assertThat(result.ranges().values()).allMatch(range -> range.batches() > 0);
        for (IsolationLevel isolation : IsolationLevel.values()) {
            TopicContents expected = new TopicReader(source.adminProperties()).read(topic, isolation);
            TopicContents actual = new TopicReader(destination.adminProperties()).read(topic, isolation);
            assertThat(actual.count()).as("%s records of %s", isolation, topic).isEqualTo(expected.count());
            assertThat(actual).as("%s contents of %s", isolation, topic).isEqualTo(expected);
        }
    }

    /** Waits until every replica on both sides is what it must be. */
    public MirrorComparison.Result awaitReplicas(String topic) {
        return awaitMirror(topic, topic);
    }

    /** As {@link #awaitReplicas}, of a mirror with a name of its own. */
    public MirrorComparison.Result awaitMirror(String topic, String mirror) {
        return await(topic, MirrorComparison.between(of(source, topic), of(destination, mirror)));
    }

    /** As {@link #awaitReplicas}, of a mirror that was the source before. */
    public MirrorComparison.Result awaitReturned(String topic) {
        return await(topic, MirrorComparison.betweenReturned(of(source, topic), of(destination, topic)));
    }

    /** As {@link #awaitReplicas}, of what compaction has left on both sides. */
    public MirrorComparison.Result awaitCompactedReplicas(String topic) {
        return await(topic, MirrorComparison.betweenCompacted(of(source, topic), of(destination, topic)));
    }

    private static MirrorComparison.Result await(String topic, MirrorComparison comparison) {
        AtomicReference<MirrorComparison.Result> last = new AtomicReference<>();
        Awaitility.await("equal replicas of " + topic)
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .ignoreExceptionsInstanceOf(KafkaException.class)
                // A replica whose folder is not there yet, or that cannot be read to its end yet.
                .ignoreExceptionsInstanceOf(IllegalStateException.class)
                .untilAsserted(() -> {
                    last.set(comparison.compare());
                    assertThat(last.get().differences()).isEmpty();
                    assertThat(last.get().batches()).isPositive();
                });
        return last.get();
    }

    private static ReplicatedTopic of(TestCluster cluster, String topic) {
        return new ReplicatedTopic(
                topic,
                cluster.clusterId(),
                cluster.adminProperties(),
                cluster.nodeIds().stream().collect(Collectors.toMap(id -> id, cluster::dataDirectory)));
    }
}
