/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.definition;

import io.hawser.config.LinkConfig;
import io.hawser.config.LinkHalf;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * What a change from one set of definitions to the next must keep. A broker applies it to each change before the change
 * enters the metadata log.
 *
 * <p>Immutable. Touches nothing but its arguments, so that it may run on a broker's request thread.
 */
public final class DefinitionRules {

    private final Predicate<String> localTopicExists;

    /** @param localTopicExists whether the destination cluster has a topic of that name */
    public DefinitionRules(Predicate<String> localTopicExists) {
        this.localTopicExists = localTopicExists;
    }

    /**
     * Refuses a change that breaks a rule.
     *
     * @throws InvalidDefinitionException with one line that names the key, what is wrong and the way out
     */
    public void check(Definitions before, Definitions after) {
        if (before.equals(after)) {
            return;
        }
        checkGeneration(before, after);
        after.links().forEach((name, link) -> {
            if (!link.equals(before.links().get(name))) {
                checkLink(before, link);
            }
        });
        after.mirrors().forEach((topic, mirror) -> {
            if (!mirror.equals(before.mirrors().get(topic))) {
                checkMirror(before, after, mirror);
            }
        });
        before.links().keySet().stream()
                .filter(name -> !after.links().containsKey(name))
                .forEach(name -> checkLinkRemoval(after, name));
        before.mirrors().values().stream()
                .filter(mirror -> !after.mirrors().containsKey(mirror.topic()))
                .forEach(DefinitionRules::checkMirrorRemoval);
    }

    private static final String CHANGED_MEANWHILE = "have changed meanwhile";

    /**
     * Whether a change was refused since it was made from definitions that do not stand any more.
     *
     * @param refusal what the brokers said; null if nothing
     */
    public static boolean isChangedMeanwhile(@Nullable String refusal) {
        return refusal != null && refusal.contains(CHANGED_MEANWHILE);
    }

    private static void checkGeneration(Definitions before, Definitions after) {
        if (!after.follows(before)) {
            throw new InvalidDefinitionException("The links " + CHANGED_MEANWHILE + ": " + Definitions.GENERATION_KEY
                    + " is " + before.generation() + ", and this change, which carries " + after.generation()
                    + ", was made from an older one. Run the command again.");
        }
    }

    private static void checkLink(Definitions before, LinkDefinition link) {
        TopicNames.requireLegalLink(link.name());
        before.link(link.name()).ifPresent(existing -> {
            if (!existing.id().equals(link.id())) {
                throw new InvalidDefinitionException("Link " + link.name()
                        + " exists already; change it with 'link-admin alter --link " + link.name() + "'");
            }
        });
        try {
            LinkConfig.validate(link.configs());
            before.link(link.name()).ifPresent(existing -> checkHalf(existing, link));
        } catch (ConfigException e) {
            throw new InvalidDefinitionException("Link " + link.name() + ": " + e.getMessage());
        }
    }

    private static void checkHalf(LinkDefinition existing, LinkDefinition link) {
        if (LinkHalf.of(existing.configs()) != LinkHalf.of(link.configs())) {
            throw new InvalidDefinitionException("Link " + link.name()
                    + ": which side connects cannot be changed; create another link, or delete this one first");
        }
    }

    private void checkMirror(Definitions before, Definitions after, MirrorDefinition mirror) {
        TopicNames.requireMirrorable(mirror.topic());
        TopicNames.requireMirrorable(mirror.sourceTopic());
        boolean needsNoLink = mirror.link().equals(MirrorDefinition.NO_LINK) && mirror.intent() == MirrorIntent.STOPPED;
        if (!needsNoLink && !after.links().containsKey(mirror.link())) {
            throw new InvalidDefinitionException("Mirror topic " + mirror.topic() + ": there is no link "
                    + mirror.link() + "; create it with 'link-admin create --link " + mirror.link()
                    + " --config-file <file>'");
        }
        LinkDefinition link = after.links().get(mirror.link());
        if (link != null && LinkHalf.of(link.configs()) == LinkHalf.SOURCE) {
            throw new InvalidDefinitionException("Link " + link.name()
                    + " is the source's half of a link; create mirror topics on" + " the destination");
        }
        try {
            mirror.startOffset();
            mirror.delayMs();
        } catch (ConfigException e) {
            throw new InvalidDefinitionException("Mirror topic " + mirror.topic() + ": " + e.getMessage());
        }
        Verification verification = mirror.verification();
        if (verification != null && verification.maxBytesPerSecond() < 1) {
            throw new InvalidDefinitionException("Mirror topic " + mirror.topic()
                    + ": a verification needs 1 byte per second or more, not " + verification.maxBytesPerSecond());
        }
        MirrorDefinition existing = before.mirrors().get(mirror.topic());
        if (existing == null) {
            checkNewMirror(mirror);
        } else {
            checkMirrorChange(existing, mirror);
        }
    }

