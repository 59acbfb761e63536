/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

import io.hawser.benchmarks.Waiting;
import io.hawser.systemtests.cluster.ProcessCluster;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Fills a topic of the source. Thread-safe: no state. */
final class DataWriter {

    private static final int CHECK_EVERY = 20_000;
    private static final int VALUES = 1_000;
    private static final int UNSENT_BYTES = 8 << 20;

    private DataWriter() {}

    /** Writes idempotently values of which half cannot be compressed. */
    static void write(DataSet data, ProcessCluster source, int leader) throws Exception {
        create(data, source, leader);
        byte[][] values = values(data.recordBytes());
        // A producer that runs out of memory sends what it has, in batches far smaller than they were to be.
        Semaphore room = new Semaphore(UNSENT_BYTES / data.recordBytes());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties(data, source), new ByteArraySerializer(), new ByteArraySerializer())) {
            long sent = 0;
            while (sent % CHECK_EVERY != 0
                    || data.storedBytes(source.dataDirectory(leader), data.topic()) < data.bytes()) {
                int partition = (int) (sent % data.partitions());
                room.acquire();
                producer.send(
                        new ProducerRecord<>(data.topic(), partition, null, values[(int) (sent % VALUES)]),
                        (metadata, error) -> room.release());
                sent++;
            }
        }
    }

    /**
     * Returns once each partition answers: where the second batch of a producer finds one that the first did not, the first is
     * refused as out of order until it expires.
     */
    private static void create(DataSet data, ProcessCluster source, int leader) throws Exception {
        Map<Integer, List<Integer>> assignment = IntStream.range(0, data.partitions())
                .boxed()
                .collect(Collectors.toMap(partition -> partition, partition -> List.of(leader)));
        try (Admin admin = source.admin()) {
            admin.createTopics(List.of(new NewTopic(data.topic(), assignment)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
            Waiting.until("all partitions of " + data.topic() + " answer", () -> answer(data, admin));
        }
    }

    private static boolean answer(DataSet data, Admin admin) throws Exception {
        try {
            admin.listOffsets(data.ends(data.topic())).all().get(30, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw e;
        }
    }

    private static Map<String, Object> properties(DataSet data, ProcessCluster source) {
        Map<String, Object> properties = new HashMap<>(source.adminProperties());
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, data.compression());
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, data.batchBytes());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 1_000);
        return properties;
    }

    private static byte[][] values(int bytes) {
        Random random = new Random(1);
        byte[][] values = new byte[VALUES][bytes];
        for (byte[] value : values) {
            random.nextBytes(value);
            java.util.Arrays.fill(value, bytes / 2, bytes, (byte) 'x');
        }
        return values;
    }
}
