/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.status.MirrorReversal;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateCodec;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class ReversalTest {

    private static final MirrorDefinition ASKED = new MirrorDefinition(
            "orders", Uuid.randomUuid(), "west", "orders", MirrorIntent.REVERSE, (short) -1, Map.of(), null);

    private final StateSnapshot snapshot = new StateSnapshot();

    @Test
    void isAnsweredWhenTheCoordinatorHasSaidWhatItDrops() {
        MirrorStatus status = MirrorStatus.fresh(ASKED, 1, 0);
        tell(status);
        assertThat(Reversal.isAnswered(snapshot, ASKED)).isFalse();

        tell(status.reversing(MirrorReversal.checked(List.of(5L), List.of(), List.of(7L))));

        assertThat(Reversal.isAnswered(snapshot, ASKED)).isTrue();
    }

    /** Where a command comes back to a reversal that it, or another one, had asked for. */
    @Test
    void isAnsweredWhenItWasCarriedOutMeanwhile() {
        tell(MirrorStatus.fresh(ASKED.withIntent(MirrorIntent.STOPPED), 1, 0));
        assertThat(Reversal.isAnswered(snapshot, ASKED)).isFalse();

        tell(MirrorStatus.fresh(ASKED.withIntent(MirrorIntent.MIRROR), 1, 0));

        assertThat(Reversal.isAnswered(snapshot, ASKED)).isTrue();
    }

    private void tell(MirrorStatus status) {
        snapshot.apply(StateKey.mirror(ASKED.topic()).text(), StateCodec.write(status));
    }
}
