/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.admin.control.ControlPlane;
import io.hawser.admin.control.IntentChange;
import io.hawser.admin.control.LinkChange;
import io.hawser.admin.control.MirrorRemoval;
import io.hawser.definition.Definitions;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.io.Console;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code link-admin delete}. */
@Command(
        name = "delete",
        description = {
            "Deletes mirror topics with their data, or a link.",
            "Of a topic that is writable already only the link's record of it is removed; the topic stays."
        })
public final class DeleteCommand extends IntentVerb {

    private static final String DELETED = "DELETED";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Mixin
    private MirrorSelection selection = new MirrorSelection();

    @Option(names = "--force", description = "Do not ask.")
    private boolean force;

    @Option(names = "--dry-run", description = "Only say what would be deleted.")
    private boolean dryRun;

    @Override
    void checkUsage() {
        selection.checkUsage();
    }

    @Override
    int run(ControlPlane cluster) {
        Definitions definitions = cluster.newestDefinitions();
        if (selection.isLinkOnly() && dryRun) {
            new LinkChange(cluster, selection.link()).checkRemoval();
            print("Would delete link " + selection.link(), Map.of("link", selection.link(), "dryRun", true));
            return 0;
        }
        if (selection.isLinkOnly()) {
            confirm("link " + selection.link(), selection.link());
            new LinkChange(cluster, selection.link()).remove(TIMEOUT);
            print("Deleted link " + selection.link(), Map.of("link", selection.link()));
            return 0;
        }
        List<String> names = List.copyOf(selection.names(definitions));
        List<String> writable = names.stream()
                .filter(name -> definitions
                        .mirror(name)
                        .filter(mirror -> mirror.intent() == MirrorIntent.STOPPED)
                        .isPresent())
                .toList();
        List<String> mirrors =
                names.stream().filter(name -> !writable.contains(name)).toList();
        List<String> fenced = writable.stream()
                .filter(name -> definitions
                        .mirror(name)
                        .filter(MirrorDefinition::readOnly)
                        .isPresent())
                .toList();
        if (dryRun) {
            return print(expected(cluster, writable, fenced, mirrors));
        }
        if (!fenced.isEmpty()) {
            confirm(
                    "what keeps producers from " + String.join(", ", fenced) + ", written to on another cluster now",
                    fenced.get(fenced.size() - 1));
        }
        requireAllPartitions(cluster, writable);
        Map<String, IntentChange.Outcome> outcomes = new TreeMap<>();
        if (mirrors.stream().anyMatch(name -> definitions.mirror(name).isPresent())) {
            outcomes.putAll(deleteMirrors(cluster, mirrors));
        } else {
            outcomes.putAll(new IntentChange(cluster, MirrorIntent.DELETE).ask(mirrors, false));
        }
        new MirrorRemoval(cluster).forget(writable);
        writable.forEach(topic ->
                outcomes.put(topic, IntentChange.Outcome.of(topic, DELETED).saying("it is an ordinary topic now")));
        return print(outcomes.values());
    }

    private static Collection<IntentChange.Outcome> expected(
            ControlPlane cluster, List<String> writable, List<String> fenced, List<String> mirrors) {
        Map<String, IntentChange.Outcome> outcomes =
                new TreeMap<>(new IntentChange(cluster, MirrorIntent.DELETE).ask(mirrors, true));
        requireAllPartitions(cluster, writable);
        writable.forEach(topic -> outcomes.put(
                topic,
                IntentChange.Outcome.of(topic, "WOULD_DELETE")
                        .saying(
                                fenced.contains(topic)
                                        ? "what keeps producers from it, and the link's record of it; the topic stays"
                                        : "only the link's record of it; the topic stays")));
        return outcomes.values();
    }

    /** What a forced failover has passed over is not done with yet. */
    private static void requireAllPartitions(ControlPlane cluster, List<String> writable) {
        StateSnapshot snapshot = cluster.state();
        List<String> lacking = writable.stream()
                .filter(topic -> snapshot.value(StateKey.mirror(topic))
                        .filter(MirrorStatus::lacksPartitions)
                        .isPresent())
                .toList();
        if (!lacking.isEmpty()) {
            throw CommandFailure.failed(
                    "Topic " + String.join(", ", lacking) + " has partitions that a failover has passed over;"
                            + " keep its record until they have a leader again, which ends what is open in them");
        }
    }

    private Map<String, IntentChange.Outcome> deleteMirrors(ControlPlane cluster, List<String> mirrors) {
        String last = mirrors.get(mirrors.size() - 1);
        confirm(mirrors.size() + " mirror topic(s) with their data: " + String.join(", ", mirrors), last);
        IntentChange change = new IntentChange(cluster, MirrorIntent.DELETE);
        Map<String, IntentChange.Outcome> outcomes = change.ask(mirrors, false);
        List<String> asked = outcomes.values().stream()
                .filter(each -> each.code() == null)
                .map(IntentChange.Outcome::topic)
                .toList();
        change.awaitGone(asked, TIMEOUT);
        asked.forEach(topic -> outcomes.put(topic, IntentChange.Outcome.of(topic, DELETED)));
        return outcomes;
    }

    /** The launcher asks newer JVMs for the old behaviour, by which there is no console without a terminal. */
    @SuppressWarnings("SystemConsoleNull")
    private void confirm(String what, String word) {
        if (force) {
            return;
        }
        Console console = System.console();
        if (console == null) {
            throw CommandFailure.wrongUsage("Deleting " + what + " asks first; without a terminal add --force");
        }
        String answer = console.readLine("This deletes %s. Type '%s' to go on: ", what, word);
        if (!word.equals(answer)) {
            throw CommandFailure.failed("Nothing was deleted");
        }
    }
}
