/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.sync;

import io.hawser.plugin.coordinator.LinkWork;
import io.hawser.plugin.coordinator.LinkWork.Mirror;
import io.hawser.plugin.coordinator.TaskReport;
import io.hawser.plugin.local.GroupOffsets;
import io.hawser.plugin.local.LocalGroups;
import io.hawser.plugin.local.LocalGroups.Bounds;
import io.hawser.source.SourceErrors;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceRequest.CommittedOffset;
import io.hawser.source.SourceRequest.CommittedOffsets;
import io.hawser.status.FailureCode;
import io.hawser.status.GroupStatus;
import io.hawser.status.StateKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * One round over the groups of a link.
 *
 * <p>Law: what is about to be committed is in the state topic before it is, so that another broker that takes over knows it for
 * ours.
 *
 * <p>Confined to the task's thread.
 */
final class GroupRound {

    private static final long LONGEST_REFRESH_MS = TimeUnit.HOURS.toMillis(1);
    private static final int REFRESHES_PER_RETENTION = 3;

    private final LinkWork work;
    private final TaskReport report;
    private final LocalGroups local;
    private final Set<String> active;
    /** Mirror partitions by source partition, of topics that the link may see and that are the ones it mirrors. */
    private final Map<TopicPartition, TopicPartition> mirrored;

    /**
     * By mirror partition, the incarnation of each mirror that was written to here before. Its groups have moved to the source, and what
     * they had committed here before that is no word of anybody's now.
     */
    private final Map<TopicPartition, Uuid> reversed;

    private final Map<TopicPartition, Bounds> bounds = new HashMap<>();
    private boolean any;
    private @Nullable SourceFailure refusal;

    private GroupRound(
            LinkWork work,
            TaskReport report,
            Map<TopicPartition, TopicPartition> mirrored,
            Map<TopicPartition, Uuid> reversed) {
        this.work = work;
        this.report = report;
        this.local = work.context().admin().groups();
        this.active = local.active();
        this.mirrored = mirrored;
        this.reversed = reversed;
    }

    static GroupRound begin(LinkWork work, TaskReport report) throws SourceException {
        Map<TopicPartition, TopicPartition> mirrored = new HashMap<>();
        Map<TopicPartition, Uuid> reversed = new HashMap<>();
        for (Mirror mirror : work.sourceTopics(work.mirrors()).keySet()) {
            for (int number = 0; number < mirror.status().partitions(); number++) {
                TopicPartition partition = new TopicPartition(mirror.topic(), number);
                mirrored.put(new TopicPartition(mirror.sourceTopic(), number), partition);
                if (mirror.status().reversal() != null) {
                    reversed.put(partition, mirror.status().incarnation());
                }
            }
        }
        return new GroupRound(work, report, mirrored, reversed);
    }

    /** @throws SourceException if the source told of no group what it was asked */
    void requireAny() throws SourceException {
        if (!any && refusal != null) {
            throw new SourceException(refusal);
        }
    }

    /**
     * Does for some groups what is to be done.
     *
     * @param share whether all of them are share groups; else none is
     */
    void follow(Map<String, CommittedOffsets> groups, boolean share) {
        GroupOffsets offsets = share ? local.sharing() : local.committing();
        Map<String, GroupPlan> plans = plans(groups, offsets);
        if (plans.isEmpty()) {
            return;
        }
        writeDown(plans, share);
        apply(plans, offsets);
    }

    private Map<String, GroupPlan> plans(Map<String, CommittedOffsets> groups, GroupOffsets here) {
        Map<String, Map<TopicPartition, CommittedOffset>> wanted = new LinkedHashMap<>();
        groups.forEach((group, answer) -> {
            Map<TopicPartition, CommittedOffset> offsets = new HashMap<>();
            answer.offsets().forEach((source, offset) -> {
                TopicPartition mirror = mirrored.get(source);
                if (mirror != null) {
                    offsets.put(mirror, offset);
                }
            });
            if (answer.error() != Errors.NONE) {
                refusal = SourceErrors.failure(
                        "offsets of group " + group + " on the source", "DESCRIBE on the group", answer.error());
                report.leaveOut(group, refusal.message());
                return;
            }
            any = true;
            if (!offsets.isEmpty() || known(group) != null) {
                if (active.contains(group)) {
                    report.leaveOut(group, "it has members here");
                    holdBack(group, offsets.keySet());
                } else {
                    wanted.put(group, offsets);
                }
            }
        });
        if (wanted.isEmpty()) {
            return Map.of();
        }
        learnBounds(wanted);
        Map<String, Map<TopicPartition, OffsetAndMetadata>> stored = here.committed(wanted.keySet());
        Map<String, GroupPlan> plans = new LinkedHashMap<>();
        wanted.forEach((group, offsets) -> {
            GroupPlan plan = plan(group, offsets, stored.getOrDefault(group, Map.of()), here.expire());
            tellExceptions(group, plan);
            plans.put(group, plan);
        });
        return plans;
    }

    private void holdBack(String group, Set<TopicPartition> mirrors) {
        SourceFailure reason = new SourceFailure(
                FailureCode.GROUP_ACTIVE, "group " + group + " has members here, so its offsets cannot be brought");
        mirrors.forEach(mirror -> report.holdBack(mirror.topic(), reason));
    }

