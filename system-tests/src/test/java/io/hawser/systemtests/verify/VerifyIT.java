/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.systemtests.cluster.ClusterSpec;
import io.hawser.systemtests.cluster.ProcessCluster;
import io.hawser.systemtests.link.Eventually;
import io.hawser.systemtests.link.LinkAdmin;
import io.hawser.systemtests.link.LinkedClusters;
import io.hawser.systemtests.link.Mirrored;
import io.hawser.systemtests.records.TopicReader;
import io.hawser.systemtests.records.Workload;
import io.hawser.systemtests.records.WorkloadSpec;
import io.hawser.systemtests.records.WorkloadSpec.Codec;
import io.hawser.systemtests.records.WorkloadSpec.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code link-admin verify} finds, and what it does not lose when brokers do. */
class VerifyIT {

    private static final int RECORDS = 400;

    @RegisterExtension
    static final LinkedClusters CLUSTERS = LinkedClusters.of(
            ClusterSpec.named("source").shortLived().property("log.cleaner.backoff.ms", "100"),
            ClusterSpec.named("destination").brokers(2).dedicatedController().shortLived());

    @Test
    void findsAMirrorEqualInEveryCodecWithTransactionsAndNamesWhatIsNone() {
        CLUSTERS.source().topics().create("equal", 2);
        List<Workload> workloads = new ArrayList<>();
        for (Codec codec : Codec.values()) {
            workloads.add(workload("equal", Mode.TRANSACTIONAL, codec));
            workloads.add(workload("equal", Mode.IDEMPOTENT, codec));
        }
        workloads.add(workload("equal", Mode.PLAIN, Codec.ZSTD));
        workloads.forEach(Workload::awaitEnd);
        workloads.forEach(Workload::stop);
        CLUSTERS.mirror("equal");
        CLUSTERS.equality().awaitReplicas("equal");

        LinkAdmin.Run run = verify("equal", "-o", "json");

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out())
                .contains("\"state\" : \"EQUAL\"", "\"partition\" : 1", "\"fromOffset\" : 0", "\"deletedOffsets\" : 0");
        assertThat(numbers(run, "endOffset")).hasSize(2).allMatch(end -> end >= RECORDS);
        assertThat(numbers(run, "sourceBytes")).allMatch(bytes -> bytes > 10_000);
        LinkAdmin.Run both = verify("equal,none", "-o", "table");
        assertThat(both.exitCode()).as(both.out()).isEqualTo(1);
        assertThat(both.out()).containsPattern("equal +EQUAL +2 ").containsPattern("none +- .*NOT_A_MIRROR");
    }

    @Test
    void namesTheBatchAndTheByteOfOneBitThatWasTurnedOverOnTheMirrorsDisk() throws Exception {
        for (String topic : List.of("damaged", "sound")) {
            CLUSTERS.source().topics().create(topic, 1);
            CLUSTERS.admin(
                    "create", "--mirror-topic", topic, "--link", LinkedClusters.LINK, "--replication-factor", "1");
            Mirrored mirrored = new Mirrored(CLUSTERS, topic);
            for (int batch = 0; batch < 5; batch++) {
                mirrored.produce(100, "batch " + batch);
            }
            mirrored.awaitEnd(500);
        }
        assertThat(verify("damaged,sound").exitCode()).isZero();
        int broker = CLUSTERS.destination().topics().leader("damaged", 0).orElseThrow();
        CLUSTERS.destination().stop(broker);

        SegmentDamage.Place place =
                SegmentDamage.flipABit(CLUSTERS.destination().dataDirectory(broker), "damaged-0", 250);

        CLUSTERS.destination().start(broker);
        LinkAdmin.Run run = verify("damaged,sound");
        assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(1);
        assertThat(run.out())
                .containsPattern("sound +EQUAL +1 +0-500 ")
                .containsPattern("damaged +DIFFERENT +1 +0-500 .*BATCH")
                .contains("Partition 0: the batch of offsets " + place.baseOffset() + " to " + place.lastOffset());
        LinkAdmin.Run json = verify("damaged", "-o", "json");
        assertThat(json.out())
                .contains(
                        "differs in records, at byte " + place.byteInBatch() + " of " + place.batchBytes()
                                + "; the mirror's does not fit its checksum, so it is damaged",
                        "\"byteInBatch\" : " + place.byteInBatch(),
                        "\"sourceIntact\" : true",
                        "\"mirrorIntact\" : false");
        assertThat(numbers(json, "nextOffset")).containsExactly(place.baseOffset());
    }

    @Test
    void findsACompactedTopicEqualThatOnlyTheSourceHasCleaned() throws Exception {
        CLUSTERS.source().topics().create("cleaned", 1, 1, Map.of("cleanup.policy", "compact"));
        CLUSTERS.mirror("cleaned", "--config", "min.compaction.lag.ms=86400000");
        Mirrored topic = new Mirrored(CLUSTERS, "cleaned");
        for (int i = 0; i < RECORDS; i++) {
            overwrite("key-" + i % 7, i % 50 == 1 ? null : "value " + i);
        }
        CLUSTERS.source()
                .topics()
                .changeConfigs(
                        "cleaned",
                        Map.of("segment.ms", "50", "min.cleanable.dirty.ratio", "0.01", "delete.retention.ms", "100"));
        Eventually.holds(() -> {
            overwrite("key-3", "again");
            assertThat(count(CLUSTERS.source())).isLessThan(RECORDS / 2);
        });
        topic.awaitEnd(end(CLUSTERS.source()));
        assertThat(count(CLUSTERS.destination())).isGreaterThan(RECORDS);

        LinkAdmin.Run run = verify("cleaned", "-o", "json");

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).contains("\"state\" : \"EQUAL\"", "\"compacted\" : true", "\"fromOffset\" : 0");
    }

    @Test
    void goesOnWhereItWasWhenTheLeaderIsKilled() {
        CLUSTERS.source().topics().create("resumed", 1);
        Mirrored topic = new Mirrored(CLUSTERS, "resumed");
        topic.produce(20_000, 16 * 1024, "a record of some length ".repeat(5));
        CLUSTERS.mirror("resumed");
        topic.awaitEnd(20_000);
        CLUSTERS.destination().topics().awaitInSync("resumed", 2);

        LinkAdmin.Run late = verify("resumed", "--max-bytes-per-second", "200000", "--timeout", "1s");

        assertThat(late.exitCode()).as(late.out()).isEqualTo(3);
        Eventually.holds(() -> assertThat(position("resumed")).isGreaterThan(1_000));
        int killed = CLUSTERS.destination().topics().leader("resumed", 0).orElseThrow();
        long kept = position("resumed");
        CLUSTERS.destination().kill(killed);
        int next = CLUSTERS.destination().topics().awaitLeaderOtherThan(killed, "resumed", 0);
        LinkAdmin.Run run = verify("resumed", "--max-bytes-per-second", "100000000", "--timeout", "90s", "-o", "json");
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(numbers(run, "endOffset")).containsExactly(20_000L);
        // It may have come to the end by the earlier rate before it heard of the new one.
        assertThat(begunAt(next, "resumed"))
                .as("offsets at which the new leader began")
                .first(InstanceOfAssertFactories.LONG)
                .isBetween(kept, 19_999L);
        CLUSTERS.destination().start(killed);
    }

    private static LinkAdmin.Run verify(String topics, String... options) {
        List<String> arguments = new ArrayList<>(List.of("verify", "--mirror-topic", topics));
        arguments.addAll(List.of(options));
        return CLUSTERS.linkAdmin().run(arguments.toArray(String[]::new));
    }

    /** As far as the leader has written down that all is equal. */
    private static long position(String topic) {
        LinkAdmin.Run now = verify(topic, "--timeout", "0s", "-o", "json");
        assertThat(now.exitCode()).as("still running: " + now.out()).isEqualTo(3);
        return numbers(now, "nextOffset").get(0);
    }

    private static List<Long> begunAt(int broker, String topic) {
        return matches(log(broker), topic + "-0 is verified from offset (\\d+) to");
    }

    private static String log(int broker) {
        try {
            return Files.readString(CLUSTERS.destination().logFile(broker));
        } catch (IOException e) {
            throw new AssertionError("no log of broker " + broker, e);
        }
    }

    private static List<Long> numbers(LinkAdmin.Run run, String field) {
        return matches(run.out(), "\"" + field + "\" : (\\d+)");
    }

    private static List<Long> matches(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.results().map(found -> Long.parseLong(found.group(1))).toList();
    }

    private static Workload workload(String topic, Mode mode, Codec codec) {
        return Workload.start(
                WorkloadSpec.of(topic, mode, codec, codec.name().hashCode())
                        .recordsPerSecond(2_000)
                        .maxRecords(RECORDS / 2),
                CLUSTERS.source().adminProperties());
    }

    private static void overwrite(String key, @Nullable String value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                CLUSTERS.source().adminProperties(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            "cleaned",
                            0,
                            key.getBytes(StandardCharsets.UTF_8),
                            value == null ? null : value.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }

    private static long count(ProcessCluster cluster) {
        return new TopicReader(cluster.adminProperties())
                .read("cleaned", IsolationLevel.READ_UNCOMMITTED)
                .count();
    }

    private static long end(ProcessCluster cluster) {
        return new TopicReader(cluster.adminProperties())
                .read("cleaned", IsolationLevel.READ_UNCOMMITTED)
                .endOffsets()
                .get(0);
    }
}
