/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source.kafka;

import io.hawser.source.SourceRequest;
import io.hawser.source.SourceRequest.CommittedOffset;
import io.hawser.source.SourceRequest.CommittedOffsets;
import io.hawser.source.SourceRequest.GroupOffsetsAnswer;
import io.hawser.source.SourceRequest.GroupsAnswer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponseGroup;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeShareGroupOffsetsRequest;
import org.apache.kafka.common.requests.DescribeShareGroupOffsetsResponse;
import org.apache.kafka.common.requests.ListGroupsRequest;
import org.apache.kafka.common.requests.ListGroupsResponse;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.OffsetFetchResponse;

/** Questions about groups in Kafka's protocol. Several groups are asked about at once from Kafka 3.0 on (OffsetFetch 8). */
final class GroupTranslation {

    private static final String CLASSIC = "classic";
    private static final String SHARE = "share";
    private static final Set<String> TYPES = Set.of("consumer", "streams");
    /** Protocol types of classic groups: of consumers, and of those that commit without being members. */
    private static final Set<String> CLASSIC_PROTOCOLS = Set.of("consumer", "");

    private GroupTranslation() {}

    static RequestTranslation<?> of(SourceRequest<?> request) {
        if (request instanceof SourceRequest.GroupOffsets offsets) {
            return offsets.share() ? shareOffsets(offsets.groups()) : offsets(offsets.groups());
        }
        return groups();
    }

    private static RequestTranslation<GroupsAnswer> groups() {
        return new RequestTranslation<>(
                new ListGroupsRequest.Builder(new ListGroupsRequestData()), (response, version) -> {
                    ListGroupsResponseData data = ((ListGroupsResponse) response).data();
                    return new GroupsAnswer(
                            Errors.forCode(data.errorCode()),
                            ids(data, GroupTranslation::commitsOffsets),
                            ids(data, group -> type(group).equals(SHARE)));
                });
    }

    private static Set<String> ids(ListGroupsResponseData data, Predicate<ListGroupsResponseData.ListedGroup> which) {
        return data.groups().stream()
                .filter(which)
                .map(ListGroupsResponseData.ListedGroup::groupId)
                .collect(Collectors.toSet());
    }

    private static String type(ListGroupsResponseData.ListedGroup group) {
        return group.groupType().toLowerCase(Locale.ROOT);
    }

    private static boolean commitsOffsets(ListGroupsResponseData.ListedGroup group) {
        String type = type(group);
        if (type.isEmpty() || type.equals(CLASSIC)) {
            return CLASSIC_PROTOCOLS.contains(group.protocolType());
        }
        return TYPES.contains(type);
    }

    private static RequestTranslation<GroupOffsetsAnswer> offsets(Set<String> groups) {
        OffsetFetchRequestData data = new OffsetFetchRequestData()
                .setGroups(groups.stream()
                        .map(group ->
                                new OffsetFetchRequestGroup().setGroupId(group).setTopics(null))
                        .toList());
        return new RequestTranslation<>(OffsetFetchRequest.Builder.forTopicNames(data, false), (response, version) -> {
            OffsetFetchResponse answer = (OffsetFetchResponse) response;
            Map<String, CommittedOffsets> found = new HashMap<>();
            groups.forEach(group -> found.put(group, committed(answer.group(group))));
            return new GroupOffsetsAnswer(found);
        });
    }

    private static RequestTranslation<GroupOffsetsAnswer> shareOffsets(Set<String> groups) {
        DescribeShareGroupOffsetsRequestData data = new DescribeShareGroupOffsetsRequestData()
                .setGroups(groups.stream()
                        .map(group -> new DescribeShareGroupOffsetsRequestGroup()
                                .setGroupId(group)
                                .setTopics(null))
                        .toList());
        return new RequestTranslation<>(
                new DescribeShareGroupOffsetsRequest.Builder(data),
                (response, version) -> new GroupOffsetsAnswer(((DescribeShareGroupOffsetsResponse) response)
                        .data().groups().stream()
                                .collect(Collectors.toMap(
                                        DescribeShareGroupOffsetsResponseGroup::groupId, GroupTranslation::starts))));
    }

    /** A partition of which nobody has read yet has no start. */
    private static CommittedOffsets starts(DescribeShareGroupOffsetsResponseGroup group) {
        Map<TopicPartition, CommittedOffset> offsets = new HashMap<>();
        group.topics()
                .forEach(topic -> topic.partitions().stream()
                        .filter(partition ->
                                partition.errorCode() == Errors.NONE.code() && partition.startOffset() >= 0)
                        .forEach(partition -> offsets.put(
                                new TopicPartition(topic.topicName(), partition.partitionIndex()),
                                new CommittedOffset(partition.startOffset(), ""))));
        return new CommittedOffsets(Errors.forCode(group.errorCode()), offsets);
    }

    private static CommittedOffsets committed(OffsetFetchResponseGroup group) {
        Map<TopicPartition, CommittedOffset> offsets = new HashMap<>();
        group.topics()
                .forEach(topic -> topic.partitions().stream()
                        .filter(partition ->
                                partition.errorCode() == Errors.NONE.code() && partition.committedOffset() >= 0)
                        .forEach(partition -> offsets.put(
                                new TopicPartition(topic.name(), partition.partitionIndex()),
                                new CommittedOffset(
                                        partition.committedOffset(),
                                        partition.metadata() == null ? "" : partition.metadata()))));
        return new CommittedOffsets(Errors.forCode(group.errorCode()), offsets);
    }
}
