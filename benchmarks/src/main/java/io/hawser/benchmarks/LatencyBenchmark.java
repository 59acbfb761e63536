/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks;

import io.hawser.systemtests.cluster.BuiltArtifacts;
import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.Folders;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.LinkAdmin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;

/**
 * How long a record takes from a producer of the source to a consumer of the mirror, at light load, and how soon after
 * {@code create} the first record is there. One broker process on each side, and everything on one machine: read the figures as
 * what is possible, not as what a network adds.
 */
public final class LatencyBenchmark {

    private static final TopicPartition PARTITION = new TopicPartition("latency", 0);
    private static final int RECORDS = 4_000;
    private static final int WARM_UP = 1_000;
    private static final long INTERVAL_US = 5_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private LatencyBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = BuiltArtifacts.clustersFolder().resolve("latency");
        Folders.deleteRecursively(folder);
        try (ProcessCluster source =
                        ProcessCluster.start(ClusterSpec.named("source").build(), folder);
                ProcessCluster destination = ProcessCluster.start(
                        ClusterSpec.named("destination").plugin().build(), folder)) {
            source.topics().create(PARTITION.topic(), 1);
            try (KafkaProducer<Long, Long> producer = producer(source)) {
                measure(source, destination, producer, folder);
            }
        }
        Folders.deleteRecursively(folder);
    }

    private static void measure(
            ProcessCluster source, ProcessCluster destination, KafkaProducer<Long, Long> producer, Path folder)
            throws Exception {
        LinkAdmin linkAdmin = new LinkAdmin(destination, folder.resolve("link-admin"));
        linkAdmin.createLink("east", source).orFail();
        producer.send(record()).get(10, TimeUnit.SECONDS);
        linkAdmin
                .run("create", "--mirror-topic", PARTITION.topic(), "--link", "east")
                .orFail();
        long createdNs = System.nanoTime();
        try (KafkaConsumer<Long, Long> consumer = consumer(destination)) {
            readOne(consumer);
            System.out.printf("first record on the mirror after create: %d ms%n", millisSince(createdNs));
            report("source to mirror", latencies(producer, consumer));
        }
        try (KafkaConsumer<Long, Long> consumer = consumer(source)) {
            consumer.seekToEnd(List.of(PARTITION));
            consumer.position(PARTITION);
            report("the source alone, for comparison", latencies(producer, consumer));
        }
    }

    private static long[] latencies(KafkaProducer<Long, Long> producer, KafkaConsumer<Long, Long> consumer) {
        long[] micros = new long[RECORDS];
        int read = 0;
        ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
        try {
            sender.scheduleAtFixedRate(() -> producer.send(record()), 0, INTERVAL_US, TimeUnit.MICROSECONDS);
            while (read < WARM_UP + RECORDS) {
                for (ConsumerRecord<Long, Long> each : consumer.poll(Duration.ofSeconds(1))) {
                    if (read >= WARM_UP && read < WARM_UP + RECORDS) {
                        micros[read - WARM_UP] = (System.nanoTime() - each.value()) / 1_000;
                    }
                    read++;
                }
            }
        } finally {
            sender.shutdownNow();
        }
        return micros;
    }

    private static void report(String path, long[] micros) {
        Arrays.sort(micros);
        System.out.printf(
                "%s, %d records at %d per second: p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms%n",
                path,
                micros.length,
                1_000_000 / INTERVAL_US,
                micros[micros.length / 2] / 1e3,
                micros[(int) (micros.length * 0.99)] / 1e3,
                micros[(int) (micros.length * 0.999)] / 1e3);
    }

    private static void readOne(KafkaConsumer<Long, Long> consumer) {
        long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        while (consumer.poll(Duration.ofMillis(10)).isEmpty()) {
            if (System.nanoTime() > deadlineNs) {
                throw new IllegalStateException("No record reached the mirror within " + LIMIT);
            }
        }
    }

    private static ProducerRecord<Long, Long> record() {
        return new ProducerRecord<>(PARTITION.topic(), 0, null, System.nanoTime());
    }

    private static long millisSince(long startNs) {
        return (System.nanoTime() - startNs) / 1_000_000;
    }

    private static KafkaProducer<Long, Long> producer(ProcessCluster source) {
        Map<String, Object> properties = new HashMap<>(source.adminProperties());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        return new KafkaProducer<>(properties, new LongSerializer(), new LongSerializer());
    }

    private static KafkaConsumer<Long, Long> consumer(ProcessCluster destination) {
        Map<String, Object> properties = new HashMap<>(destination.adminProperties());
        properties.put("auto.offset.reset", "earliest");
        KafkaConsumer<Long, Long> consumer =
                new KafkaConsumer<>(properties, new LongDeserializer(), new LongDeserializer());
        consumer.assign(List.of(PARTITION));
        return consumer;
    }
}
