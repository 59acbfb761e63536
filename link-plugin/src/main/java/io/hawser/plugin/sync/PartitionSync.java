/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.sync;

import io.hawser.config.LinkConfig;
import io.hawser.plugin.coordinator.LinkTask;
import io.hawser.plugin.coordinator.LinkWork;
import io.hawser.plugin.coordinator.LinkWork.Mirror;
import io.hawser.plugin.coordinator.TaskReport;
import io.hawser.source.SourceException;
import io.hawser.status.TaskStatus;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives mirror topics the partitions that their sources have got. A topic never loses any: where the source has fewer, it is
 * another topic, and its partitions' leaders find that out.
 *
 * <p>Confined to the task's thread.
 */
final class PartitionSync implements LinkTask {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionSync.class);

    @Override
    public String name() {
        return TaskStatus.PARTITIONS;
    }

    @Override
    public long intervalMs(LinkConfig config) {
        return config.topicConfigSyncMs();
    }

    @Override
    public TaskReport run(LinkWork work) throws SourceException {
        TaskReport report = new TaskReport();
        report.count("added", 0);
        List<Mirror> mirrors = work.mirrors().stream()
                .filter(mirror -> mirror.status().stopping() == null)
                .toList();
        Map<String, Integer> more = new TreeMap<>();
        Map<String, Integer> added = new TreeMap<>();
        work.sourceTopics(mirrors).forEach((mirror, topic) -> {
            int here = partitionsHere(work, mirror.topic());
            if (topic.partitions().size() > here) {
                more.put(mirror.topic(), topic.partitions().size());
                added.put(mirror.topic(), topic.partitions().size() - here);
            }
        });
        if (!more.isEmpty()) {
            grow(work, more, added, report);
        }
        report.count("mirror topics", mirrors.size());
        return report;
    }

    private static int partitionsHere(LinkWork work, String topic) {
        return work.context().cluster().get().partitionCount(topic).orElse(Integer.MAX_VALUE);
    }

    private static void grow(LinkWork work, Map<String, Integer> more, Map<String, Integer> added, TaskReport report) {
        Map<String, KafkaException> refused = work.context().admin().growTopics(more);
        more.forEach((topic, partitions) -> {
            KafkaException refusal = refused.get(topic);
            if (refusal == null) {
                report.count("added", added.getOrDefault(topic, 0));
                LOG.info(
                        "[{}] mirror topic {} has {} partitions now",
                        work.link().name(),
                        topic,
                        partitions);
            } else {
                report.leaveOut(topic, "it cannot get " + partitions + " partitions: " + refusal.getMessage());
            }
        });
    }
}
