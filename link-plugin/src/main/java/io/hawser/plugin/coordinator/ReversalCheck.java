/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import io.hawser.config.StartOffset;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.definition.TopicNames;
import io.hawser.lineage.EpochLineage;
import io.hawser.plugin.broker.ClusterView;
import io.hawser.plugin.local.LocalAdmin;
import io.hawser.source.SourceClient;
import io.hawser.source.SourceErrors;
import io.hawser.source.SourceException;
import io.hawser.source.SourceFailure;
import io.hawser.source.SourceRequest.PartitionOffset;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorReversal;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.MirrorStopping;
import io.hawser.status.Origin;
import io.hawser.status.PartitionStatus;
import io.hawser.status.StateKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a topic that is written here can become a mirror of the cluster that a link leads to, by what that cluster itself
 * says: it must have mirrored this very topic, have been made writable, and tell where it ended then.
 *
 * <p>Law: the other cluster's word is taken anew once the topic is read-only here, so that nothing is dropped by an old one.
 *
 * <p>Confined to the link's tasks thread.
 */
final class ReversalCheck {

    private final CoordinatorContext context;
    private final StatusBook book;

    ReversalCheck(CoordinatorContext context, StatusBook book) {
        this.context = context;
        this.book = book;
    }

    /** Whether the other cluster has to be asked. */
    static boolean isDue(MirrorDefinition mirror, @Nullable MirrorStatus status) {
        MirrorReversal reversal = status == null ? null : status.reversal();
        return reversal == null
                || (mirror.intent() == MirrorIntent.REVERSE && reversal.step() == MirrorReversal.Step.CHECKED);
    }

    /**
     * A topic that is to be reversed.
     *
     * @param topic as the other cluster describes it
     */
    record Asked(MirrorDefinition mirror, SourceTopic topic) {}

    /**
     * Where topics begin and end, asked of both clusters at once.
     *
     * @param cluster whose partitions were asked about
     */
    private record Offsets(
            ClusterView cluster,
            LocalAdmin.Offsets starts,
            LocalAdmin.Offsets ends,
            Map<TopicPartition, PartitionOffset> endsThere) {}

    /** Writes down which of them can be reversed, and why the others cannot. */
    void check(List<Asked> topics, SourceState source, SourceClient client) throws SourceException {
        Offsets offsets = offsets(topics, client);
        for (Asked each : topics) {
            check(each.mirror(), each.topic(), source, client, offsets);
        }
    }

    private Offsets offsets(List<Asked> topics, SourceClient client) throws SourceException {
        ClusterView cluster = context.cluster().get();
        Map<String, Integer> here = new HashMap<>();
        List<SourceTopic> there = new ArrayList<>();
        for (Asked each : topics) {
            String name = each.mirror().topic();
            cluster.partitionCount(name).ifPresent(count -> here.put(name, count));
            if (each.topic().error() == Errors.NONE) {
                there.add(each.topic());
            }
        }
        return new Offsets(
                cluster,
                context.admin().startOffsets(here),
                context.admin().endOffsets(here),
                client.offsets(there, StartOffset.LATEST));
    }

    private void check(
            MirrorDefinition mirror, SourceTopic topic, SourceState source, SourceClient client, Offsets offsets)
            throws SourceException {
        try {
            MirrorReversal checked = checked(mirror, topic, source, client, offsets);
            List<Origin> origins = source.origins(topic.name());
            report(mirror, status -> {
                if (mirror.intent() == MirrorIntent.REVERSE_CHECK) {
                    return status.reversing(checked).withState(TopicReversals.state(mirror), null, nowMs());
                }
                int partitions = checked.ends().size();
                return status.reincarnated(Uuid.randomUuid())
                        .established(topic.id(), partitions, origins, List.of())
                        .reversing(checked.fencing())
                        .withState(MirrorState.PENDING_RESTORE, null, nowMs());
            });
        } catch (SourceException e) {
            if (e.failure().unreachable()) {
                throw e;
            }
            refuse(mirror, e.failure());
        } catch (KafkaException e) {
            refuse(mirror, new SourceFailure(FailureCode.DESTINATION_REFUSED, String.valueOf(e.getMessage())));
        }
    }

    /** The topic stays as it is: writable while this is only a question, read-only once that was asked for. */
    void refuse(MirrorDefinition mirror, SourceFailure failure) {
        MirrorState state = TopicReversals.state(mirror);
        report(mirror, status -> status.withState(state, failure.at(nowMs()), nowMs()));
    }

    private MirrorReversal checked(
            MirrorDefinition mirror, SourceTopic topic, SourceState source, SourceClient client, Offsets offsets)
            throws SourceException {
        requireReadable(source, topic);
        MirrorStatus there = source.mirror(topic.name())
                .orElseThrow(() -> failure(
                        FailureCode.NOT_A_PAIR,
                        "topic " + topic.name() + " of cluster " + source.sourceClusterId()
                                + " was never a mirror, or the record of it was deleted there, so nobody knows where"
                                + " the two part"));
        ClusterView.Topic here = offsets.cluster()
                .topic(mirror.topic())
                .orElseThrow(() -> failure(FailureCode.NOT_A_PAIR, "there is no topic " + mirror.topic() + " here"));
        requirePair(mirror, here, there, source);
        List<Long> lastMirrored = requireWritable(there);
        if (here.partitions().size() > lastMirrored.size()) {
            throw failure(
                    FailureCode.NOT_A_PAIR,
                    "topic " + mirror.topic() + " has " + here.partitions().size() + " partitions here and had "
                            + lastMirrored.size() + " there when it was made writable");
        }
        int partitions = here.partitions().size();
        lastMirrored = lastMirrored.subList(0, partitions);
        requireLogStartsBefore(lastMirrored, offsets.starts().of(mirror.topic()));
        requireEndsBehind(lastMirrored, client.inOrder(topic, offsets.endsThere()));
        List<EpochLineage> lineages = new ArrayList<>();
        for (int number = 0; number < partitions; number++) {
            lineages.add(source.partition(there, number)
                    .map(PartitionStatus::lineage)
                    .orElse(EpochLineage.EMPTY));
        }
        return MirrorReversal.checked(lastMirrored, lineages, offsets.ends().of(mirror.topic()));
    }

