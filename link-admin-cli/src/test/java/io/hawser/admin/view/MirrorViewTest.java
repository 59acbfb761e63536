/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.LagReport;
import io.hawser.status.LagReport.PartitionLag;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.PartitionStatus;
import io.hawser.status.PartitionStatus.PartitionLoss;
import io.hawser.status.SourceFence;
import io.hawser.status.StateCodec;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class MirrorViewTest {

    private static final long NOW_MS = 1_700_000_100_000L;
    private static final MirrorDefinition ORDERS = new MirrorDefinition(
            "orders", Uuid.randomUuid(), "east", "orders.v2", MirrorIntent.MIRROR, (short) -1, Map.of(), null);
    private static final Uuid SOURCE_ID = Uuid.randomUuid();

    private final StateSnapshot snapshot = new StateSnapshot();
    private final MirrorStatus status =
            MirrorStatus.fresh(ORDERS, 3, NOW_MS - 90_000).established(SOURCE_ID, 2, List.of(), List.of());

    @Test
    void hasTheNamesThatScriptsRelyOn() throws Exception {
        report(partition(0), NOW_MS - 500, lag(0, 120L, 20L));
        report(partition(1), NOW_MS - 500, lag(0, 120L, 20L), lag(1, 80L, 0L));

        JsonNode json = new ObjectMapper().readTree(Table.json(MirrorView.of(status, snapshot, NOW_MS)));

        assertThat(json.fieldNames())
                .toIterable()
                .containsExactly(
                        "mirrorTopic",
                        "link",
                        "sourceTopic",
                        "sourceTopicId",
                        "state",
                        "reason",
                        "delayMs",
                        "stopsAt",
                        "sourceFence",
                        "partitions");
        assertThat(json.get("partitions").get(0).fieldNames())
                .toIterable()
                .contains(
                        "partition",
                        "state",
                        "reason",
                        "leader",
                        "sourceHighWatermark",
                        "logEndOffset",
                        "highWatermark",
                        "lagRecords",
                        "lagBytes",
                        "lagMs",
                        "lastFetchAgeMs");
        assertThat(json.get("partitions").get(0).get("lagRecords").asLong()).isEqualTo(20);
        assertThat(json.get("partitions").get(1).get("lagRecords").asLong()).isZero();
        assertThat(json.get("sourceTopic").asText()).isEqualTo("orders.v2");
    }

    @Test
    void neverTakesAnUnknownLagForNone() throws Exception {
        report(partition(0), NOW_MS - 500, lag(0, null, null));

        MirrorView view = MirrorView.of(status, snapshot, NOW_MS);

        JsonNode json = new ObjectMapper().readTree(Table.json(view));
        assertThat(json.get("partitions").get(0).get("lagRecords").isNull()).isTrue();
        assertThat(json.get("partitions").get(1).get("lagRecords").isNull()).isTrue();
        assertThat(view.maxLagRecords()).isNull();
        assertThat(MirrorText.of(view)).contains("unknown");
        assertThat(new Figure(view.maxLagRecords())).hasToString("unknown");
    }

    @Test
    void forgetsALagThatIsOld() {
        report(partition(0), NOW_MS - 60_000, lag(0, 120L, 0L), lag(1, 120L, 0L));

        assertThat(MirrorView.of(status, snapshot, NOW_MS).maxLagRecords()).isNull();
    }

    @Test
    void tellsThatTheDelayHoldsBackWhatIsLackingAndForHowLong() {
        MirrorStatus delayed = status.withDefinition(ORDERS.withConfigs(Map.of("mirror.delay.ms", "60000")), 4);
        PartitionLag held =
                new PartitionLag("orders", 0, 5, 120L, 100, 100, 20L, 20L, 20L, 200L, 1, null, NOW_MS + 42_000, null);
        report(partition(0), NOW_MS - 500, held);
        report(partition(1), NOW_MS - 500, lag(1, 100L, 0L));

        MirrorView view = MirrorView.of(delayed, snapshot, NOW_MS);

        assertThat(view.delayMs()).isEqualTo(60_000);
        assertThat(view.partitions())
                .extracting(MirrorView.PartitionView::heldBackForMs)
                .containsExactly(42_000L, null);
        assertThat(view.maxLagRecords()).as("the lag stays what it is").isEqualTo(20);
        assertThat(view.hasAllThatIsDue()).isTrue();
        assertThat(MirrorText.of(view))
                .contains("1m0s; what is younger is on the source only", "Partition 0: held back by the delay", "42s");
    }

    @Test
    void tellsWhatIsWrongSinceWhenWhatToDoAndWhatWasLost() throws Exception {
        PartitionStatus failed = partition(1)
                .withLoss(new PartitionLoss(FailureCode.GAP, 30, 45, NOW_MS - 3_600_000))
                .withState(
                        MirrorState.FAILED,
                        new Failure(FailureCode.DIVERGED, "offsets 80 to 99 differ", NOW_MS - 65_000));
        snapshot.apply(StateKey.partition("orders", 1).text(), StateCodec.write(failed));

        MirrorView view = MirrorView.of(status, snapshot, NOW_MS);

        assertThat(MirrorText.of(view))
                .contains("Partition 1: DIVERGED: offsets 80 to 99 differ", "--accept-divergence truncate")
                .contains("1h0m ago offsets 30 to 44 were passed over or dropped (GAP)");
        JsonNode reason = new ObjectMapper()
                .readTree(Table.json(view))
                .get("partitions")
                .get(1)
                .get("reason");
        assertThat(reason.get("code").asText()).isEqualTo("DIVERGED");
        assertThat(reason.get("since").asText()).isEqualTo("2023-11-14T22:13:55Z");
    }

    @Test
    void ignoresReportsAboutATopicThatWasDeletedAndMadeAnew() {
        MirrorStatus anew =
                status.recreated(Uuid.randomUuid(), Uuid.randomUuid()).established(SOURCE_ID, 2, List.of(), List.of());
        PartitionStatus old =
                partition(0).withState(MirrorState.FAILED, new Failure(FailureCode.DIVERGED, "old", NOW_MS));
        snapshot.apply(StateKey.partition("orders", 0).text(), StateCodec.write(old));

        assertThat(MirrorView.of(anew, snapshot, NOW_MS).partitions().get(0).reason())
                .isNull();
    }

    @Test
    void saysWhetherTheSourceTopicIsReadOnly() {
        Failure why = new Failure(FailureCode.AUTHORIZATION, "needs ALTER_CONFIGS on the cluster", NOW_MS - 1);
        MirrorStatus stopped = status.withState(MirrorState.STOPPED, null, NOW_MS);
        MirrorStatus open = stopped.withSourceFence(SourceFence.failed(why));
        MirrorStatus fenced = stopped.withSourceFence(SourceFence.done());
        MirrorStatus overruled = fenced.withState(MirrorState.PENDING_RESTORE, null, NOW_MS);

        assertThat(MirrorText.of(MirrorView.of(open, snapshot, NOW_MS)))
                .contains("writable still: AUTHORIZATION: needs ALTER_CONFIGS on the cluster");
        assertThat(MirrorText.of(MirrorView.of(fenced, snapshot, NOW_MS))).contains("Source topic is: read-only");
        assertThat(MirrorText.of(MirrorView.of(stopped, snapshot, NOW_MS)))
                .contains("LAST MIRRORED")
                .doesNotContain("Source topic is", "LAG");
        assertThat(MirrorText.of(MirrorView.of(overruled, snapshot, NOW_MS))).doesNotContain("Source topic is");
    }

    private static PartitionStatus partition(int number) {
        return PartitionStatus.fresh(ORDERS.id(), 1 + number, 5);
    }

    private void report(PartitionStatus partition, long atMs, PartitionLag... lags) {
        snapshot.apply(StateKey.partition("orders", partition.leader() - 1).text(), StateCodec.write(partition));
        snapshot.apply(
                StateKey.lag("east", partition.leader()).text(),
                StateCodec.write(new LagReport(partition.leader(), "east", atMs, 0, List.of(lags))));
    }

    private static PartitionLag lag(int number, Long highWatermark, Long records) {
        return new PartitionLag(
                "orders", number, 5, highWatermark, 100, 100, records, records, records, 200L, 1, null, null, null);
    }
}
