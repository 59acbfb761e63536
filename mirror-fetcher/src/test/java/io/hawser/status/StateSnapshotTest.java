/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class StateSnapshotTest {

    private static final Uuid INCARNATION = Uuid.randomUuid();
    private static final StateKey<PartitionStatus> PARTITION = StateKey.partition("orders", 0);

    private final StateSnapshot snapshot = new StateSnapshot();

    @Test
    void holdsTheLastValueOfEachKey() {
        write(StateKey.DEFINITIONS, new DefinitionsStatus(1, 1), 4);
        write(StateKey.DEFINITIONS, new DefinitionsStatus(2, 1), 4);

        assertThat(snapshot.value(StateKey.DEFINITIONS)).contains(new DefinitionsStatus(2, 1));
        snapshot.apply(StateKey.DEFINITIONS.text(), null, 4);
        assertThat(snapshot.value(StateKey.DEFINITIONS)).isEmpty();
    }

    @Test
    void passesOverWhatADeposedCoordinatorStillWritesAndRemembersTheKey() {
        write(
                StateKey.broker(1),
                new BrokerStatus(1, "1", "4.3.1", true, null, 0, 0, 0, List.of()),
                StateSnapshot.NO_COORDINATOR);
        write(StateKey.DEFINITIONS, new DefinitionsStatus(7, 2), 5);

        write(StateKey.DEFINITIONS, new DefinitionsStatus(6, 1), 4);
        snapshot.apply(StateKey.link("east").text(), null, 4);

        assertThat(snapshot.value(StateKey.DEFINITIONS)).contains(new DefinitionsStatus(7, 2));
        assertThat(snapshot.overwritten())
                .containsExactlyInAnyOrder(
                        StateKey.DEFINITIONS.text(), StateKey.link("east").text());
        write(StateKey.DEFINITIONS, new DefinitionsStatus(7, 2), 5);
        assertThat(snapshot.overwritten()).containsExactly(StateKey.link("east").text());
    }

    @Test
    void countsAllThatMayGiveSomebodySomethingToDoAndNoLags() {
        long before = snapshot.version();
        write(StateKey.lag("east", 1), new LagReport(1, "east", 5, 0, List.of()), StateSnapshot.NO_COORDINATOR);
        assertThat(snapshot.version()).isEqualTo(before);

        write(PARTITION, PartitionStatus.fresh(INCARNATION, 2, 9), StateSnapshot.NO_COORDINATOR);
        assertThat(snapshot.version()).isGreaterThan(before);

        long superseded = snapshot.version();
        write(PARTITION, PartitionStatus.fresh(INCARNATION, 1, 8), StateSnapshot.NO_COORDINATOR);
        assertThat(snapshot.version())
                .as("an overwritten key is to be written again")
                .isGreaterThan(superseded);

        long deleted = snapshot.version();
        snapshot.apply(PARTITION.text(), null);
        assertThat(snapshot.version()).isGreaterThan(deleted);
    }

    @Test
    void passesOverWhatADeposedPartitionLeaderStillWritesAndRemembersTheKey() {
        PartitionStatus leads = PartitionStatus.fresh(INCARNATION, 2, 9);
        write(PARTITION, leads, StateSnapshot.NO_COORDINATOR);

        write(PARTITION, PartitionStatus.fresh(INCARNATION, 1, 8), StateSnapshot.NO_COORDINATOR);

        assertThat(snapshot.value(PARTITION)).contains(leads);
        assertThat(snapshot.overwritten()).containsExactly(PARTITION.text());
    }

    @Test
    void keepsWhatTheLatestLeaderSaysOfAVerificationAndWakesNobodyForIt() {
        StateKey<VerificationStatus> key = StateKey.verification("orders", 0);
        VerificationStatus leads = verification(9).at(50, 1, 600, 3);
        long before = snapshot.version();
        write(key, leads, StateSnapshot.NO_COORDINATOR);

        write(key, verification(8), StateSnapshot.NO_COORDINATOR);

        assertThat(snapshot.value(key)).contains(leads);
        assertThat(snapshot.overwritten()).containsExactly(key.text());
        assertThat(snapshot.version()).isEqualTo(before);
        VerificationDifference difference =
                new VerificationDifference(VerificationDifference.Kind.BATCH, 1, 2, "crc", 17, 80, true, false, null);
        VerificationStatus ended = leads.with(VerificationStatus.State.DIFFERENT, null, difference, 4);
        write(key, ended, StateSnapshot.NO_COORDINATOR);
        assertThat(snapshot.value(key)).contains(ended);
        assertThat(new String(StateCodec.write(ended), StandardCharsets.UTF_8)).doesNotContain("ended", "share");
    }

    private static VerificationStatus verification(int leaderEpoch) {
        return new VerificationStatus(
                "orders",
                0,
                INCARNATION,
                INCARNATION,
                2,
                leaderEpoch,
                VerificationStatus.State.RUNNING,
                null,
                false,
                0,
                0,
                100,
                0,
                0,
                null,
                1,
                1);
    }

    @Test
    void takesTheWordOfAnyLeaderOfATopicThatWasMadeAnew() {
        write(PARTITION, PartitionStatus.fresh(INCARNATION, 2, 9), StateSnapshot.NO_COORDINATOR);
        PartitionStatus anew = PartitionStatus.fresh(Uuid.randomUuid(), 1, 0);

        write(PARTITION, anew, StateSnapshot.NO_COORDINATOR);

        assertThat(snapshot.value(PARTITION)).contains(anew);
    }

    @Test
    void treatsWhatItCannotReadAsNotThere() {
        write(StateKey.DEFINITIONS, new DefinitionsStatus(1, 1), 4);

        snapshot.apply(StateKey.DEFINITIONS.text(), "{".getBytes(StandardCharsets.UTF_8), 4);

        assertThat(snapshot.value(StateKey.DEFINITIONS)).isEmpty();
        assertThat(snapshot.apply("of/a/later/version", new byte[0])).isEmpty();
    }

    private <V> void write(StateKey<V> key, V value, int coordinatorEpoch) {
        snapshot.apply(key.text(), StateCodec.write(value), coordinatorEpoch);
    }
}
