/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.definition.DefinitionRules;
import io.hawser.definition.Definitions;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.definition.PluginSetting;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceErrors;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceNode;
import io.hawser.source.SourceRequest.BrokerConfig;
import io.hawser.source.SourceRequest.BrokerConfigAnswer;
import io.hawser.source.SourceRequest.ChangeAnswer;
import io.hawser.source.SourceRequest.ClusterAnswer;
import io.hawser.source.SourceRequest.DefinitionsChange;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.SourceFence;
import io.hawser.status.StateKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * Makes source topics read-only once their mirrors are writable, so that nobody goes on writing to the old primary. That takes the
 * plugin on every broker of the source, and ALTER_CONFIGS on its cluster; where either is missing, that is reported.
 *
 * <p>Law: a source topic is made read-only at most once for each time that its mirror was made writable: whoever lets it be
 * written again there is not overruled. A promotion or failover never waits for this.
 *
 * <p>Confined to the link's tasks thread.
 */
final class SourceFencing {

    private static final long AGAIN_MS = 10_000;

    /** Somebody has changed definitions there, which their coordinator tells in a moment. */
    private static final long AGAIN_SOON_MS = 500;

    private final CoordinatorContext context;
    private final StatusBook book;
    private long dueMs;

    SourceFencing(CoordinatorContext context, StatusBook book) {
        this.context = context;
        this.book = book;
    }

    /** The link's mirrors that are writable and whose source topics may not be read-only yet, if it is time to see to them. */
    List<MirrorDefinition> due(String link) {
        List<MirrorDefinition> due = new ArrayList<>();
        boolean isNew = false;
        for (MirrorDefinition mirror : context.definitions().get().mirrors().values()) {
            MirrorStatus status = mirror.link().equals(link) ? status(mirror) : null;
            SourceFence fence = status == null ? null : status.sourceFence();
            if (status != null && (fence == null || !fence.readOnly())) {
                due.add(mirror);
                isNew |= fence == null;
            }
        }
        return isNew || context.time().milliseconds() >= dueMs ? due : List.of();
    }

    /** Tries it for all of them in one change. */
    void fence(List<MirrorDefinition> due, ClusterAnswer cluster, SourceClient client) {
        dueMs = context.time().milliseconds() + AGAIN_MS;
        Map<MirrorDefinition, SourceTopic> found = new LinkedHashMap<>();
        for (MirrorDefinition mirror : due) {
            SourceTopic topic = cluster.topics().get(mirror.sourceTopic());
            MirrorStatus status = status(mirror);
            if (topic != null && status != null && topic.id().equals(status.sourceTopicId())) {
                found.put(mirror, topic);
            } else {
                failed(
                        List.of(mirror),
                        new SourceFailure(FailureCode.SOURCE_TOPIC_DELETED, "the source topic is not there any more"));
            }
        }
        if (found.isEmpty()) {
            return;
        }
        try {
            requirePlugin(cluster.nodes().values(), client);
            change(found.keySet(), SourceState.read(Objects.requireNonNull(cluster.clusterId()), client), client);
        } catch (SourceException e) {
            // Whether the link is well is found out by other questions; this one may be to a broker that hangs.
            failed(found.keySet(), e.failure());
        }
    }

    void failed(Collection<MirrorDefinition> mirrors, SourceFailure failure) {
        mirrors.forEach(mirror ->
                report(mirror, SourceFence.failed(failure.at(context.time().milliseconds()))));
    }

    /** Elsewhere the change would be kept and mean nothing. */
    private static void requirePlugin(Collection<SourceNode> brokers, SourceClient client) throws SourceException {
        List<Integer> without = new ArrayList<>();
        for (SourceNode broker : brokers) {
            BrokerConfigAnswer answer = client.ask(broker, new BrokerConfig(broker.id(), PluginSetting.AUTHORIZER));
            if (answer.error() != Errors.NONE) {
                throw new SourceException(SourceErrors.failure(
                        "configs of the source's brokers", "DESCRIBE_CONFIGS on the cluster", answer.error()));
            }
            if (!PluginSetting.PLUGIN.equals(answer.value())) {
                without.add(broker.id());
            }
        }
        if (!without.isEmpty()) {
            throw new SourceException(new SourceFailure(
                    FailureCode.NO_PLUGIN, "brokers " + without + " of the source do not run the plugin"));
        }
    }

    private void change(Set<MirrorDefinition> mirrors, SourceState source, SourceClient client) throws SourceException {
        Definitions there = source.definitions();
        Map<String, MirrorDefinition> wanted = new TreeMap<>();
        Set<MirrorDefinition> fenced = new HashSet<>();
        for (MirrorDefinition mirror : mirrors) {
            String topic = mirror.sourceTopic();
            MirrorDefinition known =
                    there.mirror(topic).orElseGet(() -> MirrorDefinition.promotedElsewhere(topic, context.clusterId()));
            if (!known.readOnly() || there.mirror(topic).isEmpty()) {
                wanted.put(topic, known.withPromotedOn(context.clusterId()));
            }
            fenced.add(mirror);
        }
        if (!wanted.isEmpty()) {
            Definitions next = new Definitions(
                    there.nextGeneration(ThreadLocalRandom.current()), new TreeMap<>(), new TreeMap<>(wanted));
            ChangeAnswer answer = client.change(new DefinitionsChange(next.asConfigs()));
            if (DefinitionRules.isChangedMeanwhile(answer.message())) {
                dueMs = context.time().milliseconds() + AGAIN_SOON_MS;
            }
            if (answer.error() != Errors.NONE) {
                throw new SourceException(refusal(answer));
            }
        }
        fenced.forEach(mirror -> report(mirror, SourceFence.done()));
    }

    private static SourceFailure refusal(ChangeAnswer answer) {
        SourceFailure failure = SourceErrors.failure(
                "making the topic read-only on the source", "ALTER_CONFIGS on the cluster", answer.error());
        return answer.message() == null
                ? failure
                : new SourceFailure(failure.code(), failure.message() + ": " + answer.message());
    }

    private void report(MirrorDefinition mirror, SourceFence fence) {
        book.change(
                StateKey.mirror(mirror.topic()),
                current -> current == null || current.state() != MirrorState.STOPPED
                        ? current
                        : current.withSourceFence(fence.after(current.sourceFence())));
    }

    /** Only of a mirror that is writable. */
    private @Nullable MirrorStatus status(MirrorDefinition mirror) {
        return book.value(StateKey.mirror(mirror.topic()))
                .filter(status -> MirrorTransitions.isOf(mirror, status))
                .filter(status -> mirror.intent() == MirrorIntent.STOPPED
                        && mirror.promotedOn() == null
                        && status.state() == MirrorState.STOPPED
                        && status.lastMirroredOffsets() != null)
                .orElse(null);
    }
}
