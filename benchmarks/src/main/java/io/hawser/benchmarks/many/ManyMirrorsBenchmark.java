/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.many;

import io.hawser.benchmarks.JvmFigures;
import io.hawser.benchmarks.Waiting;
import io.hawser.systemtests.cluster.BuiltArtifacts;
import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.Folders;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.LinkAdmin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Many mirrors on two brokers: how long it takes to create them, what they cost while nothing is written, and how long after a
 * broker was killed those that it led go on at the other one.
 *
 * <p>System properties: {@code hawser.benchmark.topics} (1000) of one partition each, {@code hawser.benchmark.idle.seconds} (60).
 */
public final class ManyMirrorsBenchmark {

    private static final int TOPICS = Integer.getInteger("hawser.benchmark.topics", 1_000);
    private static final int IDLE_SECONDS = Integer.getInteger("hawser.benchmark.idle.seconds", 60);
    private static final String OUR_THREADS = "hawser-";
    private static final String LINK = "east";
    private static final String FETCH_SESSIONS = "kafka.server:type=FetchSessionCache,name=NumIncrementalFetchSessions";
    private static final int KILLED = 1;
    private static final int LEFT = 2;

    private ManyMirrorsBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = BuiltArtifacts.clustersFolder().resolve("many");
        Folders.deleteRecursively(folder);
        try (ProcessCluster source = ProcessCluster.start(
                        ClusterSpec.named("source").heapMb(512).build(), folder);
                ProcessCluster destination = ProcessCluster.start(
                        ClusterSpec.named("destination")
                                .brokers(2)
                                .dedicatedController()
                                .heapMb(512)
                                .jvmOption("-XX:+UseG1GC")
                                .property("fetch.purgatory.purge.interval.requests", "10")
                                .plugin()
                                .build(),
                        folder)) {
            LinkAdmin linkAdmin = new LinkAdmin(destination, folder.resolve("link-admin"));
            linkAdmin.createLink(LINK, source).orFail();
            JvmFigures broker = new JvmFigures(destination.processId(LEFT));
            long empty = broker.liveHeapBytes();
            List<TopicPartition> plain = createTopics(destination, "plain-", 2);
            Waiting.until("all logs are there", () -> logs(destination, "plain-") == TOPICS);
            write(destination, plain);
            long withPlainTopics = broker.liveHeapBytes();
            List<TopicPartition> partitions = createTopics(source, "many-", 1);
            write(source, partitions);
            create(linkAdmin, partitions);
            idle(broker, linkAdmin, empty, withPlainTopics);
            System.out.printf(
                    "%d fetch sessions at the source, for two brokers%n",
                    new JvmFigures(source.processId(1)).attribute(FETCH_SESSIONS, "Value"));
            move(source, destination, partitions);
        }
        Folders.deleteRecursively(folder);
    }

    private static List<TopicPartition> createTopics(ProcessCluster cluster, String prefix, int replicas)
            throws Exception {
        List<TopicPartition> partitions = IntStream.range(0, TOPICS)
                .mapToObj(number -> new TopicPartition(prefix + number, 0))
                .toList();
        try (Admin admin = cluster.admin()) {
            admin.createTopics(partitions.stream()
                            .map(partition -> new NewTopic(partition.topic(), 1, (short) replicas))
                            .toList())
                    .all()
                    .get(2, TimeUnit.MINUTES);
        }
        return partitions;
    }

    private static long logs(ProcessCluster cluster, String prefix) throws IOException {
        try (Stream<Path> folders = Files.list(cluster.dataDirectory(LEFT))) {
            return folders.filter(folder -> String.valueOf(folder.getFileName()).startsWith(prefix))
                    .count();
        }
    }

    private static void create(LinkAdmin linkAdmin, List<TopicPartition> partitions) {
        String topics = partitions.stream().map(TopicPartition::topic).collect(Collectors.joining(","));
        long startNs = System.nanoTime();
        linkAdmin
                .run(
                        "create",
                        "--mirror-topic",
                        topics,
                        "--link",
                        LINK,
                        "--replication-factor",
                        "2",
                        "--timeout",
                        "120s")
                .orFail();
        System.out.printf("%d mirrors created in %.1f s%n", TOPICS, secondsSince(startNs));
    }

    private static void idle(JvmFigures broker, LinkAdmin linkAdmin, long empty, long withPlainTopics)
            throws Exception {
        Waiting.until(
                "all mirrors have all",
                () -> linkAdmin.run("list").out().lines().skip(1).allMatch(line -> line.matches(".* ACTIVE +1 +0 .*")));
        long startNs = System.nanoTime();
        long usedNs = broker.cpuNanosOfThreads(OUR_THREADS);
        TimeUnit.SECONDS.sleep(IDLE_SECONDS);
        double share = (broker.cpuNanosOfThreads(OUR_THREADS) - usedNs) / (double) (System.nanoTime() - startNs);
        System.out.printf(
                "idle: %.2f %% of a core for %d partitions led and %d more known; %.0f bytes of heap for each, %d of them led,"
                        + " beyond what a plain topic takes%n",
                100 * share,
                TOPICS / 2,
                TOPICS - TOPICS / 2,
                (broker.liveHeapBytes() - withPlainTopics - (withPlainTopics - empty)) / (double) TOPICS,
                TOPICS / 2);
    }

    private static void move(ProcessCluster source, ProcessCluster destination, List<TopicPartition> partitions)
            throws Exception {
        try (Admin admin = Admin.create(brokerProperties(destination))) {
            int moving = partitions.size() - ledBy(admin, LEFT, partitions);
            destination.kill(KILLED);
            write(source, partitions);
            Waiting.until("all are led by broker " + LEFT, () -> ledBy(admin, LEFT, partitions) == partitions.size());
            long movedNs = System.nanoTime();
            Waiting.until(
                    "all have what was written meanwhile",
                    () -> admin
                            .listOffsets(partitions.stream()
                                    .collect(Collectors.toMap(each -> each, each -> OffsetSpec.latest())))
                            .all()
                            .get(30, TimeUnit.SECONDS)
                            .values()
                            .stream()
                            .allMatch(end -> end.offset() == 2));
            System.out.printf(
                    "%d partitions go on %.1f s after their leader has moved%n", moving, secondsSince(movedNs));
        }
    }

    private static Map<String, Object> brokerProperties(ProcessCluster destination) {
        Map<String, Object> properties = new HashMap<>(destination.adminProperties());
        properties.put("bootstrap.servers", destination.bootstrapServers().split(",", -1)[LEFT - 1]);
        return properties;
    }

    private static int ledBy(Admin admin, int broker, List<TopicPartition> partitions) throws Exception {
        return (int) admin
                .describeTopics(partitions.stream().map(TopicPartition::topic).toList())
                .allTopicNames()
                .get(30, TimeUnit.SECONDS)
                .values()
                .stream()
                .filter(topic -> topic.partitions().get(0).leader() != null
                        && topic.partitions().get(0).leader().id() == broker)
                .count();
    }

    /** One record to each. */
    private static void write(ProcessCluster source, List<TopicPartition> partitions) {
        Map<String, Object> properties = new HashMap<>(source.adminProperties());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            partitions.forEach(partition ->
                    producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), null, new byte[100])));
        }
    }

    private static double secondsSince(long startNs) {
        return (System.nanoTime() - startNs) / 1e9;
    }
}
