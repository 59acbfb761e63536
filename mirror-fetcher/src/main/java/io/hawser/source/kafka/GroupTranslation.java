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
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ListGroupsRequest;
import org.apache.kafka.common.requests.ListGroupsResponse;
import org.apache.kafka.common.requests.OffsetFetchRequest;
import org.apache.kafka.common.requests.OffsetFetchResponse;

/** Questions about groups in Kafka's protocol. Several groups are asked about at once from Kafka 3.0 on (OffsetFetch 8). */
final class GroupTranslation {

    private static final String CLASSIC = "classic";
    private static final Set<String> TYPES = Set.of("consumer", "streams");
    /** Protocol types of classic groups: of consumers, and of those that commit without being members. */
    private static final Set<String> CLASSIC_PROTOCOLS = Set.of("consumer", "");

    private GroupTranslation() {}

    static RequestTranslation<?> of(SourceRequest<?> request) {
        return request instanceof SourceRequest.GroupOffsets offsets ? offsets(offsets.groups()) : groups();
    }

    private static RequestTranslation<GroupsAnswer> groups() {
        return new RequestTranslation<>(
                new ListGroupsRequest.Builder(new ListGroupsRequestData()), (response, version) -> {
                    ListGroupsResponseData data = ((ListGroupsResponse) response).data();
                    return new GroupsAnswer(
                            Errors.forCode(data.errorCode()),
                            data.groups().stream()
                                    .filter(GroupTranslation::commitsOffsets)
                                    .map(ListGroupsResponseData.ListedGroup::groupId)
                                    .collect(Collectors.toSet()));
                });
    }

    private static boolean commitsOffsets(ListGroupsResponseData.ListedGroup group) {
        String type = group.groupType().toLowerCase(Locale.ROOT);
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
