/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.config.StartOffset;
import io.hawser.definition.MirrorDefinition;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceErrors;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceRequest.ConfigsOfTopic;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.Origin;
import io.hawser.status.StateKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.protocol.Errors;

/**
 * Creates a mirror topic as its source topic is: as many partitions, the same effective configs, before any data.
 *
 * <p>Law: the definition, which makes the name read-only, is in the metadata log before the topic is; and the source topic's id
 * is pinned before anything is fetched.
 *
 * <p>Confined to the link's tasks thread.
 */
final class MirrorCreation {

    /** A topic takes about so many records of the metadata log, besides one for each partition. */
    private static final int RECORDS_PER_TOPIC = 20;
    /** What a source answers that has no record of that time or later. */
    private static final Long NONE_SO_LATE = -1L;
    /** Half of what the controller writes in one go. */
    private static final int RECORDS_PER_BATCH = 5_000;

    private final CoordinatorContext context;
    private final StatusBook book;

    MirrorCreation(CoordinatorContext context, StatusBook book) {
        this.context = context;
        this.book = book;
    }

    /** A mirror that does not exist yet, and its source topic as that was seen last. */
    record Wanted(MirrorDefinition mirror, SourceTopic source) {}

    /**
     * What holds for all mirrors of the link.
     *
     * @param start where those begin whose creator does not say
     */
    record Terms(SyncedTopicConfigs configs, SourceState state, StartOffset start) {}

    /** Creates as many at once as the controller takes in one go. */
    void establish(List<Wanted> all, SourceClient client, Terms terms) throws SourceException {
        List<Wanted> batch = new ArrayList<>();
        int records = 0;
        for (Wanted wanted : all) {
            if (wanted.source().error() != Errors.NONE) {
                failed(
                        wanted.mirror(),
                        SourceErrors.failure(
                                "topic " + wanted.source().name() + " on the source",
                                SourceErrors.READ_TOPIC,
                                wanted.source().error()));
                continue;
            }
            int more = RECORDS_PER_TOPIC + wanted.source().partitions().size();
            if (!batch.isEmpty() && records + more > RECORDS_PER_BATCH) {
                establishBatch(batch, client, terms);
                batch.clear();
                records = 0;
            }
            batch.add(wanted);
            records += more;
        }
        if (!batch.isEmpty()) {
            establishBatch(batch, client, terms);
        }
    }

    private void establishBatch(List<Wanted> batch, SourceClient client, Terms terms) throws SourceException {
        Map<String, ConfigsOfTopic> configs = client.topicConfigs(
                batch.stream().map(each -> each.source().name()).collect(Collectors.toSet()));
        Map<Wanted, NewTopic> topics = new LinkedHashMap<>();
        for (Wanted wanted : batch) {
            Optional<String> loop = terms.state().loop(wanted.source().name(), context.clusterId());
            if (loop.isPresent()) {
                failed(wanted.mirror(), new SourceFailure(FailureCode.LOOP, loop.get()));
                continue;
            }
            ConfigsOfTopic ofSource =
                    Objects.requireNonNull(configs.get(wanted.source().name()));
            if (ofSource.error() != Errors.NONE) {
                failed(
                        wanted.mirror(),
                        SourceErrors.failure(
                                "configs of topic " + wanted.source().name() + " on the source",
                                SourceErrors.DESCRIBE_TOPIC_CONFIGS,
                                ofSource.error()));
            } else {
                topics.put(wanted, newTopic(wanted, ofSource, terms.configs()));
            }
        }
        Map<Wanted, List<Long>> startOffsets = new HashMap<>();
        for (Wanted wanted : List.copyOf(topics.keySet())) {
            try {
                startOffsets.put(wanted, startOffsets(wanted, client, terms.start()));
            } catch (SourceException e) {
                topics.remove(wanted);
                failed(wanted.mirror(), e.failure());
            }
        }
        Map<String, KafkaException> refused = context.admin().createTopics(topics.values());
        topics.keySet().forEach(wanted -> {
            KafkaException refusal = refused.get(wanted.mirror().topic());
            if (refusal != null) {
                failed(
                        wanted.mirror(),
                        new SourceFailure(FailureCode.TOPIC_CREATION, String.valueOf(refusal.getMessage())));
            } else {
                established(
                        wanted.mirror(),
                        wanted.source(),
                        terms.state().origins(wanted.source().name()),
                        startOffsets.getOrDefault(wanted, List.of()));
            }
        });
    }

