/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import io.hawser.admin.control.ControlPlane;
import io.hawser.definition.PluginSetting;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.SecurityDisabledException;

/**
 * Questions to one cluster, each with the right that it takes. Confined to the command's thread; each call blocks, for a bounded
 * time.
 */
final class ClusterFacts {

    private static final String MIN_IN_SYNC = "min.insync.replicas";

    private final Admin admin;
    private final String where;

    /** @param where "here" or "on the source", for messages */
    ClusterFacts(Admin admin, String where) {
        this.admin = admin;
        this.where = where;
    }

    Looked<Set<Integer>> brokers() {
        return Looked.at(
                "brokers " + where,
                "no right but the way to them",
                () -> ControlPlane.await(admin.describeCluster().nodes()).stream()
                        .map(Node::id)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** By broker, its {@code authorizer.class.name}; empty for none. */
    Looked<Map<Integer, String>> authorizers(Set<Integer> brokers) {
        List<ConfigResource> resources = brokers.stream()
                .map(id -> new ConfigResource(ConfigResource.Type.BROKER, String.valueOf(id)))
                .toList();
        return Looked.at("configs of the brokers " + where, "DESCRIBE_CONFIGS on the cluster " + where, () -> {
            Map<Integer, String> authorizers = new TreeMap<>();
            ControlPlane.await(admin.describeConfigs(resources).all())
                    .forEach((broker, config) ->
                            authorizers.put(Integer.parseInt(broker.name()), value(config, PluginSetting.AUTHORIZER)));
            return authorizers;
        });
    }

    Map<String, Looked<TopicDescription>> topics(Collection<String> names) {
        return each(
                admin.describeTopics(names).topicNameValues(),
                Function.identity(),
                Function.identity(),
                "the topic " + where,
                "DESCRIBE on it");
    }

    Map<String, Looked<Integer>> minInSync(Collection<String> topics) {
        List<ConfigResource> resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        return each(
                admin.describeConfigs(resources).values(),
                ConfigResource::name,
                config -> Integer.valueOf(value(config, MIN_IN_SYNC)),
                "configs of the topic " + where,
                "DESCRIBE_CONFIGS on it");
    }

    Looked<Map<Integer, Map<String, LogDirDescription>>> logDirs(Set<Integer> brokers) {
        return Looked.at(
                        "log directories " + where,
                        "DESCRIBE on the cluster " + where,
                        () -> ControlPlane.await(admin.describeLogDirs(brokers).allDescriptions()))
                // Who may not see them is told of none.
                .then(dirs -> dirs.values().stream().anyMatch(Map::isEmpty)
                        ? Looked.unknown(
                                "AUTHORIZATION",
                                "log directories " + where
                                        + " may not be seen: link-admin needs DESCRIBE on the cluster " + where)
                        : Looked.known(new TreeMap<>(dirs)));
    }

    /** Empty where there is no authorizer. */
    Looked<Optional<Collection<AclBinding>>> acls() {
        return Looked.at("ACLs " + where, "DESCRIBE on the cluster " + where, () -> {
            try {
                return Optional.of(ControlPlane.await(
                        admin.describeAcls(AclBindingFilter.ANY).values()));
            } catch (SecurityDisabledException e) {
                return Optional.empty();
            }
        });
    }

    /** Those that begin so. */
    Looked<Set<String>> topicNames(String prefix) {
        String what = "topics " + where + " that begin with " + prefix;
        String right = "DESCRIBE on them";
        return Looked.at(what, right, () -> {
            // Whether it is there does not matter; but who may not see it is refused.
            ControlPlane.topicExists(admin, prefix);
            return ControlPlane.await(admin.listTopics().names()).stream()
                    .filter(topic -> topic.startsWith(prefix))
                    .collect(Collectors.toCollection(TreeSet::new));
        });
    }

    /**
     * By group, the topics for which it has committed offsets; of those that may not be seen nothing is told. Share groups are
     * not among them.
     */
    Looked<Map<String, Looked<Set<String>>>> committedTopics() {
        return maySeeAllGroups()
                .then(yes -> Looked.at("groups " + where, "DESCRIBE on the cluster", () -> {
                    Map<String, ListConsumerGroupOffsetsSpec> groups =
                            ControlPlane.await(admin.listGroups().all()).stream()
                                    .filter(group -> group.type().orElse(GroupType.CLASSIC) != GroupType.SHARE)
                                    .collect(Collectors.toMap(
                                            GroupListing::groupId,
                                            group -> new ListConsumerGroupOffsetsSpec(),
                                            (one, other) -> one));
                    var offsets = groups.isEmpty() ? null : admin.listConsumerGroupOffsets(groups);
                    Map<String, Looked<Set<String>>> topics = new TreeMap<>();
                    groups.keySet()
                            .forEach(group -> topics.put(
                                    group,
                                    Looked.at(
                                            "offsets of the group " + where,
                                            "DESCRIBE on it and on its topics",
                                            () -> offsets == null
                                                    ? Set.of()
                                                    : ControlPlane.await(offsets.partitionsToOffsetAndMetadata(group))
                                                            .keySet()
                                                            .stream()
                                                            .map(TopicPartition::topic)
                                                            .collect(Collectors.toSet()))));
                    return topics;
                }));
    }

    /** Else brokers list those alone that may be seen, and say nothing of the others. */
    private Looked<Boolean> maySeeAllGroups() {
        return Looked.at(
                        "rights " + where,
                        "an answer",
                        () -> ControlPlane.await(
                                admin.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true))
                                        .authorizedOperations()))
                .then(rights -> rights != null && rights.contains(AclOperation.DESCRIBE)
                        ? Looked.known(true)
                        : Looked.unknown(
                                "AUTHORIZATION",
                                "groups " + where + " may not all be seen: link-admin needs DESCRIBE on the cluster "
                                        + where));
    }

    private static <K, V, R> Map<String, Looked<R>> each(
            Map<K, KafkaFuture<V>> answers,
            Function<K, String> name,
            Function<V, R> result,
            String what,
            String right) {
        Map<String, Looked<R>> each = new TreeMap<>();
        answers.forEach((key, answer) ->
                each.put(name.apply(key), Looked.at(what, right, () -> result.apply(ControlPlane.await(answer)))));
        return each;
    }

    private static String value(Config config, String name) {
        ConfigEntry entry = config.get(name);
        return entry == null || entry.value() == null ? "" : entry.value();
    }
}
