/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.many;

import io.hawser.benchmarks.Figures;
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
import java.util.LinkedHashMap;
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

    /** @param arguments the file to write the figures to, as JSON */
    public static void main(String[] arguments) throws Exception {
        Path folder = BuiltArtifacts.clustersFolder().resolve("many");
        Folders.deleteRecursively(folder);
        Map<String, Number> figures = new LinkedHashMap<>();
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
            long startNs = System.nanoTime();
            List<TopicPartition> plain = createTopics(destination, "plain-", 2);
            Waiting.until("all logs are there", () -> logs(destination, "plain-") == TOPICS);
            figures.put("plainTopicsCreatedSeconds", secondsSince(startNs));
            write(destination, plain);
            long withPlainTopics = broker.liveHeapBytes();
            List<TopicPartition> partitions = createTopics(source, "many-", 1);
            write(source, partitions);
            figures.put("createdSeconds", create(linkAdmin, partitions));
            figures.put("idlePercentOfACore", idle(broker, linkAdmin));
            long ofMirrors = broker.liveHeapBytes() - withPlainTopics;
            figures.put("heapBytesBeyondAPlainTopic", (ofMirrors - (withPlainTopics - empty)) / TOPICS);
            figures.put("fetchSessions", new JvmFigures(source.processId(1)).attribute(FETCH_SESSIONS, "Value"));
            figures.put("goOnSecondsAfterAMove", move(source, destination, partitions));
        }
        System.out.printf("%d mirrors on two brokers, of which each leads half and knows of the others%n", TOPICS);
        figures.forEach((name, figure) -> System.out.printf("%s: %.1f%n", name, figure.doubleValue()));
        Figures.write(arguments, figures);
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

    private static double create(LinkAdmin linkAdmin, List<TopicPartition> partitions) {
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
        return secondsSince(startNs);
    }

    private static double idle(JvmFigures broker, LinkAdmin linkAdmin) throws Exception {
        Waiting.until(
                "all mirrors have all",
                () -> linkAdmin.run("list").out().lines().skip(1).allMatch(line -> line.matches(".* ACTIVE +1 +0 .*")));
        long startNs = System.nanoTime();
        long usedNs = broker.cpuNanosOfThreads(OUR_THREADS);
        TimeUnit.SECONDS.sleep(IDLE_SECONDS);
        return 100.0 * (broker.cpuNanosOfThreads(OUR_THREADS) - usedNs) / (System.nanoTime() - startNs);
    }

    private static double move(ProcessCluster source, ProcessCluster destination, List<TopicPartition> partitions)
            throws Exception {
        try (Admin admin = Admin.create(brokerProperties(destination))) {
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
            return secondsSince(movedNs);
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
