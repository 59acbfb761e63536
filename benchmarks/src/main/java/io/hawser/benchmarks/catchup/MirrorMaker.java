/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.benchmarks.catchup;

import io.hawser.benchmarks.JvmFigures;
import io.hawser.benchmarks.Waiting;
import io.hawser.systemtests.cluster.ProcessCluster;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * MirrorMaker 2 in its dedicated mode, a process of its own. It is given what its documentation advises for throughput: large
 * fetches, large batches that linger, a task per partition up to {@value #MAX_TASKS}, and no other work than to copy. Its first half does not
 * count, as it is a new process for each data set. It copies a part only: it takes its time by the record, and all would take
 * half an hour.
 */
final class MirrorMaker implements Contender {

    private static final int MAX_TASKS = 4;
    private static final int SMALL_RECORD = 512;
    private static final int PART = 4;
    private static final int PART_OF_SMALL_RECORDS = 16;
    private static final Duration POLL = Duration.ofMillis(50);

    private final ProcessCluster source;
    private final int leader;
    private final ProcessCluster destination;
    private final Path folder;
    private int runs;

    MirrorMaker(ProcessCluster source, int leader, ProcessCluster destination, Path folder) {
        this.source = source;
        this.leader = leader;
        this.destination = destination;
        this.folder = folder;
    }

    @Override
    public String name() {
        return "MirrorMaker 2";
    }

    @Override
    public boolean staysWarm() {
        return false;
    }

    @Override
    public DataSet part(DataSet data) {
        return data.dividedBy(data.recordBytes() < SMALL_RECORD ? PART_OF_SMALL_RECORDS : PART);
    }

    @Override
    public Measurement run(DataSet data) throws Exception {
        // Under another alias everything is new to it: topics, offsets and its own configuration.
        String alias = "run" + ++runs;
        String copy = alias + "." + data.topic();
        long bytes = data.storedBytes(source.dataDirectory(leader), data.topic());
        Process process = start(alias, data);
        try (Admin atSource = source.admin();
                Admin atDestination = destination.admin()) {
            long records = end(atSource, data.topic(), data);
            Waiting.until("the first byte", () -> data.storedBytes(destination.dataDirectory(1), copy) > 0);
            Arrival arrival = new Arrival(
                    () -> end(atDestination, copy, data),
                    List.of(
                            () -> source.cpuTime(leader).toNanos(),
                            () -> destination.cpuTime(1).toNanos(),
                            () -> process.toHandle()
                                    .info()
                                    .totalCpuDuration()
                                    .orElse(Duration.ZERO)
                                    .toNanos()),
                    new JvmFigures(destination.processId(1))::allocatedBytes,
                    POLL);
            Measurement measurement = arrival.await(records / 2, records, bytes);
            atDestination.deleteTopics(List.of(copy)).all().get(30, TimeUnit.SECONDS);
            Waiting.untilGone(destination.dataDirectory(1), copy);
            return measurement;
        } finally {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private Process start(String alias, DataSet data) throws IOException {
        Files.createDirectories(folder);
        Path properties = folder.resolve(alias + ".properties");
        try (Writer file = Files.newBufferedWriter(properties)) {
            properties(alias, data).store(file, null);
        }
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.apache.kafka.connect.mirror.MirrorMaker",
                        properties.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(alias + ".log").toFile())
                .start();
    }

    private Properties properties(String alias, DataSet data) {
        Map<String, String> values = Map.ofEntries(
                Map.entry("clusters", alias + ",here"),
                Map.entry(alias + ".bootstrap.servers", source.bootstrapServers()),
                Map.entry("here.bootstrap.servers", destination.bootstrapServers()),
                Map.entry(alias + "->here.enabled", "true"),
                Map.entry(alias + "->here.topics", data.topic()),
                Map.entry("here->" + alias + ".enabled", "false"),
                Map.entry("tasks.max", String.valueOf(Math.min(MAX_TASKS, data.partitions()))),
                Map.entry("replication.factor", "1"),
                Map.entry("config.storage.replication.factor", "1"),
                Map.entry("offset.storage.replication.factor", "1"),
                Map.entry("status.storage.replication.factor", "1"),
                Map.entry("checkpoints.topic.replication.factor", "1"),
                Map.entry("heartbeats.topic.replication.factor", "1"),
                Map.entry("offset-syncs.topic.replication.factor", "1"),
                Map.entry("offset-syncs.topic.location", "target"),
                Map.entry("emit.heartbeats.enabled", "false"),
                Map.entry("emit.checkpoints.enabled", "false"),
                Map.entry("sync.topic.acls.enabled", "false"),
                Map.entry("dedicated.mode.enable.internal.rest", "false"),
                Map.entry(alias + ".consumer.fetch.max.bytes", "67108864"),
                Map.entry(alias + ".consumer.max.partition.fetch.bytes", "16777216"),
                Map.entry(alias + ".consumer.fetch.min.bytes", "1048576"),
                Map.entry(alias + ".consumer.max.poll.records", "20000"),
                Map.entry(alias + ".consumer.receive.buffer.bytes", "-1"),
                Map.entry("here.producer.batch.size", "1000000"),
                Map.entry("here.producer.linger.ms", "50"),
                Map.entry("here.producer.buffer.memory", "268435456"),
                Map.entry("here.producer.compression.type", data.compression()),
                Map.entry("here.producer.send.buffer.bytes", "-1"));
        Properties properties = new Properties();
        properties.putAll(values);
        return properties;
    }

    private static long end(Admin admin, String topic, DataSet data) {
        try {
            return admin.listOffsets(data.ends(topic)).all().get(30, TimeUnit.SECONDS).values().stream()
                    .mapToLong(each -> each.offset())
                    .sum();
        } catch (Exception e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return 0;
            }
            throw new IllegalStateException(e);
        }
    }
}
