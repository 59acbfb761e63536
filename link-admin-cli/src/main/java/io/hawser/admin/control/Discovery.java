/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.view.Table;
import io.hawser.config.LinkConfig;
import io.hawser.definition.Definitions;
import io.hawser.definition.LinkDefinition;
import io.hawser.definition.MirrorDefinition;
import io.hawser.status.StateKey;
import io.hawser.status.TaskStatus;
import java.time.Duration;
import java.util.List;

/** Lets the coordinator look now for topics that become mirrors by themselves. Confined to the command's thread. */
public final class Discovery {

    private final ControlPlane cluster;
    private final String link;

    public Discovery(ControlPlane cluster, String link) {
        this.cluster = cluster;
        this.link = link;
    }

    /** @param created by this run, or by the one that it came upon */
    public record Found(TaskStatus task, List<MirrorDefinition> created) {

        /** A row for each new mirror, and for each topic that was left out. */
        public Table table() {
            Table table = new Table("mirrorTopic", "sourceTopic", "message");
            created.forEach(mirror -> table.row(mirror.topic(), mirror.sourceTopic(), "is a mirror now"));
            task.exceptions().forEach((topic, why) -> table.row(null, topic, "left out: " + why));
            return table;
        }

        public String text() {
            return task.counts().getOrDefault("matching topics", 0L) + " topics of the source match, " + created.size()
                    + " of them are new";
        }
    }

    /** Tasks run anew with each generation of the definitions; so a new one is all that it takes. */
    public Found run(Duration timeout) {
        Definitions before = cluster.newestDefinitions();
        LinkDefinition definition = before.link(link).orElseThrow(() -> CommandFailure.noSuchLink(link));
        if (!LinkConfig.unresolved(definition.configs()).autoCreates()) {
            throw CommandFailure.failed("Link " + link + " makes no mirrors by itself; set " + LinkConfig.AUTO_CREATE
                    + "=true and " + LinkConfig.AUTO_CREATE_FILTERS + " with 'link-admin alter --link " + link + "'");
        }
        cluster.change(definitions -> definitions, false);
        long generation = before.generation() + 1;
        StateKey<TaskStatus> key = StateKey.task(link, TaskStatus.AUTO_CREATE);
        boolean ran = cluster.await(
                timeout,
                snapshot -> snapshot.value(key)
                        .filter(status -> status.generation() >= generation)
                        .filter(status -> status.state() == TaskStatus.State.ACTIVE || status.failure() != null)
                        .isPresent());
        TaskStatus task = cluster.state().value(key).orElse(null);
        if (!ran || task == null) {
            throw CommandFailure.timedOut("No broker has looked at the source of link " + link
                    + " in time; see 'link-admin describe --link " + link + "'");
        }
        if (task.failure() != null) {
            throw CommandFailure.failed(task.failure().code() + ": "
                    + task.failure().message() + ". " + task.failure().code().remedy());
        }
        long wanted = before.mirrors().size() + task.counts().getOrDefault("created", 0L);
        cluster.await(timeout, snapshot -> cluster.definitions().mirrors().size() >= wanted);
        return new Found(
                task,
                cluster.definitions().mirrors().values().stream()
                        .filter(mirror ->
                                mirror.link().equals(link) && !before.mirrors().containsKey(mirror.topic()))
                        .toList());
    }
}