    private GroupPlan plan(
            String group,
            Map<TopicPartition, CommittedOffset> offsets,
            Map<TopicPartition, OffsetAndMetadata> stored,
            boolean expires) {
        GroupStatus known = known(group);
        Map<String, List<Long>> written = new HashMap<>(known == null ? Map.of() : known.written());
        takeOver(known, offsets.keySet(), stored, written);
        Set<TopicPartition> gone = mirrored.values().stream()
                .filter(partition -> written.containsKey(GroupPlan.key(partition)) && !offsets.containsKey(partition))
                .collect(Collectors.toSet());
        boolean refresh =
                expires && known != null && work.context().time().milliseconds() - known.writtenMs() > refreshMs();
        return GroupPlan.of(offsets, gone, bounds, stored, written, refresh);
    }

    /** What the group has committed to topics that were written to here is, from now on, as if the link had. */
    private void takeOver(
            @Nullable GroupStatus known,
            Set<TopicPartition> wanted,
            Map<TopicPartition, OffsetAndMetadata> stored,
            Map<String, List<Long>> written) {
        reversed.forEach((partition, incarnation) -> {
            String key = GroupPlan.key(partition);
            if (known != null && incarnation.equals(known.takenOver().get(key))) {
                return;
            }
            // Of the time before it was written to here.
            written.remove(key);
            OffsetAndMetadata present = stored.get(partition);
            if (present != null && wanted.contains(partition)) {
                written.put(key, List.of(present.offset()));
            }
        });
    }

    /** Of the mirrors that were written to here, those for which that has been done once the plan is carried out. */
    private Map<String, Uuid> takenOver(@Nullable GroupStatus known, GroupPlan plan) {
        Map<String, Uuid> takenOver = new HashMap<>(known == null ? Map.of() : known.takenOver());
        reversed.forEach((partition, incarnation) -> {
            String key = GroupPlan.key(partition);
            if (plan.written().containsKey(key) || plan.foreign().contains(partition)) {
                takenOver.put(key, incarnation);
            }
        });
        return takenOver;
    }

    /** Before brokers drop the offsets of a group that has no members here. */
    private long refreshMs() {
        return Math.min(LONGEST_REFRESH_MS, work.context().offsetsRetentionMs() / REFRESHES_PER_RETENTION);
    }

    private void tellExceptions(String group, GroupPlan plan) {
        report.count("offsets clamped", plan.clamped().size());
        if (!plan.clamped().isEmpty()) {
            report.name(group, "held within what the mirrors have: " + firstOf(plan.clamped()));
        }
        if (!plan.foreign().isEmpty()) {
            report.leaveOut(group, "somebody else has committed for " + firstOf(List.copyOf(plan.foreign())));
        }
    }

    private static String firstOf(List<?> all) {
        return all.get(0) + (all.size() == 1 ? "" : " and " + (all.size() - 1) + " more");
    }

    private void learnBounds(Map<String, Map<TopicPartition, CommittedOffset>> wanted) {
        Set<TopicPartition> unknown = new HashSet<>();
        wanted.values().forEach(offsets -> unknown.addAll(offsets.keySet()));
        unknown.removeAll(bounds.keySet());
        if (!unknown.isEmpty()) {
            bounds.putAll(local.bounds(unknown));
        }
    }

    private void writeDown(Map<String, GroupPlan> plans, boolean share) {
        long nowMs = work.context().time().milliseconds();
        plans.forEach((group, plan) -> {
            if (known(group) != null && isEmpty(known(group), plan)) {
                work.book().delete(StateKey.group(work.link().name(), group));
            }
        });
        work.awaitKept(plans.entrySet().stream()
                .filter(plan -> changes(plan.getKey(), plan.getValue()))
                .map(plan -> work.book()
                        .write(
                                StateKey.group(work.link().name(), plan.getKey()),
                                new GroupStatus(
                                        work.link().name(),
                                        plan.getKey(),
                                        share,
                                        plan.getValue().written(),
                                        takenOver(known(plan.getKey()), plan.getValue()),
                                        nowMs)))
                .toList());
    }

    private boolean changes(String group, GroupPlan plan) {
        GroupStatus known = known(group);
        return !isEmpty(known, plan)
                && (known == null
                        || !plan.commits().isEmpty()
                        || !plan.written().equals(known.written())
                        || !takenOver(known, plan).equals(known.takenOver()));
    }

    private boolean isEmpty(@Nullable GroupStatus known, GroupPlan plan) {
        return plan.written().isEmpty() && takenOver(known, plan).isEmpty();
    }

    private void apply(Map<String, GroupPlan> plans, GroupOffsets here) {
        Map<String, Map<TopicPartition, OffsetAndMetadata>> commits = new HashMap<>();
        Map<String, Set<TopicPartition>> removals = new HashMap<>();
        plans.forEach((group, plan) -> {
            Map<TopicPartition, OffsetAndMetadata> stillDue = new HashMap<>(plan.commits());
            // A failover to a time or offset may be dropping what the offset was within when this round began.
            stillDue.keySet().removeIf(partition -> !work.follows(partition.topic()));
            if (!stillDue.isEmpty()) {
                commits.put(group, stillDue);
            }
            if (!plan.removals().isEmpty()) {
                removals.put(group, plan.removals());
            }
        });
        Map<String, KafkaException> refused = new HashMap<>(here.commit(commits));
        refused.putAll(here.remove(removals));
        refused.forEach((group, refusal) -> report.leaveOut(group, String.valueOf(refusal.getMessage())));
        commits.forEach(
                (group, offsets) -> report.count("offsets committed", refused.containsKey(group) ? 0 : offsets.size()));
        removals.forEach((group, partitions) -> {
            if (!refused.containsKey(group)) {
                report.count("offsets removed", partitions.size());
            }
        });
    }

    private @Nullable GroupStatus known(String group) {
        return work.book().value(StateKey.group(work.link().name(), group)).orElse(null);
    }
}
