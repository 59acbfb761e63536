/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source;

import io.hawser.config.StartOffset;
import io.hawser.source.SourceRequest.Offsets;
import io.hawser.source.SourceRequest.OffsetsAnswer;
import io.hawser.source.SourceRequest.PartitionOffset;
import io.hawser.source.SourceRequest.SourceTopic;
import io.hawser.status.FailureCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;

/**
 * Questions to a source cluster, one after the other: any broker that answers will do, or the leader where only the leader
 * knows.
 *
 * <p>Confined to the thread that made it, but for {@link #giveUp}; each call blocks, at most for the request time-out times the number of brokers
 * tried. Never used by a thread of the broker's own.
 */
public final class SourceClient implements AutoCloseable {

    private static final long POLL_MS = 100;
    private static final int READ_BYTES = 4 * 1024 * 1024;
    /** Of a fetch that wants no session (KIP-227). */
    private static final int NO_SESSION = -1;

    private final SourceConnector connector;
    private final String role;
    private final Time time;
    private final long timeoutMs;
    private final Map<SourceNode, SourceChannel> channels = new HashMap<>();
    private Map<Integer, SourceNode> nodes = Map.of();
    private @Nullable SourceNode lastGood;
    private volatile boolean givenUp;

    public SourceClient(SourceConnector connector, String role, Time time, long timeoutMs) {
        this.connector = connector;
        this.role = role;
        this.time = time;
        this.timeoutMs = timeoutMs;
    }

    /** Lets what is being asked come to nothing at once, and all that is asked until {@link #goOn}. For any thread. */
    public void giveUp() {
        givenUp = true;
    }

    public void goOn() {
        givenUp = false;
    }

    public boolean hasGivenUp() {
        return givenUp;
    }

    /** Brokers as of the last answer of {@link #cluster}, by id. */
    public Map<Integer, SourceNode> nodes() {
        return nodes;
    }

    /** Asks any broker about the cluster and some of its topics. */
    public SourceRequest.ClusterAnswer cluster(Set<String> topics) throws SourceException {
        SourceRequest.ClusterAnswer answer = askAny(new SourceRequest.Cluster(topics));
        nodes = answer.nodes();
        return answer;
    }

    /** Asks any broker about the cluster and all its topics. */
    public SourceRequest.ClusterAnswer allTopics() throws SourceException {
        SourceRequest.ClusterAnswer answer = askAny(new SourceRequest.AllTopics());
        nodes = answer.nodes();
        return answer;
    }

    /** @return by name, all that were asked about */
    public Map<String, SourceRequest.ConfigsOfTopic> topicConfigs(Set<String> topics) throws SourceException {
        return askAny(new SourceRequest.TopicConfigs(topics)).topics();
    }

    /** Asks any broker for all ACLs. */
    public SourceRequest.AclsAnswer acls() throws SourceException {
        return askAny(new SourceRequest.Acls());
    }

    /** Changes definitions on the source, by any broker. */
    public SourceRequest.ChangeAnswer change(SourceRequest.DefinitionsChange change) throws SourceException {
        return askAny(change);
    }

    /**
     * Asks the leaders of a topic where each of its partitions begins or ends, or the first record of a time or later stands.
     *
     * @param topic as the last {@link #cluster} described it
     * @return by partition, in order; -1 for one that has no record of that time or later
     * @throws SourceException if any partition's offset is not to be had
     */
    public List<Long> offsets(SourceTopic topic, StartOffset spec) throws SourceException {
        return offsets(topic, spec, /* stable= */ false);
    }

    /** As {@link #offsets}, where the first open transaction of each partition begins; its end where there is none. */
    public List<Long> stableEnds(SourceTopic topic) throws SourceException {
        return offsets(topic, StartOffset.LATEST, /* stable= */ true);
    }

    private List<Long> offsets(SourceTopic topic, StartOffset spec, boolean stable) throws SourceException {
        return inOrder(topic, offsets(List.of(topic), spec, stable));
    }

    /**
     * Asks each leader once for offsets of all its partitions of some topics. What cannot be had of one partition holds up no
     * other: {@link #inOrder} tells.
     *
     * @param topics as the last {@link #cluster} described them
     */
    public Map<TopicPartition, PartitionOffset> offsets(Collection<SourceTopic> topics, StartOffset spec)
            throws SourceException {
        return offsets(topics, spec, /* stable= */ false);
    }

    /**
     * Those of one topic.
     *
     * @param found what was answered about it, among others
     * @return by partition, in order; -1 for one that has no record of that time or later
     * @throws SourceException if any partition's offset is not to be had
     */
    public List<Long> inOrder(SourceTopic topic, Map<TopicPartition, PartitionOffset> found) throws SourceException {
        List<Long> offsets = new ArrayList<>();
        for (SourceRequest.SourcePartition each : topic.partitions()) {
            TopicPartition partition = new TopicPartition(topic.name(), each.partition());
            if (!nodes.containsKey(each.leader())) {
                throw unreachable("no leader for " + partition + " on the source");
            }
            offsets.add(offsetOf(partition, found));
        }
        return offsets;
    }

    private Map<TopicPartition, PartitionOffset> offsets(
            Collection<SourceTopic> topics, StartOffset spec, boolean stable) throws SourceException {
        Map<Integer, Map<TopicPartition, Integer>> byLeader = new LinkedHashMap<>();
        topics.forEach(topic -> topic.partitions()
                .forEach(partition -> byLeader.computeIfAbsent(partition.leader(), leader -> new HashMap<>())
                        .put(new TopicPartition(topic.name(), partition.partition()), partition.leaderEpoch())));
        Map<TopicPartition, PartitionOffset> found = new HashMap<>();
        for (Map.Entry<Integer, Map<TopicPartition, Integer>> entry : byLeader.entrySet()) {
            SourceNode leader = nodes.get(entry.getKey());
            if (leader != null) {
                OffsetsAnswer answer = ask(leader, new Offsets(entry.getValue(), spec, stable));
                found.putAll(answer.offsets());
            }
        }
        return found;
    }

