/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.control.Reversal;
import io.hawser.admin.control.ReversalOutcome;
import io.hawser.admin.control.SwitchOver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code link-admin reverse}. */
@Command(
        name = "reverse",
        description = {
            "Makes topics that were written here mirrors of the cluster that they were promoted on.",
            "What only this cluster has is copied to <topic>.hawser-dropped-<date>, then dropped. With --planned the topics are",
            "still written here: writes stop, the other cluster takes over what is left and is promoted, and nothing is dropped."
        })
public final class ReverseCommand extends Verb {

    @Option(names = "--link", required = true, paramLabel = "<link>", description = "Link to the other cluster.")
    private String link = "";

    @Option(
            names = "--mirror-topic",
            paramLabel = "<topic>",
            split = ",",
            description =
                    "Topics; repeat the option or separate by commas (default: all that were mirrors over the link).")
    private List<String> topics = new ArrayList<>();

    @Option(names = "--pattern", description = "Take --mirror-topic as a regular expression.")
    private boolean pattern;

    @Option(
            names = "--source-topic",
            paramLabel = "<topic>",
            description = "The topic's name on the other cluster, where it differs.")
    private String sourceTopic = "";

    @Option(names = "--planned", description = "Both clusters are well and the topics are written here: switch over.")
    private boolean planned;

    @Mixin
    private OtherCluster otherCluster = new OtherCluster();

    @Option(names = "--dry-run", description = "Only say what would happen, and what each partition would drop.")
    private boolean dryRun;

    @Option(names = "--wait", description = "Wait until each topic is a mirror.")
    private boolean wait;

    @Option(names = "--timeout", paramLabel = "<time>", description = "How long to wait (default: 60s).")
    private String timeout = "60s";

    @Override
    void checkUsage() {
        duration(timeout);
        if (!sourceTopic.isEmpty() && topics.size() != 1) {
            throw CommandFailure.wrongUsage("--source-topic goes with one --mirror-topic");
        }
        if (pattern && topics.isEmpty()) {
            throw CommandFailure.wrongUsage("--pattern goes with --mirror-topic <regular expression>");
        }
        if (pattern) {
            MirrorSelection.expressions(topics);
        }
    }

    @Override
    int run(ControlPlane cluster) {
        Duration limit = duration(timeout);
        Reversal reversal = new Reversal(cluster, link, sourceTopic);
        Map<String, ReversalOutcome> outcomes = reversal.check(names(cluster, reversal), limit);
        List<String> ready = topics(outcomes, ReversalOutcome::isReady);
        List<String> toPromote = planned ? topics(outcomes, ReversalOutcome::waitsForPromotion) : List.of();
        if (dryRun) {
            reversal.takeBack(outcomes.keySet());
            toPromote.forEach(
                    topic -> outcomes.put(
                            topic,
                            ReversalOutcome.of(topic, "WOULD_REVERSE")
                                    .saying(
                                            "groups and transactions that are in the way on the other cluster are found out by doing it")));
            return print(outcomes.values());
        }
        reversal.takeBack(topics(outcomes, outcome -> outcome.code() != null && !toPromote.contains(outcome.topic())));
        reversal.begin(ready);
        if (!toPromote.isEmpty()) {
            try (ControlPlane there = new ControlPlane(settings(
                    otherCluster.bootstrapServers(link, cluster.requireRunningLink(link)),
                    otherCluster.commandConfig()))) {
                outcomes.putAll(new SwitchOver(reversal, there).promote(toPromote, limit));
            }
        }
        List<String> reversed = topics(outcomes, outcome -> outcome.code() == null && !outcome.isMirror());
        if (wait || planned) {
            reversal.awaitMirrors(reversed, limit).forEach(outcome -> outcomes.put(outcome.topic(), outcome));
        } else {
            reversed.forEach(topic -> outcomes.computeIfPresent(topic, (name, outcome) -> outcome.asked()));
        }
        return print(outcomes.values());
    }

    private int print(Collection<ReversalOutcome> outcomes) {
        print(ReversalOutcome.table(outcomes));
        return outcomes.stream().mapToInt(ReversalOutcome::exitCode).max().orElse(0);
    }

    private Set<String> names(ControlPlane cluster, Reversal reversal) {
        Set<String> names = new TreeSet<>();
        if (topics.isEmpty()) {
            names.addAll(reversal.candidates());
        } else if (pattern) {
            names.addAll(MirrorSelection.matching(topics, cluster.topics()));
        } else {
            names.addAll(topics);
        }
        if (names.isEmpty()) {
            throw CommandFailure.failed("No topic to reverse: name them with '--mirror-topic <topic>'");
        }
        return names;
    }

    private static List<String> topics(Map<String, ReversalOutcome> outcomes, Predicate<ReversalOutcome> which) {
        return outcomes.values().stream()
                .filter(which)
                .map(ReversalOutcome::topic)
                .toList();
    }
}
