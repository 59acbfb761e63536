/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import io.hawser.admin.view.DrillView.Check;
import io.hawser.config.LinkConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether the offsets of all groups that read mirrored topics follow. No state. */
final class GroupChecks {

    static final String GROUPS = "groups";

    private GroupChecks() {}

    /**
     * @param committed by group of the source, topics for which it has committed offsets, among those that may be seen
     * @param sourceTopics those that are mirrored, as the source shows them
     */
    static List<Check> of(
            Map<String, Looked<Set<String>>> committed,
            Map<String, ? extends Looked<?>> sourceTopics,
            LinkConfig config) {
        Findings findings = new Findings(GROUPS);
        sourceTopics.forEach((topic, seen) -> {
            if (seen.value() == null) {
                findings.unknown(
                        String.valueOf(seen.code()), topic, "which groups read it is not known, since " + seen.why());
            }
        });
        long covered = 0;
        for (Map.Entry<String, Looked<Set<String>>> group : committed.entrySet()) {
            Set<String> topics = group.getValue().value();
            if (topics == null) {
                findings.unknown(
                        String.valueOf(group.getValue().code()),
                        group.getKey(),
                        group.getValue().why());
            } else if (topics.stream().anyMatch(sourceTopics::containsKey)) {
                boolean follows = config.syncsGroups() && config.groupFilters().take(group.getKey());
                covered += follows ? 1 : 0;
                if (!follows) {
                    findings.warn(
                            "NOT_COVERED",
                            group.getKey(),
                            (config.syncsGroups()
                                            ? LinkConfig.GROUP_FILTERS + " leaves it out"
                                            : LinkConfig.GROUP_SYNC + " is false")
                                    + ": here it would begin where auto.offset.reset says");
                }
            }
        }
        return findings.checks("of the groups that read mirrored topics, offsets follow: " + covered);
    }
}
