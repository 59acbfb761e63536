/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.broker.kafka43;

import io.hawser.plugin.broker.ClusterView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.TopicImage;
import org.apache.kafka.metadata.PartitionRegistration;
import org.apache.kafka.storage.internals.log.LogConfig;

/** Reads a metadata image, which is immutable. Immutable. */
final class ImageClusterView implements ClusterView {

    private static final Set<String> KNOWN_TOPIC_CONFIGS = Set.copyOf(LogConfig.configNames());

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
    public OptionalInt partitionCount(String topic) {
        TopicImage found = image.topics().getTopic(topic);
        return found == null
                ? OptionalInt.empty()
                : OptionalInt.of(found.partitions().size());
    }

    @Override
    public List<Integer> replicas(TopicPartition partition) {
        TopicImage topic = image.topics().getTopic(partition.topic());
        PartitionRegistration found = topic == null ? null : topic.partitions().get(partition.partition());
        return found == null ? List.of() : replicas(found);
    }

    @Override
    public Map<String, String> topicConfigs(String name) {
        return image.configs().configMapForResource(new ConfigResource(ConfigResource.Type.TOPIC, name));
    }

    @Override
    public Set<String> knownTopicConfigs() {
        return KNOWN_TOPIC_CONFIGS;
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

    @Override
    public SortedMap<Integer, List<Endpoint>> controllers() {
        SortedMap<Integer, List<Endpoint>> controllers = new TreeMap<>();
        image.cluster()
                .controllers()
                .forEach((id, registration) ->
                        controllers.put(id, List.copyOf(registration.listeners().values())));
        return controllers;
    }

    private static List<Partition> partitions(TopicImage topic) {
        List<Partition> partitions = new ArrayList<>();
        for (int number = 0; number < topic.partitions().size(); number++) {
            PartitionRegistration found = topic.partitions().get(number);
            partitions.add(found == null ? new Partition(-1, -1, List.of(), List.of()) : partition(found));
        }
        return partitions;
    }

    private static List<Integer> replicas(PartitionRegistration found) {
        return Arrays.stream(found.replicas).boxed().toList();
    }

    private static Partition partition(PartitionRegistration found) {
        List<Integer> replicas = replicas(found);
        Set<Integer> isr = Arrays.stream(found.isr).boxed().collect(Collectors.toSet());
        return new Partition(
                found.leader,
                found.leaderEpoch,
                replicas,
                replicas.stream().filter(isr::contains).toList());
    }
}
