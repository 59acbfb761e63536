/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.command;

import io.hawser.admin.CommandFailure;
import io.hawser.definition.Definitions;
import io.hawser.definition.MirrorDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Option;

/** Which mirror topics a verb is about: named one by one, by a pattern, or all of a link. Confined to one thread. */
final class MirrorSelection {

    @Option(
            names = "--mirror-topic",
            paramLabel = "<topic>",
            split = ",",
            description = "Mirror topics; repeat the option or separate by commas.")
    private List<String> topics = new ArrayList<>();

    @Option(
            names = "--link",
            paramLabel = "<link>",
            description =
                    "The link: for describe, alter, pause, resume and delete itself, else all of its mirror topics;"
                            + " beside --mirror-topic only those of it.")
    private String link = "";

    @Option(names = "--pattern", description = "Take --mirror-topic as a regular expression.")
    private boolean pattern;

    List<String> topics() {
        return topics;
    }

    String link() {
        return link;
    }

    boolean isLinkOnly() {
        return topics.isEmpty() && !link.isEmpty();
    }

    boolean isOneTopic() {
        return topics.size() == 1 && !pattern;
    }

    void checkUsage() {
        if (topics.isEmpty() && link.isEmpty()) {
            throw CommandFailure.wrongUsage("Say which: '--mirror-topic <topic>' or '--link <link>'");
        }
        if (pattern && topics.isEmpty()) {
            throw CommandFailure.wrongUsage("--pattern goes with --mirror-topic <regular expression>");
        }
        if (pattern) {
            expressions(topics);
        }
    }

    /**
     * The names selected, known to the cluster or not; at least one.
     *
     * @throws CommandFailure if there is no such link, nothing is selected, or a topic is named that is a mirror over another link
     */
    Set<String> names(Definitions definitions) {
        if (!link.isEmpty() && !definitions.links().containsKey(link)) {
            throw CommandFailure.noSuchLink(link);
        }
        List<String> candidates = definitions.mirrors().values().stream()
                .filter(mirror -> link.isEmpty() || mirror.link().equals(link))
                .map(MirrorDefinition::topic)
                .toList();
        Set<String> names;
        if (topics.isEmpty()) {
            names = new LinkedHashSet<>(candidates);
        } else if (pattern) {
            names = new LinkedHashSet<>(matching(topics, candidates));
        } else {
            names = new LinkedHashSet<>(topics);
            names.forEach(topic -> requireNoOtherLink(definitions, topic, candidates));
        }
        if (names.isEmpty()) {
            throw CommandFailure.failed("No mirror topic is meant by that; see 'link-admin list'");
        }
        return names;
    }

    private void requireNoOtherLink(Definitions definitions, String topic, List<String> ofLink) {
        if (definitions.mirrors().containsKey(topic) && !ofLink.contains(topic)) {
            throw CommandFailure.failed("Topic " + topic + " is no mirror over link " + link
                    + "; leave out --link, or see" + " 'link-admin list --link " + link + "'");
        }
    }

    /** Those names that any of the regular expressions takes, in their order. */
    static List<String> matching(List<String> texts, Collection<String> names) {
        List<Pattern> expressions = expressions(texts);
        return names.stream()
                .filter(name -> expressions.stream()
                        .anyMatch(expression -> expression.matcher(name).matches()))
                .toList();
    }

    /** @throws CommandFailure if one is not a regular expression */
    static List<Pattern> expressions(List<String> texts) {
        try {
            return texts.stream().map(Pattern::compile).toList();
        } catch (PatternSyntaxException e) {
            throw CommandFailure.wrongUsage("--pattern: " + e.getDescription() + " in '" + e.getPattern() + "'");
        }
    }
}
