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
import io.hawser.status.GroupStatus;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
        return "group-offsets";
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
    public TaskReport run(LinkWork work) throws SourceException {
        TaskReport report = new TaskReport();
        List.of("groups", "offsets committed", "offsets clamped", "offsets removed")
                .forEach(what -> report.count(what, 0));
        NameFilters filters = work.config().groupFilters();
        GroupRound round = GroupRound.begin(work, report);
        Set<String> listed = new HashSet<>();
        for (Map.Entry<SourceNode, Set<String>> ofBroker : groups(work, filters).entrySet()) {
            listed.addAll(ofBroker.getValue());
            for (List<String> some : Parts.of(ofBroker.getValue(), GROUPS_PER_REQUEST)) {
                round.follow(offsets(work, ofBroker.getKey(), some));
            }
        }
        Set<String> vanished = work.context().state().snapshot().all(GroupStatus.class).stream()
                .filter(status -> status.link().equals(work.link().name()))
                .map(GroupStatus::group)
                .filter(group -> !listed.contains(group) && filters.take(group))
                .collect(Collectors.toSet());
        for (List<String> some : Parts.of(vanished, GROUPS_PER_REQUEST)) {
            for (SourceNode node : work.source().nodes().values()) {
                round.follow(ofCoordinator(offsets(work, node, some)));
            }
        }
        report.count("groups", listed.size());
        return report;
    }

    private static Map<SourceNode, Set<String>> groups(LinkWork work, NameFilters filters) throws SourceException {
        Map<SourceNode, Set<String>> groups = new LinkedHashMap<>();
        for (SourceNode node : work.source().nodes().values()) {
            GroupsAnswer answer = work.source().ask(node, new Groups());
            if (answer.error() != Errors.NONE) {
                throw new SourceException(
                        SourceErrors.failure("groups of " + node + " (DESCRIBE on groups)", answer.error()));
            }
            groups.put(
                    node,
                    answer.groups().stream().filter(filters::take).collect(Collectors.toCollection(TreeSet::new)));
        }
        return groups;
    }

    private static Map<String, CommittedOffsets> offsets(LinkWork work, SourceNode node, List<String> groups)
            throws SourceException {
        return work.source().ask(node, new GroupOffsets(Set.copyOf(groups))).groups();
    }

    /** Answers of who knows: a group that nobody lists any more has a coordinator still. */
    private static Map<String, CommittedOffsets> ofCoordinator(Map<String, CommittedOffsets> answers) {
        return answers.entrySet().stream()
                .filter(answer -> answer.getValue().error() == Errors.NONE)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