    /**
     * Found out once, since the same question has another answer later. One that is mirrored anew begins where the source
     * does: its owner has had what came before.
     */
    private List<Long> startOffsets(Wanted wanted, SourceClient client, StartOffset otherwise) throws SourceException {
        StartOffset spec = wanted.mirror().startOffset().orElse(otherwise);
        boolean anew = book.value(StateKey.mirror(wanted.mirror().topic()))
                .filter(status -> MirrorTransitions.isOf(wanted.mirror(), status))
                .filter(status -> !status.incarnation().equals(wanted.mirror().id()))
                .isPresent();
        if (anew || spec.equals(StartOffset.EARLIEST)) {
            return List.of();
        }
        List<Long> offsets = new ArrayList<>(client.offsets(wanted.source(), spec));
        List<Long> ends =
                offsets.contains(NONE_SO_LATE) ? client.offsets(wanted.source(), StartOffset.LATEST) : offsets;
        for (int number = 0; number < offsets.size(); number++) {
            if (offsets.get(number).equals(NONE_SO_LATE)) {
                offsets.set(number, ends.get(number));
            }
        }
        return offsets;
    }

    private static NewTopic newTopic(Wanted wanted, ConfigsOfTopic ofSource, SyncedTopicConfigs synced) {
        short replicationFactor = wanted.mirror().replicationFactor();
        return new NewTopic(
                        wanted.mirror().topic(),
                        Optional.of(wanted.source().partitions().size()),
                        replicationFactor < 0 ? Optional.empty() : Optional.of(replicationFactor))
                .configs(synced.wanted(ofSource.configs(), wanted.mirror().topicConfigs()));
    }

    void failed(MirrorDefinition mirror, SourceFailure failure) {
        long nowMs = context.time().milliseconds();
        book.change(StateKey.mirror(mirror.topic()), known -> {
            boolean ours = known != null && MirrorTransitions.isOf(mirror, known);
            if (ours && known != null && known.established()) {
                return known.withState(known.state(), failure.at(nowMs), nowMs);
            }
            MirrorStatus base = ours && known != null ? known : fresh(mirror, nowMs);
            return base.withState(MirrorState.FAILED, failure.at(nowMs), nowMs);
        });
    }

    private void established(
            MirrorDefinition mirror, SourceTopic source, List<Origin> origins, List<Long> startOffsets) {
        int partitions = source.partitions().size();
        Optional<ClusterView.Topic> existing = context.cluster().get().topic(mirror.topic());
        if (existing.isPresent() && existing.get().partitions().size() != partitions) {
            failed(
                    mirror,
                    new SourceFailure(
                            FailureCode.TOPIC_CREATION,
                            "topic " + mirror.topic() + " has "
                                    + existing.get().partitions().size() + " partitions here and " + partitions
                                    + " on the source"));
            return;
        }
        long nowMs = context.time().milliseconds();
        book.change(
                StateKey.mirror(mirror.topic()),
                known -> (known != null && MirrorTransitions.isOf(mirror, known) ? known : fresh(mirror, nowMs))
                        .established(source.id(), partitions, origins, startOffsets)
                        .withState(MirrorState.ACTIVE, null, nowMs));
    }

    private MirrorStatus fresh(MirrorDefinition mirror, long nowMs) {
        return MirrorStatus.fresh(mirror, context.definitions().get().generation(), nowMs);
    }
}
