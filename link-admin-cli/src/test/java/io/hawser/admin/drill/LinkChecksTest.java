/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.admin.view.DrillView.Check;
import io.hawser.admin.view.DrillView.State;
import io.hawser.config.LinkConfig;
import io.hawser.definition.LinkDefinition;
import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.LagReport;
import io.hawser.status.LagReport.PartitionLag;
import io.hawser.status.LinkState;
import io.hawser.status.LinkStatus;
import io.hawser.status.MirrorState;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateCodec;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import io.hawser.status.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LinkChecksTest {

    private static final long NOW_MS = 1_700_000_100_000L;
    private static final Map<String, String> CONFIGS = Map.of("bootstrap.servers", "east:9092");
    private static final Duration RPO = Duration.ofSeconds(5);

    private final StateSnapshot snapshot = new StateSnapshot();
    private final LinkChecks checks = new LinkChecks("east", LinkConfig.unresolved(CONFIGS), snapshot, NOW_MS);

    @Test
    void knowsNothingOfALinkOfWhichNothingIsReported() {
        mirror("orders", MirrorState.ACTIVE, null);

        assertThat(checks.link()).allMatch(check -> check.state() == State.UNKNOWN);
        assertThat(checks.task(TaskStatus.ACLS)).allMatch(check -> check.state() == State.UNKNOWN);
        assertThat(checks.mirrors()).allMatch(check -> check.state() == State.UNKNOWN);
        assertThat(checks.lag(RPO)).allMatch(check -> check.state() == State.UNKNOWN);
    }

    @Test
    void isWellWhileAllIsReportedOnTime() {
        link(LinkState.ACTIVE, null);
        task(NOW_MS - 3_000, Map.of());
        mirror("orders", MirrorState.ACTIVE, null);
        mirror("old", MirrorState.STOPPED, null);
        lag("orders", 1_500L, NOW_MS - 2_000);

        assertThat(checks.link()).singleElement().matches(check -> check.state() == State.OK);
        assertThat(checks.task(TaskStatus.TOPIC_CONFIGS)).allMatch(check -> check.state() == State.OK);
        assertThat(checks.mirrors())
                .containsExactly(Check.ok("mirrors", "1 follow their source, 1 are writable here already"));
        assertThat(checks.lag(RPO)).containsExactly(Check.ok("lag", "1 partitions, 1s at most"));
    }

    /** The coordinator may be gone, and what it wrote last stands there for ever. */
    @Test
    void doesNotTakeAnOldReportForProof() {
        link(LinkState.ACTIVE, null);
        task(NOW_MS - 100_000, Map.of());
        mirror("orders", MirrorState.ACTIVE, null);
        lag("orders", 0L, NOW_MS - 100_000);

        assertThat(checks.link()).singleElement().matches(check -> is(check, State.UNKNOWN, "STALE"));
        assertThat(checks.task(TaskStatus.TOPIC_CONFIGS))
                .singleElement()
                .matches(check -> is(check, State.UNKNOWN, "STALE"));
        assertThat(checks.mirrors()).singleElement().matches(check -> is(check, State.UNKNOWN, "STALE"));
        assertThat(checks.lag(null)).singleElement().matches(check -> is(check, State.UNKNOWN, "LAG_UNKNOWN"));
    }

    @Test
    void namesMirrorsThatDoNotFollowAndWhy() {
        task(NOW_MS, Map.of());
        mirror("orders", MirrorState.FAILED, new Failure(FailureCode.DIVERGED, "partition 0: lost", 1));
        mirror("shops", MirrorState.PAUSED, null);
        mirror("hawser-drill-east-1", MirrorState.FAILED, new Failure(FailureCode.INTERNAL, "not data", 1));

        List<Check> found = checks.mirrors();

        assertThat(found)
                .anyMatch(check ->
                        is(check, State.FAIL, "DIVERGED") && check.message().startsWith("orders: partition 0: lost"))
                .anyMatch(check -> is(check, State.FAIL, "PAUSED"))
                .hasSize(2);
    }

    @Test
    void failsALinkThatIsPausedOrOutOfReach() {
        task(NOW_MS, Map.of());
        link(LinkState.PAUSED, null);
        assertThat(checks.link()).allMatch(check -> is(check, State.FAIL, "LINK_PAUSED"));

        link(LinkState.SOURCE_UNAVAILABLE, new Failure(FailureCode.SOURCE_UNREACHABLE, "no connection", 1));
        assertThat(checks.link()).allMatch(check -> is(check, State.FAIL, "SOURCE_UNREACHABLE"));

        link(LinkState.CONNECTING, null);
        assertThat(checks.link()).allMatch(check -> is(check, State.UNKNOWN, "CONNECTING"));
    }

    @Test
    void holdsTheLagAgainstTheTarget() {
        mirror("orders", MirrorState.ACTIVE, null);
        lag("orders", 6_000L, NOW_MS);

        assertThat(checks.lag(RPO))
                .singleElement()
                .matches(check -> is(check, State.FAIL, "LAG_ABOVE_RPO")
                        && check.message().startsWith("orders (6s): "));
        assertThat(checks.lag(null)).allMatch(check -> check.state() == State.OK);

        lag("orders", null, NOW_MS);
        assertThat(checks.lag(null)).allMatch(check -> check.state() == State.UNKNOWN);
    }

    @Test
    void tellsWhatATaskLeavesOutAndWhyItFails() {
        task(NOW_MS, Map.of("orders", "this cluster knows nothing of remote.storage"));
        assertThat(checks.task(TaskStatus.TOPIC_CONFIGS))
                .singleElement()
                .matches(check ->
                        is(check, State.WARN, "LEFT_OUT") && check.message().startsWith("orders: this cluster"));

        write(TaskStatus.fresh("east", TaskStatus.ACLS, NOW_MS)
                .failed(1, new Failure(FailureCode.AUTHORIZATION, "ACLs of the source (DESCRIBE)", 1), NOW_MS));
        assertThat(checks.task(TaskStatus.ACLS))
                .singleElement()
                .matches(check -> is(check, State.FAIL, "AUTHORIZATION")
                        && check.message().contains("Grant the link's principal"));

        write(TaskStatus.fresh("east", TaskStatus.GROUP_OFFSETS, NOW_MS).resting(1, TaskStatus.State.DISABLED, NOW_MS));
        assertThat(checks.task(TaskStatus.GROUP_OFFSETS)).allMatch(check -> check.state() == State.OK);
    }

    private static boolean is(Check check, State state, String code) {
        return check.state() == state && code.equals(check.code());
    }

    private void link(LinkState state, @Nullable Failure failure) {
        LinkStatus status = new LinkStatus(
                new LinkDefinition("east", Uuid.randomUuid(), CONFIGS), 1, "id-of-east", state, failure, 1, 2.5);
        snapshot.apply(StateKey.link("east").text(), StateCodec.write(status));
    }

    private void task(long successMs, Map<String, String> exceptions) {
        write(TaskStatus.fresh("east", TaskStatus.TOPIC_CONFIGS, 1).succeeded(1, Map.of(), exceptions, successMs));
    }

    private void write(TaskStatus status) {
        snapshot.apply(StateKey.task("east", status.task()).text(), StateCodec.write(status));
    }

    private void mirror(String topic, MirrorState state, @Nullable Failure failure) {
        MirrorStatus status = MirrorStatus.fresh(
                        new MirrorDefinition(
                                topic,
                                Uuid.randomUuid(),
                                "east",
                                topic,
                                MirrorIntent.MIRROR,
                                (short) -1,
                                Map.of(),
                                null),
                        1,
                        1)
                .established(Uuid.randomUuid(), 1, List.of(), List.of())
                .withState(state, failure, 1);
        snapshot.apply(StateKey.mirror(topic).text(), StateCodec.write(status));
    }

    private void lag(String topic, @Nullable Long lagMs, long atMs) {
        PartitionLag lag = new PartitionLag(topic, 0, 0, 10L, 10, 10, 0L, 0L, lagMs, 100L, 1, null, null, null);
        snapshot.apply(
                StateKey.lag("east", 1).text(), StateCodec.write(new LagReport(1, "east", atMs, 0, List.of(lag))));
    }
}
