/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.sync;

import io.hawser.config.LinkConfig;
import io.hawser.config.NameFilters;
import io.hawser.definition.Definitions;
import io.hawser.definition.InvalidDefinitionException;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.definition.TopicNames;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.plugin.coordinator.LinkTask;
import io.hawser.plugin.coordinator.LinkWork;
import io.hawser.plugin.coordinator.SourceState;
import io.hawser.plugin.coordinator.TaskReport;
import io.hawser.source.SourceException;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.status.TaskStatus;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes mirrors of the source's topics that the link's filters take, those that are there and those that come.
 *
 * <p>Law: one that was a mirror once and is writable now stays as it is, and a topic of this cluster is never touched. All that
 * are new go into one change of the definitions; the topics themselves are created from these, in batches.
 *
 * <p>Confined to the task's thread.
 */
final class TopicDiscovery implements LinkTask {

    private static final Logger LOG = LoggerFactory.getLogger(TopicDiscovery.class);
    private static final int MOST_AT_ONCE = 2_000;

    @Override
    public String name() {
        return TaskStatus.AUTO_CREATE;
    }

    @Override
    public boolean isEnabled(LinkConfig config) {
        return config.autoCreates();
    }

    @Override
    public long intervalMs(LinkConfig config) {
        return config.autoCreateMs();
    }

    @Override
    public TaskReport run(LinkWork work) throws SourceException {
        TaskReport report = new TaskReport();
        Definitions definitions = work.context().definitions().get();
        Set<String> mirrored = definitions.mirrors().values().stream()
                .filter(mirror -> mirror.link().equals(work.link().name()))
                .map(MirrorDefinition::sourceTopic)
                .collect(Collectors.toSet());
        NameFilters filters = work.config().autoCreateFilters();
        SortedMap<String, MirrorDefinition> fresh = new TreeMap<>();
        report.count("matching topics", 0);
        for (SourceTopic topic : new TreeMap<>(work.source().allTopics().topics()).values()) {
            if (topic.error() != Errors.NONE || !isData(topic.name()) || !filters.take(topic.name())) {
                continue;
            }
            report.count("matching topics", 1);
            if (!mirrored.contains(topic.name()) && fresh.size() < MOST_AT_ONCE) {
                discovered(work, definitions, topic.name(), fresh, report);
            }
        }
        leaveOutLoops(work, fresh, report);
        create(work, definitions, fresh);
        report.count("created", fresh.size());
        return report;
    }

    /** Whoever drills makes the mirror itself, and could not know of others that it would leave behind. */
    private static boolean isData(String topic) {
        return !TopicNames.isInternal(topic) && !TopicNames.isCanary(topic);
    }

    private static void discovered(
            LinkWork work,
            Definitions definitions,
            String sourceTopic,
            Map<String, MirrorDefinition> fresh,
            TaskReport report) {
        String name = work.config().prefix() + sourceTopic;
        ClusterView cluster = work.context().cluster().get();
        try {
            TopicNames.requireMirrorable(name);
        } catch (InvalidDefinitionException e) {
            report.leaveOut(sourceTopic, String.valueOf(e.getMessage()));
            return;
        }
        MirrorDefinition taken = definitions.mirrors().get(name);
        if (taken != null) {
            report.leaveOut(
                    sourceTopic,
                    "topic " + name + " is the mirror of " + taken.sourceTopic() + " over link " + taken.link());
        } else if (cluster.topic(name).isPresent()) {
            report.leaveOut(sourceTopic, "topic " + name + " exists here and is not a mirror");
        } else {
            fresh.put(
                    name,
                    new MirrorDefinition(
                            name,
                            Uuid.randomUuid(),
                            work.link().name(),
                            sourceTopic,
                            MirrorIntent.MIRROR,
                            MirrorDefinition.DEFAULT_REPLICATION_FACTOR,
                            Map.of(),
                            null));
        }
    }

    /** Two links with prefixes that take all topics would mirror each other's mirrors under ever longer names. */
    private static void leaveOutLoops(LinkWork work, Map<String, MirrorDefinition> fresh, TaskReport report)
            throws SourceException {
        if (fresh.isEmpty()) {
            return;
        }
        SourceState state = SourceState.read(work.sourceClusterId(), work.source());
        fresh.values().removeIf(mirror -> {
            Optional<String> loop =
                    state.loop(mirror.sourceTopic(), work.context().clusterId());
            loop.ifPresent(why -> report.leaveOut(mirror.sourceTopic(), why));
            return loop.isPresent();
        });
    }

    private static void create(LinkWork work, Definitions definitions, SortedMap<String, MirrorDefinition> fresh) {
        if (fresh.isEmpty()) {
            return;
        }
        work.context()
                .admin()
                .changeDefinitions(
                        definitions
                                .withMirrors(mirrors -> mirrors.putAll(fresh))
                                .next(ThreadLocalRandom.current()),
                        fresh.keySet().stream().map(Definitions::mirrorKey).toList());
        LOG.info(
                "[{}] {} topics of the source become mirrors, the first of them {}",
                work.link().name(),
                fresh.size(),
                fresh.firstKey());
    }
}
