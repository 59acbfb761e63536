/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.admin.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.definition.MirrorDefinition;
import io.hawser.definition.MirrorIntent;
import io.hawser.definition.Verification;
import io.hawser.status.Failure;
import io.hawser.status.FailureCode;
import io.hawser.status.MirrorStatus;
import io.hawser.status.StateCodec;
import io.hawser.status.StateKey;
import io.hawser.status.StateSnapshot;
import io.hawser.status.VerificationDifference;
import io.hawser.status.VerificationDifference.Kind;
import io.hawser.status.VerificationStatus;
import io.hawser.status.VerificationStatus.State;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VerificationViewTest {

    private static final Verification WANTED = new Verification(Uuid.randomUuid(), 10);
    private static final MirrorStatus ORDERS = MirrorStatus.fresh(
                    new MirrorDefinition(
                            "orders",
                            Uuid.randomUuid(),
                            "east",
                            "orders",
                            MirrorIntent.MIRROR,
                            (short) -1,
                            Map.of(),
                            null),
                    1,
                    0)
            .established(Uuid.randomUuid(), 2, List.of(), List.of());

    private final StateSnapshot snapshot = new StateSnapshot();

    @Test
    void isEqualOnlyIfEachPartitionIs() {
        write(0, WANTED.id(), State.EQUAL, null, null);
        assertThat(view().state()).isEqualTo(State.RUNNING);
        assertThat(view().ended()).isFalse();
        assertThat(view().share()).isEqualTo(0.5);

        write(1, WANTED.id(), State.EQUAL, null, null);

        assertThat(view().state()).isEqualTo(State.EQUAL);
        assertThat(view().ended()).isTrue();
        assertThat(VerificationView.table(List.of(view())).text()).contains("EQUAL", "0-100,0-100");
    }

    @Test
    void takesNothingFromAnEarlierComparisonOrAnotherTopicOfThatName() {
        write(0, Uuid.randomUuid(), State.EQUAL, null, null);
        write(1, WANTED.id(), State.EQUAL, null, null);

        assertThat(view().state()).isEqualTo(State.RUNNING);
        assertThat(view().partitions().get(0).endOffset()).isNull();
        assertThat(VerificationView.of(
                                ORDERS.recreated(Uuid.randomUuid(), Uuid.randomUuid())
                                        .withPartitions(2),
                                WANTED,
                                snapshot)
                        .partitions())
                .allMatch(partition -> partition.state() == State.RUNNING);
    }

    @Test
    void tellsADifferenceBeforeAFailure() {
        write(0, WANTED.id(), State.FAILED, new Failure(FailureCode.SOURCE_TOPIC_DELETED, "gone", 1), null);
        assertThat(view().state()).isEqualTo(State.FAILED);
        assertThat(view().code()).isEqualTo("SOURCE_TOPIC_DELETED");

        write(1, WANTED.id(), State.DIFFERENT, null, VerificationDifference.of(Kind.MISSING_ON_MIRROR, 7, 9, null));

        assertThat(view().state()).isEqualTo(State.DIFFERENT);
        assertThat(view().code()).isEqualTo("MISSING_ON_MIRROR");
        assertThat(view().message())
                .isEqualTo("Partition 1: the batch of offsets 7 to 9 is on the source and not on the mirror");
    }

    @Test
    void isHeldUpOnlyIfNothingGoesOn() {
        write(0, WANTED.id(), State.RUNNING, new Failure(FailureCode.SOURCE_UNREACHABLE, "silent", 1), null);
        assertThat(view().holdUp()).isNull();

        write(1, WANTED.id(), State.EQUAL, null, null);

        assertThat(view().holdUp()).isEqualTo(FailureCode.SOURCE_UNREACHABLE);
        assertThat(Table.json(view())).doesNotContain("holdUp", "share", "ended");
    }

    private VerificationView view() {
        return VerificationView.of(ORDERS, WANTED, snapshot);
    }

    private void write(
            int partition,
            Uuid verification,
            State state,
            @Nullable Failure failure,
            @Nullable VerificationDifference difference) {
        VerificationStatus status = new VerificationStatus(
                "orders",
                partition,
                ORDERS.incarnation(),
                verification,
                1,
                1,
                state,
                failure,
                false,
                0,
                0,
                100,
                0,
                5,
                difference,
                1,
                1);
        snapshot.apply(StateKey.verification("orders", partition).text(), StateCodec.write(status));
    }
}
