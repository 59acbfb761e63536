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
 * @param configs topic configs that override the source's, and {@code mirror.start.offset.spec} and
 *     {@code mirror.delay.ms} where they override the link's
 * @param acceptance a loss that the owner has agreed to; null for none
 * @param promotedOn id of the cluster that has made its mirror of this topic writable, so that this one is read-only; null for none
 * @param verification the comparison with the source that was asked for last; null for none
 * @param stopAt with {@link MirrorIntent#FAILOVER} what it makes the topic writable as of; with {@link MirrorIntent#MIRROR}, before
 *     that, nothing behind it is taken, and what is before it without delay; null for none
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
        @Nullable String promotedOn,
        @Nullable Verification verification,
        @Nullable StopPoint stopAt) {

    public static final short DEFAULT_REPLICATION_FACTOR = -1;

    /** Of a topic that was never a mirror. */
    public static final String NO_LINK = "";

    public MirrorDefinition {
        configs = Collections.unmodifiableMap(new TreeMap<>(configs));
    }

    /** One whose topic was promoted nowhere else, and that nobody has asked to verify. */
    public MirrorDefinition(
            String topic,
            Uuid id,
            String link,
            String sourceTopic,
            MirrorIntent intent,
            short replicationFactor,
            Map<String, String> configs,
            @Nullable LossAcceptance acceptance) {
        this(topic, id, link, sourceTopic, intent, replicationFactor, configs, acceptance, null, null, null);
    }

    /** A topic that was no mirror, and whose own mirror on another cluster was made writable. It belongs to no link. */
    public static MirrorDefinition promotedElsewhere(String topic, String clusterId) {
        return new MirrorDefinition(
                topic,
                Uuid.randomUuid(),
                NO_LINK,
                topic,
                MirrorIntent.STOPPED,
                DEFAULT_REPLICATION_FACTOR,
                Map.of(),
                null,
                clusterId,
                null,
                null);
    }

    /** Whether the topic refuses writes. */
    public boolean readOnly() {
        return promotedOn != null || intent.readOnly();
    }

    /** Topic configs that override the source's. */
    public Map<String, String> topicConfigs() {
        Map<String, String> ofTopic = new TreeMap<>(configs);
        ofTopic.remove(LinkConfig.START_OFFSET);
        ofTopic.remove(LinkConfig.DELAY_MS);
        return ofTopic;
    }

    /** Where the mirror begins; empty to begin where the link says. */
    public Optional<StartOffset> startOffset() {
        return Optional.ofNullable(configs.get(LinkConfig.START_OFFSET))
                .map(text -> StartOffset.parse(LinkConfig.START_OFFSET, text));
    }

    /** How old a batch has to be before it is taken, in milliseconds; empty for as old as the link says. */
    public Optional<Long> delayMs() {
        return Optional.ofNullable(configs.get(LinkConfig.DELAY_MS)).map(LinkConfig::parseDelayMs);
    }

    /** No point to stop at that was asked for with another wish is left; what a topic was failed over to stands as long as it is writable. */
    public MirrorDefinition withIntent(MirrorIntent newIntent) {
        StopPoint kept = intent == MirrorIntent.FAILOVER && newIntent == MirrorIntent.STOPPED ? stopAt : null;
        return with(link, sourceTopic, newIntent, configs, acceptance, promotedOn, verification, kept);
    }

    /** @param newStopAt null to go on for ever */
    public MirrorDefinition stoppingAt(@Nullable StopPoint newStopAt) {
        return with(link, sourceTopic, intent, configs, acceptance, promotedOn, verification, newStopAt);
    }

    public MirrorDefinition withConfigs(Map<String, String> newConfigs) {
        return with(link, sourceTopic, intent, newConfigs, acceptance, promotedOn, verification, stopAt);
    }

    public MirrorDefinition accepting(LossAcceptance newAcceptance) {
        return with(link, sourceTopic, intent, configs, newAcceptance, promotedOn, verification, stopAt);
    }

    /** @param clusterId null to let it be written here again */
    public MirrorDefinition withPromotedOn(@Nullable String clusterId) {
        return with(link, sourceTopic, intent, configs, acceptance, clusterId, verification, stopAt);
    }

    /** For a topic that belongs to {@linkplain #NO_LINK no link} yet. */
    public MirrorDefinition over(String newLink, String newSourceTopic) {
        return with(newLink, newSourceTopic, intent, configs, acceptance, promotedOn, verification, stopAt);
    }

    /** @param newVerification null to end one that is under way */
    public MirrorDefinition verifying(@Nullable Verification newVerification) {
        return with(link, sourceTopic, intent, configs, acceptance, promotedOn, newVerification, stopAt);
    }

    private MirrorDefinition with(
            String newLink,
            String newSourceTopic,
            MirrorIntent newIntent,
            Map<String, String> newConfigs,
            @Nullable LossAcceptance newAcceptance,
            @Nullable String newPromotedOn,
            @Nullable Verification newVerification,
            @Nullable StopPoint newStopAt) {
        return new MirrorDefinition(
                topic,
                id,
                newLink,
                newSourceTopic,
                newIntent,
                replicationFactor,
                newConfigs,
                newAcceptance,
                newPromotedOn,
                newVerification,
                newStopAt);
    }
}
