/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.broker.kafka43;

import io.hawser.plugin.broker.ClusterView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.PartitionRegistration;

/** Reads a metadata image, which is immutable. Immutable. */
final class ImageClusterView implements ClusterView {

    private final MetadataImage image;

    ImageClusterView(MetadataImage image) {
        this.image = image;
    }

    @Override
    public Optional<Topic> topic(String name) {
        TopicImage topic = image.topics().getTopic(name);
        return topic == null ? Optional.empty() : Optional.of(new Topic(topic.id(), partitions(topic)));
    }

    @Override
    public SortedSet<Integer> liveBrokers() {
        SortedSet<Integer> live = new TreeSet<>();
        image.cluster().brokers().forEach((id, registration) -> {
            if (!registration.fenced()) {
                live.add(id);
            }
        });
        return live;
    }

    private static List<Partition> partitions(TopicImage topic) {
        List<Partition> partitions = new ArrayList<>();
        for (int number = 0; number < topic.partitions().size(); number++) {
            PartitionRegistration found = topic.partitions().get(number);
            partitions.add(found == null ? new Partition(-1, -1) : new Partition(found.leader, found.leaderEpoch));
        }
        return partitions;
    }
}
