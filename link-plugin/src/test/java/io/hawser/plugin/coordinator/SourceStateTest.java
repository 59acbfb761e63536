/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.plugin.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.status.MirrorStatus;
import io.hawser.status.Origin;
import io.hawser.status.StateCodec;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class SourceStateTest {

    private static final List<Origin> OF_ORDERS = List.of(new Origin("middle", "orders"), new Origin("here", "sales"));

    private final StateSnapshot ofSource = new StateSnapshot();
    private final SourceState state = new SourceState("source", Errors.NONE, ofSource);

    @Test
    void findsALoopOfAnyLength() {
        mirror("orders", MirrorIntent.PAUSE);

        assertThat(state.origins("orders"))
                .containsExactly(new Origin("source", "orders"), OF_ORDERS.get(0), OF_ORDERS.get(1));
        assertThat(state.loop("orders", "here"))
                .contains("topic orders of the source is a mirror of sales of this cluster");
        assertThat(state.loop("orders", "elsewhere")).isEmpty();
    }

    @Test
    void endsAtATopicThatIsNoMirror() {
        assertThat(state.origins("other")).containsExactly(new Origin("source", "other"));
    }

    /** As when the former mirror is written to, and the former source is to follow it. */
    @Test
    void endsAtATopicThatIsNoMirrorAnyMore() {
        mirror("orders", MirrorIntent.STOPPED);

        assertThat(state.loop("orders", "here")).isEmpty();
    }

    private void mirror(String topic, MirrorIntent intent) {
        MirrorDefinition definition =
                new MirrorDefinition(topic, Uuid.randomUuid(), "link", "orders", intent, (short) -1, Map.of(), null);
        ofSource.apply(
                StateKey.mirror(topic).text(),
                StateCodec.write(
                        MirrorStatus.fresh(definition, 1, 1).established(Uuid.randomUuid(), 1, OF_ORDERS, List.of())));
    }
}
