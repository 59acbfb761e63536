/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.admin.control.Discovery;
import io.hawser.admin.control.Drops;
import io.hawser.admin.control.FailoverPoint;
import io.hawser.admin.control.IntentChange;
import io.hawser.admin.control.LinkCreation;
import io.hawser.admin.control.MirrorCreation;
import io.hawser.admin.control.MirrorOverrides;
import io.hawser.admin.control.ReversalOutcome;
import io.hawser.admin.view.DrillView.Canary;
import io.hawser.admin.view.DrillView.Check;
import io.hawser.admin.view.DrillView.Step;
import io.hawser.config.LinkHalf;
import io.hawser.definition.LinkDefinition;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.definition.Verification;
import io.hawser.status.BrokerStatus;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.GuardStatus;
import io.hawser.status.LagReport;
import io.hawser.status.LagReport.PartitionLag;
import io.hawser.status.LinkState;
import io.hawser.status.LinkStatus;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.PartitionStatus;
import io.hawser.status.StateCodec;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import io.hawser.status.TaskStatus;
import io.hawser.status.VerificationDifference;
import io.hawser.status.VerificationStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What people and scripts are shown, letter by letter. */
class GoldenTest {

    private static final Path GOLDEN = Path.of("src", "test", "resources", "io", "hawser", "admin", "view", "golden");
    private static final Path MADE = Path.of("target", "golden");
    private static final int TERMINAL = 100;
    private static final long NOW_MS = 1_700_000_100_000L;
    private static final Uuid ID = Uuid.fromString("AAAAAAAAAAAAAAAAAAAAAQ");
    private static final Uuid SOURCE_ID = Uuid.fromString("AAAAAAAAAAAAAAAAAAAAAg");
    private static final Verification WANTED = new Verification(Uuid.fromString("AAAAAAAAAAAAAAAAAAAAAw"), 10);
    private static final MirrorDefinition ORDERS =
            new MirrorDefinition("orders", ID, "east", "orders.v2", MirrorIntent.MIRROR, (short) -1, Map.of(), null);

    private static final MirrorDefinition PAYMENTS =
            new MirrorDefinition("payments", ID, "east", "payments", MirrorIntent.STOPPED, (short) -1, Map.of(), null);

    @ParameterizedTest(name = "{0}")
    @MethodSource("shown")
    void isAsItWas(String file, String text) throws IOException {
        Files.createDirectories(MADE);
        Files.writeString(MADE.resolve(file), text + "\n");

        assertThat(text + "\n")
                .as("%s; what is shown now lies in link-admin-cli/%s", file, MADE)
                .isEqualTo(Files.readString(GOLDEN.resolve(file)));
    }