    private static void requireReadable(SourceState source, SourceTopic topic) throws SourceException {
        if (topic.error() == Errors.UNKNOWN_TOPIC_OR_PARTITION) {
            throw failure(
                    FailureCode.NOT_A_PAIR,
                    "there is no topic " + topic.name() + " on cluster " + source.sourceClusterId());
        }
        if (topic.error() != Errors.NONE) {
            throw new SourceException(SourceErrors.failure(
                    "topic " + topic.name() + " on the other cluster", SourceErrors.READ_TOPIC, topic.error()));
        }
        if (source.error() == Errors.UNKNOWN_TOPIC_OR_PARTITION) {
            throw failure(
                    FailureCode.NOT_A_PAIR,
                    "cluster " + source.sourceClusterId() + " runs no links, so it has never mirrored anything");
        }
        if (source.error() != Errors.NONE) {
            throw new SourceException(SourceErrors.failure(
                    "the state topic of cluster " + source.sourceClusterId(),
                    "READ on " + TopicNames.STATE_TOPIC,
                    source.error()));
        }
    }

    /** Another topic, or one that was deleted and created anew, has other records. */
    private void requirePair(MirrorDefinition mirror, ClusterView.Topic here, MirrorStatus there, SourceState source)
            throws SourceException {
        Origin origin = there.origins().isEmpty() ? null : there.origins().get(0);
        Origin expected = new Origin(context.clusterId(), mirror.topic());
        if (!expected.equals(origin)) {
            throw failure(
                    FailureCode.NOT_A_PAIR,
                    "topic " + there.topic() + " of cluster " + source.sourceClusterId() + " was a mirror of "
                            + (origin == null
                                    ? "nobody knows what"
                                    : "topic " + origin.topic() + " of cluster " + origin.clusterId())
                            + ", not of topic " + mirror.topic() + " of this cluster, " + context.clusterId());
        }
        Uuid mirrored = there.sourceTopicId();
        if (!Uuid.ZERO_UUID.equals(mirrored) && !here.id().equals(mirrored)) {
            throw failure(
                    FailureCode.NOT_A_PAIR,
                    "topic " + mirror.topic() + " was created anew here; what was mirrored is topic " + mirrored
                            + ", this one is " + here.id());
        }
    }

    private static List<Long> requireWritable(MirrorStatus there) throws SourceException {
        List<Long> lastMirrored = there.lastMirroredOffsets();
        if (there.definition().readOnly() || lastMirrored == null) {
            throw failure(
                    FailureCode.SOURCE_READ_ONLY,
                    "topic " + there.topic() + " is not writable on the other cluster, where it is " + there.state()
                            + (there.definition().intent().reverses() ? "" : " and mirrors this one"));
        }
        if (lastMirrored.contains(MirrorStopping.UNKNOWN)) {
            throw failure(
                    FailureCode.LEADER_UNAVAILABLE,
                    "partition " + lastMirrored.indexOf(MirrorStopping.UNKNOWN) + " of topic " + there.topic()
                            + " was passed over when it was made writable on the other cluster, and has had no leader since:"
                            + " nobody knows where its mirror ended");
        }
        return lastMirrored;
    }

    private static void requireLogStartsBefore(List<Long> lastMirrored, List<Long> starts) throws SourceException {
        List<String> passed = new ArrayList<>();
        for (int number = 0; number < starts.size(); number++) {
            if (starts.get(number) > lastMirrored.get(number)) {
                passed.add(number + " (starts at " + starts.get(number) + ", must end at " + lastMirrored.get(number)
                        + ")");
            }
        }
        if (!passed.isEmpty()) {
            throw failure(
                    FailureCode.LOG_START_PASSED,
                    "retention has deleted here what both clusters had, in partitions " + String.join(", ", passed));
        }
    }

    /** Else its log was cut by an unclean election, or restored from a backup, since. */
    private static void requireEndsBehind(List<Long> lastMirrored, List<Long> ends) throws SourceException {
        for (int number = 0; number < lastMirrored.size(); number++) {
            if (ends.get(number) < lastMirrored.get(number)) {
                throw failure(
                        FailureCode.NOT_A_PAIR,
                        "partition " + number + " ends at " + ends.get(number)
                                + " on the other cluster, which has had all up to " + lastMirrored.get(number)
                                + " and has lost some since");
            }
        }
    }

    /** Only if what is asked for is still the same; whoever was first has a report by then. */
    private void report(MirrorDefinition mirror, UnaryOperator<MirrorStatus> change) {
        book.change(StateKey.mirror(mirror.topic()), known -> {
            MirrorStatus base = known != null && MirrorTransitions.isOf(mirror, known)
                    ? known
                    : TopicReversals.begun(mirror, context);
            boolean current = base.definition().intent() == mirror.intent() && isDue(mirror, base);
            return Objects.requireNonNullElse(current ? change.apply(base) : known, base);
        });
    }

    private long nowMs() {
        return context.time().milliseconds();
    }

    private static SourceException failure(FailureCode code, String message) {
        return new SourceException(new SourceFailure(code, message));
    }
}
