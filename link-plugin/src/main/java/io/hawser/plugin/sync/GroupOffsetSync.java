/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.sync;

import io.hawser.config.LinkConfig;
import io.hawser.config.NameFilters;
import io.hawser.plugin.coordinator.LinkTask;
import io.hawser.plugin.coordinator.LinkWork;
import io.hawser.plugin.coordinator.TaskReport;
import io.hawser.source.SourceErrors;
import io.hawser.source.SourceException;
import io.hawser.source.SourceNode;
import io.hawser.source.SourceRequest.CommittedOffsets;
import io.hawser.source.SourceRequest.GroupOffsets;
import io.hawser.source.SourceRequest.Groups;
import io.hawser.source.SourceRequest.GroupsAnswer;
import io.hawser.status.FailureCode;
import io.hawser.status.GroupStatus;
import io.hawser.status.TaskStatus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.protocol.Errors;

/**
 * Commits for groups on the mirrors what they have committed at the source.
 *
 * <p>Law: a group is followed only while it has no members here. What it has at the source is taken for deleted only if the
 * broker that coordinates it says so, and only of topics that the link may see.
 *
 * <p>Confined to the task's thread. Groups are asked about and committed by the hundred.
 */
final class GroupOffsetSync implements LinkTask {

    private static final int GROUPS_PER_REQUEST = 100;

    @Override
    public String name() {
        return TaskStatus.GROUP_OFFSETS;
    }

    @Override
    public boolean isEnabled(LinkConfig config) {
        return config.syncsGroups();
    }

    @Override
    public long intervalMs(LinkConfig config) {
        return config.groupSyncMs();
    }

    @Override
    public boolean endsPromotions() {
        return true;
    }

    @Override
    public TaskReport run(LinkWork work) throws SourceException {
        TaskReport report = new TaskReport();
        List.of(TaskStatus.GROUPS, "offsets committed", "offsets clamped", "offsets removed")
                .forEach(what -> report.count(what, 0));
        NameFilters filters = work.config().groupFilters();
        GroupRound round = GroupRound.begin(work, report);
        Map<SourceNode, GroupsAnswer> listed = listed(work);
        follow(work, round, report, filters, listed, GroupsAnswer::groups, /* share= */ false);
        follow(work, round, report, filters, listed, GroupsAnswer::shareGroups, /* share= */ true);
        round.requireAny();
        if (listed.values().stream().allMatch(GroupsAnswer::isEmpty)) {
            report.name("groups", "the source shows none; the link's principal needs DESCRIBE on them to see them");
        }
        return report;
    }

    private static void follow(
            LinkWork work,
            GroupRound round,
            TaskReport report,
            NameFilters filters,
            Map<SourceNode, GroupsAnswer> listed,
            Function<GroupsAnswer, Set<String>> ofKind,
            boolean share)
            throws SourceException {
        Set<String> present = new HashSet<>();
        for (Map.Entry<SourceNode, GroupsAnswer> ofBroker : listed.entrySet()) {
            Set<String> groups = ofKind.apply(ofBroker.getValue()).stream()
                    .filter(filters::take)
                    .collect(Collectors.toCollection(TreeSet::new));
            present.addAll(groups);
            for (List<String> some : Parts.of(groups, GROUPS_PER_REQUEST)) {
                round.follow(offsets(work, ofBroker.getKey(), some, share), share);
            }
        }
        report.count(TaskStatus.GROUPS, present.size());
        Set<String> vanished = work.context().state().snapshot().all(GroupStatus.class).stream()
                .filter(status -> status.link().equals(work.link().name()) && status.share() == share)
                .map(GroupStatus::group)
                .filter(group -> !present.contains(group) && filters.take(group))
                .collect(Collectors.toSet());
        for (List<String> some : Parts.of(vanished, GROUPS_PER_REQUEST)) {
            round.follow(ofCoordinators(work, some, share), share);
        }
    }

    private static Map<SourceNode, GroupsAnswer> listed(LinkWork work) throws SourceException {
        Map<SourceNode, GroupsAnswer> listed = new LinkedHashMap<>();
        for (SourceNode node : work.source().nodes().values()) {
            GroupsAnswer answer = work.source().ask(node, new Groups());
            if (answer.error() != Errors.NONE) {
                throw new SourceException(
                        SourceErrors.failure("groups of " + node, "DESCRIBE on the groups", answer.error()));
            }
            listed.put(node, answer);
        }
        return listed;
    }

    private static Map<String, CommittedOffsets> offsets(
            LinkWork work, SourceNode node, List<String> groups, boolean share) throws SourceException {
        return work.source()
                .ask(node, new GroupOffsets(Set.copyOf(groups), share))
                .groups();
    }

    /**
     * Answers of who knows: a group that nobody lists any more has a coordinator still. A right that was taken away every
     * broker tells.
     */
    private static Map<String, CommittedOffsets> ofCoordinators(LinkWork work, List<String> groups, boolean share)
            throws SourceException {
        Map<String, CommittedOffsets> answers = new HashMap<>();
        for (SourceNode node : work.source().nodes().values()) {
            offsets(work, node, groups, share).forEach((group, answer) -> {
                if (answer.error() == Errors.NONE
                        || SourceErrors.failureCode(answer.error()) == FailureCode.AUTHORIZATION) {
                    answers.put(group, answer);
                }
            });
        }
        return answers;
    }
}
