/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.definition;

import io.hawser.config.LinkConfig;
import io.hawser.config.StartOffset;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * One mirror topic, as its creator wants it.
 *
 * <p>Immutable.
 *
 * @param topic the mirror topic's name on the destination
 * @param id tells this mirror from an earlier one of the same name
 * @param link the link that owns it
 * @param sourceTopic the topic's name on the source
 * @param intent what is asked for
 * @param replicationFactor the mirror's own, or -1 for the destination's default
 * @param configs topic configs that override the source's, and {@code mirror.start.offset.spec} where it overrides the link's
 * @param acceptance a loss that the owner has agreed to; null for none
 * @param verification the comparison with the source that was asked for last; null for none
 */
public record MirrorDefinition(
        String topic,
        Uuid id,
        String link,
        String sourceTopic,
        MirrorIntent intent,
        short replicationFactor,
        Map<String, String> configs,
        @Nullable LossAcceptance acceptance,
        @Nullable Verification verification) {

    public static final short DEFAULT_REPLICATION_FACTOR = -1;

    public MirrorDefinition {
        configs = Collections.unmodifiableMap(new TreeMap<>(configs));
    }

    /** One that nobody has asked to verify. */
    public MirrorDefinition(
            String topic,
            Uuid id,
            String link,
            String sourceTopic,
            MirrorIntent intent,
            short replicationFactor,
            Map<String, String> configs,
            @Nullable LossAcceptance acceptance) {
        this(topic, id, link, sourceTopic, intent, replicationFactor, configs, acceptance, null);
    }

    /** Topic configs that override the source's. */
    public Map<String, String> topicConfigs() {
        Map<String, String> ofTopic = new TreeMap<>(configs);
        ofTopic.remove(LinkConfig.START_OFFSET);
        return ofTopic;
    }

    /** Where the mirror begins; empty to begin where the link says. */
    public Optional<StartOffset> startOffset() {
        return Optional.ofNullable(configs.get(LinkConfig.START_OFFSET))
                .map(text -> StartOffset.parse(LinkConfig.START_OFFSET, text));
    }

    public MirrorDefinition withIntent(MirrorIntent newIntent) {
        return with(newIntent, configs, acceptance, verification);
    }

    public MirrorDefinition withConfigs(Map<String, String> newConfigs) {
        return with(intent, newConfigs, acceptance, verification);
    }

    public MirrorDefinition accepting(LossAcceptance newAcceptance) {
        return with(intent, configs, newAcceptance, verification);
    }

    /** @param newVerification null to end one that is under way */
    public MirrorDefinition verifying(@Nullable Verification newVerification) {
        return with(intent, configs, acceptance, newVerification);
    }

    private MirrorDefinition with(
            MirrorIntent newIntent,
            Map<String, String> newConfigs,
            @Nullable LossAcceptance newAcceptance,
            @Nullable Verification newVerification) {
        return new MirrorDefinition(
                topic, id, link, sourceTopic, newIntent, replicationFactor, newConfigs, newAcceptance, newVerification);
    }
}
