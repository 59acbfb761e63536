/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.admin.view.MirrorView;
import io.hawser.status.MirrorState;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LagHistoryTest {

    private static final long STEP_MS = 5_000;

    private final LagHistory history = new LagHistory();

    @Test
    void keepsTheLastHalfHourOldestFirst() {
        for (int look = 0; look < LagHistory.POINTS + 10; look++) {
            history.add(look * STEP_MS, List.of(mirror("orders", (long) look)));
        }

        LagHistory.Series series = history.ofMirror("orders");

        assertThat(series.timesSeconds()).hasSize(LagHistory.POINTS).isSorted().startsWith(50.0);
        assertThat(series.lagRecords())
                .hasSize(LagHistory.POINTS)
                .startsWith(10L)
                .endsWith(LagHistory.POINTS + 9L);
    }

    @Test
    void aLagThatIsNotKnownIsAGapAndNotZero() {
        history.add(STEP_MS, List.of(mirror("orders", 7L)));
        history.add(2 * STEP_MS, List.of(mirror("orders", null)));
        history.addGap(3 * STEP_MS);
        history.add(4 * STEP_MS, List.of(mirror("orders", 0L), mirror("late", 1L)));

        assertThat(history.ofMirror("orders").lagRecords()).containsExactly(7L, null, null, 0L);
        assertThat(history.ofMirror("late").lagRecords()).containsExactly(null, null, null, 1L);
    }

    @Test
    void aLinksLagIsTheLargestThatIsKnownOfTheMirrorsThatFollow() {
        history.add(STEP_MS, List.of(mirror("orders", 7L), mirror("late", 3L)));
        history.add(2 * STEP_MS, List.of(mirror("orders", null), mirror("late", 4L)));
        history.add(3 * STEP_MS, List.of(mirror("orders", null), mirror("late", null)));
        history.addGap(4 * STEP_MS);
        history.add(5 * STEP_MS, List.of(stopped("orders", 9L), mirror("late", 5L)));

        assertThat(history.ofLink("east").lagRecords()).containsExactly(7L, 4L, null, null, 5L);

        history.add(6 * STEP_MS, List.of(stopped("orders", 9L)));
        assertThat(history.ofLink("east").lagRecords()).isEmpty();
    }

    @Test
    void forgetsWhatIsGone() {
        history.add(STEP_MS, List.of(mirror("orders", 7L)));
        history.add(2 * STEP_MS, List.of());

        assertThat(history.ofMirror("orders").timesSeconds()).isEmpty();
    }

    @Test
    void doesNotTakeLooksThatFollowAtOnce() {
        history.add(STEP_MS, List.of(mirror("orders", 7L)));
        history.add(STEP_MS + 2_000, List.of(mirror("orders", 8L)));

        assertThat(history.ofMirror("orders").lagRecords()).containsExactly(7L);
    }

    private static MirrorView mirror(String topic, @Nullable Long lagRecords) {
        return mirror(topic, MirrorState.ACTIVE, lagRecords);
    }

    private static MirrorView stopped(String topic, long lagRecords) {
        return mirror(topic, MirrorState.STOPPED, lagRecords);
    }

    private static MirrorView mirror(String topic, MirrorState state, @Nullable Long lagRecords) {
        MirrorView.PartitionView partition = new MirrorView.PartitionView(
                0, state, null, 1, 1, null, null, null, lagRecords, null, null, null, null, null, null, List.of());
        return new MirrorView(topic, "east", topic, null, state, null, 0, null, null, List.of(partition));
    }
}