    private void checkNewMirror(MirrorDefinition mirror) {
        if (mirror.intent().reverses() || mirror.promotedOn() != null) {
            if (!localTopicExists.test(mirror.topic())) {
                throw new InvalidDefinitionException("There is no topic " + mirror.topic()
                        + " here that could be reversed; mirror the other cluster's with 'link-admin create --mirror-topic "
                        + mirror.topic() + " --link " + mirror.link() + "'");
            }
            return;
        }
        if (mirror.intent() != MirrorIntent.MIRROR) {
            throw new InvalidDefinitionException(
                    "Mirror topic " + mirror.topic() + " is new and cannot start as " + mirror.intent());
        }
        if (localTopicExists.test(mirror.topic())) {
            throw new InvalidDefinitionException("Topic " + mirror.topic()
                    + " exists already and is not a mirror; choose another name with '--mirror-topic <name> --source-topic "
                    + mirror.sourceTopic() + "', or delete it first");
        }
    }

    private static void checkMirrorChange(MirrorDefinition existing, MirrorDefinition mirror) {
        String topic = mirror.topic();
        if (mirror.promotedOn() != null
                && existing.promotedOn() == null
                && existing.intent().readOnly()) {
            throw new InvalidDefinitionException("Topic " + topic + " is read-only already: it is asked to "
                    + existing.intent() + " over link " + existing.link());
        }
        if (existing.link().equals(MirrorDefinition.NO_LINK) && existing.id().equals(mirror.id())) {
            return;
        }
        if (mirror.intent().reverses() && !existing.link().equals(mirror.link())) {
            throw new InvalidDefinitionException("Topic " + topic + " was a mirror over link " + existing.link()
                    + "; to reverse it over " + mirror.link() + ", first drop that record with 'link-admin delete"
                    + " --mirror-topic " + topic + "', which leaves the topic as it is");
        }
        if (!existing.id().equals(mirror.id())
                || !existing.link().equals(mirror.link())
                || !existing.sourceTopic().equals(mirror.sourceTopic())) {
            throw new InvalidDefinitionException("Topic " + topic + " is already a mirror of " + existing.sourceTopic()
                    + " over link " + existing.link() + "; see 'link-admin describe --mirror-topic " + topic + "'");
        }
        boolean otherPoint = !Objects.equals(existing.stopAt(), mirror.stopAt());
        if (existing.intent() == MirrorIntent.FAILOVER
                && (mirror.intent() == MirrorIntent.FAILOVER
                        || (mirror.intent() == MirrorIntent.FORCED_FAILOVER && existing.stopAt() != null))
                && otherPoint) {
            throw new InvalidDefinitionException("Mirror topic " + topic
                    + " is being failed over already, and what it becomes writable as of cannot be changed any more");
        }
        if (existing.intent() == MirrorIntent.PROMOTE && mirror.intent().failsOver() && mirror.stopAt() != null) {
            throw new InvalidDefinitionException("Mirror topic " + topic
                    + " is being promoted, with all that it has; to fail it over to a time or offset first take that back with"
                    + " 'link-admin resume --mirror-topic " + topic + "'");
        }
        if (!existing.intent().mayBecome(mirror.intent())) {
            throw new InvalidDefinitionException("Mirror topic " + topic + " is asked to " + existing.intent()
                    + " and cannot be asked to " + mirror.intent() + " now");
        }
    }

    private static void checkLinkRemoval(Definitions after, String name) {
        List<String> users = after.mirrors().values().stream()
                .filter(mirror -> mirror.link().equals(name))
                .map(MirrorDefinition::topic)
                .toList();
        if (!users.isEmpty()) {
            throw new InvalidDefinitionException("Link " + name + " still has " + users.size() + " mirror topic"
                    + (users.size() == 1 ? "" : "s") + " (" + firstFew(users)
                    + "); promote, fail over or delete them first");
        }
    }

    private static void checkMirrorRemoval(MirrorDefinition mirror) {
        if (mirror.intent() == MirrorIntent.PROMOTE || mirror.intent().failsOver()) {
            throw new InvalidDefinitionException("Mirror topic " + mirror.topic()
                    + " is on its way to becoming writable; wait for it, or see 'link-admin describe --mirror-topic "
                    + mirror.topic() + "'");
        }
    }

    private static String firstFew(List<String> names) {
        int shown = Math.min(names.size(), 3);
        return String.join(", ", names.subList(0, shown)) + (names.size() > shown ? ", …" : "");
    }

    /** For messages about a map of configs: whether {@code configs} holds any definition key. */
    public static boolean anyDefinition(Map<String, ?> configs) {
        return configs.keySet().stream().anyMatch(Definitions::isDefinitionKey);
    }
}