    /**
     * Reads a topic's first partition, from where it begins to where it ended when this was called. For small topics: it keeps
     * the thread until then.
     *
     * @param topic as the last {@link #cluster} described it
     */
    public void read(SourceTopic topic, RecordDecoder decoder, RecordDecoder.Records records) throws SourceException {
        SourceRequest.SourcePartition partition = topic.partitions().get(0);
        SourceNode leader = nodes.get(partition.leader());
        if (leader == null) {
            throw unreachable("no leader for " + topic.name() + "-0 on the source");
        }
        long end = offsets(topic, StartOffset.LATEST).get(0);
        long next = offsets(topic, StartOffset.EARLIEST).get(0);
        TopicIdPartition source = new TopicIdPartition(topic.id(), new TopicPartition(topic.name(), 0));
        while (next < end) {
            FetchRequest fetch = new FetchRequest(
                    0,
                    NO_SESSION,
                    0,
                    1,
                    READ_BYTES,
                    "",
                    List.of(new FetchRequest.PartitionFetch(
                            source, next, partition.leaderEpoch(), OptionalInt.empty(), READ_BYTES)),
                    List.of());
            FetchAnswer answer = ask(leader, fetch);
            Errors error = answer.error() != Errors.NONE || answer.partitions().isEmpty()
                    ? answer.error()
                    : answer.partitions().get(0).error();
            long behind = error != Errors.NONE || answer.partitions().isEmpty()
                    ? -1
                    : decoder.decode(answer.partitions().get(0).records(), records);
            if (behind <= next) {
                throw new SourceException(SourceErrors.failure(
                        "reading " + topic.name() + " on the source", SourceErrors.READ_TOPIC, error));
            }
            next = behind;
        }
    }

    /** Asks one broker. */
    public <A> A ask(SourceNode node, SourceRequest<A> request) throws SourceException {
        if (givenUp) {
            throw unreachable("not asked, since there is something else to do");
        }
        SourceChannel kept = channels.get(node);
        SourceChannel channel = kept != null ? kept : connector.open(node, role);
        channels.put(node, channel);
        Reply<A> reply = new Reply<>();
        channel.send(request, reply);
        long deadlineMs = time.milliseconds() + timeoutMs;
        while (!reply.done() && !givenUp && time.milliseconds() < deadlineMs) {
            channel.poll(POLL_MS);
        }
        if (!reply.done()) {
            close(node);
        }
        if (reply.answer != null) {
            lastGood = node;
            return reply.answer;
        }
        close(node);
        if (kept != null && reply.failure != null && reply.failure.unreachable()) {
            // The peer may have closed a connection that was idle.
            return ask(node, request);
        }
        throw new SourceException(
                reply.failure != null
                        ? reply.failure
                        : new SourceFailure(
                                FailureCode.SOURCE_UNREACHABLE, node + " did not answer within " + timeoutMs + " ms"));
    }

    @Override
    public void close() {
        channels.values().forEach(SourceChannel::close);
        channels.clear();
    }

    private <A> A askAny(SourceRequest<A> request) throws SourceException {
        SourceException last = null;
        List<SourceNode> first = connector.bootstrapNodes();
        if (first.isEmpty()) {
            throw new SourceException(connector.whyNoNodes());
        }
        for (SourceNode node : candidates(first)) {
            try {
                return ask(node, request);
            } catch (SourceException e) {
                last = e;
                if (!e.failure().unreachable()) {
                    throw e;
                }
            }
        }
        throw last != null ? last : new SourceException(connector.whyNoNodes());
    }

    /** The last one that answered first, then these, then all that are known; each address once. */
    private Collection<SourceNode> candidates(List<SourceNode> first) {
        Map<String, SourceNode> candidates = new LinkedHashMap<>();
        Stream.of(Stream.ofNullable(lastGood), first.stream(), nodes.values().stream())
                .flatMap(Function.identity())
                .forEach(node -> candidates.putIfAbsent(node.host() + ":" + node.port(), node));
        return candidates.values();
    }

    private void close(SourceNode node) {
        SourceChannel channel = channels.remove(node);
        if (channel != null) {
            channel.close();
        }
    }

    private static long offsetOf(TopicPartition partition, Map<TopicPartition, PartitionOffset> found)
            throws SourceException {
        PartitionOffset offset = found.get(partition);
        Errors error = offset == null ? Errors.UNKNOWN_TOPIC_OR_PARTITION : offset.error();
        if (offset == null || error != Errors.NONE) {
            throw new SourceException(
                    SourceErrors.failure("offset of " + partition + " on the source", SourceErrors.READ_TOPIC, error));
        }
        return offset.offset();
    }

    private static SourceException unreachable(String message) {
        return new SourceException(new SourceFailure(FailureCode.SOURCE_UNREACHABLE, message));
    }

    private static final class Reply<A> implements SourceChannel.AnswerHandler<A> {
        private @Nullable A answer;
        private @Nullable SourceFailure failure;

        @Override
        public void answered(A given) {
            answer = given;
        }

        @Override
        public void failed(SourceFailure given) {
            failure = given;
        }

        boolean done() {
            return answer != null || failure != null;
        }
    }
}
