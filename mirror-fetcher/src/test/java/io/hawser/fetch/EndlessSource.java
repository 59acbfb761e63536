/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.fetch;

import io.hawser.source.FetchAnswer;
import io.hawser.source.FetchAnswer.PartitionAnswer;
import io.hawser.source.FetchRequest;
import io.hawser.source.SourceChannel;
import io.hawser.source.SourceConnector;
import io.hawser.source.SourceNode;
import io.hawser.source.SourceRequest;
import io.hawser.source.SourceRequest.ClusterAnswer;
import io.hawser.source.SourceRequest.SourcePartition;
import io.hawser.source.SourceRequest.SourceTopic;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.protocol.Errors;

/** A source of one broker that always has more of each partition. */
final class EndlessSource implements SourceConnector {

    static final String CLUSTER = "source-cluster";
    private static final SourceNode NODE = new SourceNode(1, "localhost", 9092);

    /** Questions about the cluster. */
    final AtomicInteger questions = new AtomicInteger();
    /** Which one it says it is. */
    final AtomicReference<String> cluster = new AtomicReference<>(CLUSTER);

    private final int partitions;
    private final Map<String, Set<Integer>> lastAskedBy = new ConcurrentHashMap<>();

    EndlessSource(int partitions) {
        this.partitions = partitions;
    }

    /** How many partitions each connection asked for records of when it asked last. */
    List<Integer> askedByEach() {
        return lastAskedBy.values().stream().map(Set::size).toList();
    }

    @Override
    public List<SourceNode> bootstrapNodes() {
        return List.of(NODE);
    }

    @Override
    public SourceChannel open(SourceNode node, String role) {
        return new Channel(role);
    }

    @Override
    public SourceChannel openForRecords(SourceNode node, String role) {
        return open(node, role);
    }

    @Override
    public int maxAnswerBytes() {
        return 1 << 20;
    }

    @Override
    public void close() {}

    private ClusterAnswer cluster() {
        questions.incrementAndGet();
        List<SourcePartition> all = IntStream.range(0, partitions)
                .mapToObj(number -> new SourcePartition(number, NODE.id(), 5))
                .toList();
        var id = Bench.assignment(0, 0).source();
        return new ClusterAnswer(
                cluster.get(),
                Map.of(NODE.id(), NODE),
                Map.of(id.topic(), new SourceTopic(id.topic(), Errors.NONE, id.topicId(), all)));
    }

    private FetchAnswer records(String role, FetchRequest request) {
        lastAskedBy.put(
                role,
                request.partitions().stream()
                        .map(each -> each.source().partition())
                        .collect(Collectors.toSet()));
        List<PartitionAnswer> parts = request.partitions().stream()
                .map(each -> Bench.partUpTo(
                        Long.MAX_VALUE / 2, each.source().partition(), Bench.batch(each.fetchOffset(), 1, 5)))
                .toList();
        return new FetchAnswer(Errors.NONE, true, Bench.SESSION, 0, parts);
    }

    /** Takes a few milliseconds for each answer. */
    private final class Channel implements SourceChannel {
        private static final long MOST_MS = 5;

        private final String role;
        private final Queue<Runnable> replies = new ArrayDeque<>();
        private final Semaphore woken = new Semaphore(0);

        Channel(String role) {
            this.role = role;
        }

        @Override
        public SourceNode node() {
            return NODE;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <A> void send(SourceRequest<A> request, AnswerHandler<A> handler) {
            replies.add(() ->
                    handler.answered((A) (request instanceof FetchRequest fetch ? records(role, fetch) : cluster())));
        }

        @Override
        public void poll(long timeoutMs) {
            try {
                if (woken.tryAcquire(Math.min(timeoutMs, MOST_MS), TimeUnit.MILLISECONDS)) {
                    woken.drainPermits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runnable reply = timeoutMs > 0 ? replies.poll() : null;
            if (reply != null) {
                reply.run();
            }
        }

        @Override
        public void releaseRecords(int answers) {}

        @Override
        public void wakeup() {
            woken.release();
        }

        @Override
        public void close() {}
    }
}
