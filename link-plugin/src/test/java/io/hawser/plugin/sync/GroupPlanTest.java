/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.plugin.local.LocalGroups.Bounds;
import io.hawser.source.SourceRequest.CommittedOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class GroupPlanTest {

    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final Map<TopicPartition, Bounds> HELD = Map.of(ORDERS, new Bounds(10, 90));

    @Test
    void commitsTheSourcesOffsetWithItsMetadataAndWithoutAnEpoch() {
        GroupPlan plan = plan(committed(50), Map.of(), Map.of());

        assertThat(plan.commits()).isEqualTo(Map.of(ORDERS, new OffsetAndMetadata(50, Optional.empty(), "by hand")));
        assertThat(plan.written()).isEqualTo(Map.of("orders/0", List.of(50L)));
        assertThat(plan.clamped()).isEmpty();
    }

    @Test
    void keepsWithinWhatTheMirrorHoldsAndSaysSo() {
        GroupPlan ahead = plan(committed(100), Map.of(), Map.of());
        GroupPlan behind = plan(committed(3), Map.of(), Map.of());

        assertThat(ahead.commits().get(ORDERS).offset()).isEqualTo(90);
        assertThat(ahead.clamped()).containsExactly("orders-0 at 90 instead of 100");
        assertThat(behind.commits().get(ORDERS).offset()).isEqualTo(10);
    }

    @Test
    void commitsNothingWhileTheHighWatermarkIsNotKnown() {
        GroupPlan plan = GroupPlan.of(committed(50), Set.of(), Map.of(), Map.of(), Map.of(), false);

        assertThat(plan.commits()).isEmpty();
    }

    @Test
    void followsARewindAndKnowsBothForItsOwnMeanwhile() {
        GroupPlan plan = plan(committed(20), stored(50), Map.of("orders/0", List.of(50L)));

        assertThat(plan.commits().get(ORDERS).offset()).isEqualTo(20);
        assertThat(plan.written()).isEqualTo(Map.of("orders/0", List.of(50L, 20L)));
    }

    @Test
    void goesOnWhereverAnEarlierCoordinatorHasStopped() {
        Map<String, List<Long>> begun = Map.of("orders/0", List.of(50L, 20L));

        assertThat(plan(committed(30), stored(50), begun).commits()).hasSize(1);
        assertThat(plan(committed(30), stored(20), begun).commits()).hasSize(1);
    }

    @Test
    void leavesWhatSomebodyElseHasCommittedFromThenOn() {
        GroupPlan once = plan(committed(50), stored(60), Map.of("orders/0", List.of(40L)));
        GroupPlan again = plan(committed(70), stored(40), once.written());

        assertThat(once.commits()).isEmpty();
        assertThat(once.foreign()).containsExactly(ORDERS);
        assertThat(again.commits()).isEmpty();
        assertThat(again.foreign()).containsExactly(ORDERS);
    }

    @Test
    void removesWhatHasGoneAtTheSourceOnlyIfItIsItsOwn() {
        GroupPlan ours =
                GroupPlan.of(Map.of(), Set.of(ORDERS), HELD, stored(40), Map.of("orders/0", List.of(40L)), false);
        GroupPlan foreign =
                GroupPlan.of(Map.of(), Set.of(ORDERS), HELD, stored(41), Map.of("orders/0", List.of(40L)), false);

        assertThat(ours.removals()).containsExactly(ORDERS);
        assertThat(foreign.removals()).isEmpty();
        assertThat(foreign.written()).isEmpty();
    }

    @Test
    void commitsAgainWhatWouldExpire() {
        Map<String, List<Long>> written = Map.of("orders/0", List.of(50L));

        assertThat(plan(committed(50), stored(50), written).commits()).isEmpty();
        assertThat(GroupPlan.of(committed(50), Set.of(), HELD, stored(50), written, true)
                        .commits())
                .hasSize(1);
    }

    private static GroupPlan plan(
            Map<TopicPartition, CommittedOffset> source,
            Map<TopicPartition, OffsetAndMetadata> stored,
            Map<String, List<Long>> written) {
        return GroupPlan.of(source, Set.of(), HELD, stored, written, false);
    }

    private static Map<TopicPartition, CommittedOffset> committed(long offset) {
        return Map.of(ORDERS, new CommittedOffset(offset, "by hand"));
    }

    private static Map<TopicPartition, OffsetAndMetadata> stored(long offset) {
        return Map.of(ORDERS, new OffsetAndMetadata(offset, "by hand"));
    }
}