    @Test
    void tablesFitATerminal() {
        StateSnapshot snapshot = snapshot();
        assertThat(Stream.of(
                                outcomes(),
                                MirrorView.table(snapshot.all(MirrorStatus.class).stream(), snapshot, NOW_MS),
                                LinkView.table(snapshot),
                                VerificationView.table(List.of(VerificationView.of(orders(), WANTED, snapshot))))
                        .flatMap(table -> table.text(TERMINAL).lines()))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(TERMINAL));
    }

    @Test
    void aNarrowReaderGetsWordsOfReadableLength() {
        assertThat(outcomes().text(1)).contains("nothing keeps producers from writing");
    }

    @Test
    void theReaderMaySayHowWideATableMayBe() {
        assertThat(Table.width("80", true)).isEqualTo(80);
        assertThat(Table.width("132", false)).isEqualTo(132);
        assertThat(Table.width(null, true)).isEqualTo(TERMINAL);
        assertThat(Table.width("", false)).isEqualTo(Integer.MAX_VALUE);
        assertThat(Table.width("0", true)).isEqualTo(TERMINAL);
    }

    static Stream<Arguments> shown() {
        StateSnapshot snapshot = snapshot();
        MirrorView mirror = MirrorView.of(orders(), snapshot, NOW_MS);
        LinkView link = LinkView.of(snapshot.value(StateKey.link("east")).orElseThrow(), snapshot, NOW_MS);
        Table table = outcomes();
        Table mirrors = MirrorView.table(Stream.of(orders(), payments()), snapshot, NOW_MS);
        Table links = LinkView.table(snapshot);
        Table verified = VerificationView.table(List.of(VerificationView.of(orders(), WANTED, snapshot)));
        DrillView drill = drill();
        LinkCeiling ceiling = LinkCeiling.of("east", 80.0, 10 << 20, 1 << 20, 2, false);
        LinkCreation.Created created = new LinkCreation.Created("east", LinkHalf.WHOLE, "MkrI33hUTzmtCux_h3AovQ", null);
        LinkCreation.Created half = new LinkCreation.Created(
                "east",
                LinkHalf.DESTINATION,
                "",
                new Failure(FailureCode.WAITING_FOR_SOURCE, "no broker of the source has connected", NOW_MS));
        return Stream.of(
                        inAllFormats("list", mirrors),
                        inAllFormats("list-links", links),
                        inAllFormats("create-mirror", created()),
                        inAllFormats("create-link", created.text(), created.answer()),
                        inAllFormats("create-half-a-link", half.text(), half.answer()),
                        inAllFormats("alter", altered()),
                        inAllFormats("pause", paused()),
                        inAllFormats("promote", promoted()),
                        inAllFormats("failover-to-a-point", failedOverToAPoint()),
                        inAllFormats("reverse", reversed()),
                        inAllFormats("delete", deleted()),
                        inAllFormats("discover", discovered().table()),
                        Stream.of(Arguments.of("discover-said.txt", discovered().text())),
                        inAllFormats(
                                "verify", verified.text(TERMINAL), VerificationView.of(orders(), WANTED, snapshot)),
                        inAllFormats("drill", drill.text(), drill),
                        inAllFormats("probe", ceiling.text(), ceiling),
                        inAllFormats("describe-mirror", MirrorText.of(mirror), mirror),
                        inAllFormats("describe-link", link.text(), link),
                        inAllFormats("table", table),
                        Stream.of(Arguments.of("table-on-a-terminal.txt", table.text(TERMINAL))))
                .flatMap(Function.identity());
    }

    private static Stream<Arguments> inAllFormats(String name, Table table) {
        return Stream.of(
                Arguments.of(name + ".txt", table.text(Integer.MAX_VALUE)),
                Arguments.of(name + ".json", table.json()),
                Arguments.of(name + ".yaml", table.yaml()));
    }

    private static Stream<Arguments> inAllFormats(String name, String text, Object value) {
        return Stream.of(
                Arguments.of(name + ".txt", text),
                Arguments.of(name + ".json", Table.json(value)),
                Arguments.of(name + ".yaml", Table.yaml(value)));
    }

    private static Table created() {
        return MirrorCreation.Outcome.table(List.of(
                new MirrorCreation.Outcome("orders", "ACTIVE", 3, null, null, 0),
                new MirrorCreation.Outcome(
                        "payments", null, null, "SOURCE_TOPIC_NOT_FOUND", "the source has no topic payments", 1)));
    }

    private static Table altered() {
        return MirrorOverrides.Outcome.table(
                List.of(
                        new MirrorOverrides.Outcome("orders", true, null),
                        new MirrorOverrides.Outcome("local", false, "not a mirror; see 'link-admin list'")),
                false);
    }

    private static Table paused() {
        return IntentChange.Outcome.table(List.of(
                IntentChange.Outcome.of("orders", "ASKED_TO_PAUSE"),
                refused("local", "NOT_A_MIRROR", "not a mirror topic")));
    }

    private static Table promoted() {
        return IntentChange.Outcome.tableWithLosses(List.of(
                IntentChange.Outcome.of("orders", "WOULD_PROMOTE"),
                refused("local", "NOT_A_MIRROR", "not a mirror topic")));
    }

    private static Table failedOverToAPoint() {
        Drops drops = new Drops(List.of(new Drops.Drop(0, 3, 6, 3), new Drops.Drop(1, 3, 3, 0)));
        return FailoverPoint.PointOutcome.table(List.of(
                new FailoverPoint.PointOutcome(
                        IntentChange.Outcome.of("orders", "WOULD_FAILOVER")
                                .saying("what is dropped here is still on the source"),
                        drops),
                new FailoverPoint.PointOutcome(
                        refused("payments", "OFFSET_OUT_OF_RANGE", "offset 9 is outside the log of partition 0"),
                        null)));
    }

    private static Table reversed() {
        Drops drops =
                new Drops(List.of(new Drops.Drop(0, 35_100, 35_523, 423), new Drops.Drop(1, 34_476, 34_753, 277)));
        return ReversalOutcome.table(List.of(
                new ReversalOutcome("orders", "ACTIVE", drops, "orders.hawser-dropped-2026-11-22", null, null, null, 0),
                ReversalOutcome.of("payments", "WOULD_REVERSE")));
    }

    private static Table deleted() {
        return IntentChange.Outcome.table(List.of(
                IntentChange.Outcome.of("orders", "DELETED"),
                IntentChange.Outcome.of("payments", "DELETED").saying("it is an ordinary topic now")));
    }

    private static Discovery.Found discovered() {
        return new Discovery.Found(
                TaskStatus.fresh("east", TaskStatus.AUTO_CREATE, NOW_MS)
                        .succeeded(
                                7,
                                Map.of("matching topics", 3L),
                                Map.of("local", "a topic of that name is here"),
                                NOW_MS),
                List.of(ORDERS));
    }

    private static IntentChange.Outcome refused(String topic, String code, String message) {
        return new IntentChange.Outcome(topic, null, null, null, code, message, 1);
    }

    /** One partition that follows, one whose source does not answer, and one that has diverged. */
    private static StateSnapshot snapshot() {
        StateSnapshot snapshot = new StateSnapshot();
        LinkStatus link = new LinkStatus(
                new LinkDefinition(
                        "east",
                        ID,
                        Map.of(
                                "bootstrap.servers", "kafka-1.east:9092,kafka-2.east:9092",
                                "consumer.offset.sync.enable", "true",
                                "sasl.jaas.config", "${file:/etc/hawser/east.properties:jaas}")),
                7,
                "MkrI33hUTzmtCux_h3AovQ",
                LinkState.ACTIVE,
                null,
                NOW_MS - 3_600_000,
                2.1);
        put(snapshot, StateKey.link("east"), link);
        put(snapshot, StateKey.mirror("orders"), orders());
        put(
                snapshot,
                StateKey.broker(1),
                new BrokerStatus(1, "1.0.0", "4.3.1", true, null, 7, NOW_MS - 7_200_000, 0, List.of()));
        put(snapshot, StateKey.GUARD, new GuardStatus(List.of(100), List.of(101), List.of(), null, NOW_MS - 5_000));
        put(
                snapshot,
                StateKey.task("east", TaskStatus.GROUP_OFFSETS),
                TaskStatus.fresh("east", TaskStatus.GROUP_OFFSETS, NOW_MS - 60_000)
                        .succeeded(
                                7,
                                Map.of(TaskStatus.GROUPS, 12L, TaskStatus.LEFT_OUT, 1L),
                                Map.of("billing", "it has members here"),
                                NOW_MS - 4_000));
        put(
                snapshot,
                StateKey.task("east", TaskStatus.ACLS),
                TaskStatus.fresh("east", TaskStatus.ACLS, NOW_MS - 60_000)
                        .failed(
                                7,
                                new Failure(
                                        FailureCode.AUTHORIZATION,
                                        "reading ACLs on the source: DESCRIBE on the cluster",
                                        NOW_MS - 30_000),
                                NOW_MS - 30_000));
        verified(snapshot, 0, VerificationStatus.State.EQUAL, null);
        verified(
                snapshot,
                1,
                VerificationStatus.State.DIFFERENT,
                VerificationDifference.of(VerificationDifference.Kind.MISSING_ON_MIRROR, 7, 9, null));
        verified(snapshot, 2, VerificationStatus.State.EQUAL, null);
        put(snapshot, StateKey.partition("orders", 0), partition());
        put(
                snapshot,
                StateKey.partition("orders", 1),
                partition()
                        .withState(
                                MirrorState.SOURCE_UNAVAILABLE,
                                new Failure(
                                        FailureCode.SOURCE_UNREACHABLE,
                                        "no connection to kafka-2.east:9092",
                                        NOW_MS - 252_000)));
        put(
                snapshot,
                StateKey.partition("orders", 2),
                partition()
                        .withState(
                                MirrorState.FAILED,
                                new Failure(FailureCode.DIVERGED, "offsets 80 to 99 differ", NOW_MS - 65_000)));
        put(
                snapshot,
                StateKey.lag("east", 1),
                new LagReport(
                        1,
                        "east",
                        NOW_MS - 500,
                        0.25,
                        List.of(
                                new PartitionLag(
                                        "orders", 0, 5, 33_384L, 33_284, 33_284, 100L, 51_200L, 1_250L, 124L, 1, null,
                                        null, null),
                                new PartitionLag(
                                        "orders",
                                        1,
                                        5,
                                        33_000L,
                                        32_000,
                                        32_000,
                                        null,
                                        null,
                                        null,
                                        252_000L,
                                        null,
                                        7_200_000L,
                                        null,
                                        null))));
        return snapshot;
    }

    private static void verified(
            StateSnapshot snapshot,
            int partition,
            VerificationStatus.State state,
            @Nullable VerificationDifference difference) {
        put(
                snapshot,
                StateKey.verification("orders", partition),
                new VerificationStatus(
                        "orders",
                        partition,
                        orders().incarnation(),
                        WANTED.id(),
                        1,
                        5,
                        state,
                        null,
                        false,
                        0,
                        33_284,
                        33_284,
                        0,
                        1_234_567,
                        difference,
                        NOW_MS - 9_000,
                        NOW_MS - 1_000));
    }

    private static DrillView drill() {
        return DrillView.of(
                "east",
                List.of(
                        Check.ok("link", "leads to cluster MkrI33hUTzmtCux_h3AovQ, round trip 2.1 ms"),
                        Check.warn(
                                "replicas",
                                "NO_SPARE_REPLICA",
                                "orders: with replication factor 1 and min.insync.replicas 1 the"
                                        + " loss of one broker stops writes: add a replica"),
                        Check.fail("lag", "LAG_ABOVE_RPO", "orders: 7s, target 5s"),
                        Check.unknown("disk", "NOT_ALLOWED", "DESCRIBE on the cluster is missing here"),
                        Check.skipped("principals")),
                new Canary(
                        "hawser-drill-east-919a0ac1",
                        1,
                        524L,
                        0L,
                        0L,
                        614L,
                        List.of(new Step("source topic made", 287), new Step("failed over", 2_100)),
                        List.of()));
    }

    private static Table outcomes() {
        return new Table("mirrorTopic", "state", "lastMirroredOffsets", "mayBeLost", "code", "message")
                .row(
                        "orders",
                        "STOPPED",
                        "33384,33384,33232",
                        "0, as of 3s ago",
                        null,
                        "nothing keeps producers from writing to the source topic: brokers [1, 2] of the source do not run the"
                                + " plugin. Stop them, or take away their right to write there")
                .row("payments", "PENDING_STOPPED", "12,unknown", "unknown", "LEADER_UNAVAILABLE", null);
    }

    private static MirrorStatus orders() {
        return MirrorStatus.fresh(ORDERS, 3, NOW_MS - 90_000).established(SOURCE_ID, 3, List.of(), List.of());
    }

    /** Writable, so that it has no lag. */
    private static MirrorStatus payments() {
        return MirrorStatus.fresh(PAYMENTS, 3, NOW_MS - 90_000)
                .established(SOURCE_ID, 1, List.of(), List.of())
                .withState(MirrorState.STOPPED, null, NOW_MS - 30_000);
    }

    private static PartitionStatus partition() {
        return PartitionStatus.fresh(ORDERS.id(), 1, 5);
    }

    private static <V> void put(StateSnapshot snapshot, StateKey<V> key, V value) {
        snapshot.apply(key.text(), StateCodec.write(value));
    }
}
